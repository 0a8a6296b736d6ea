import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { queryKeys } from '../query-keys.ts';
import { linesOf, refusalsOf } from './draft-faults.ts';
import { publishProgramme } from './queries.ts';

/** Says which screens change before they do. */
export function PublishDialog({
  config,
  draft,
  version,
  onClose,
  onDone,
}: {
  config: DisplayConfig;
  /** What is published: as it is on the screen. */
  draft: SceneList;
  version: number;
  onClose(): void;
  onDone(config: DisplayConfig): void;
}) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      title={t('programme.publishTitle')}
      confirmLabel={t('programme.publish')}
      detailsOf={(problem) =>
        linesOf(
          refusalsOf(problem, draft).map(({ path, message }) => [path, message] as const),
          draft,
          language,
        )
      }
      onClose={onClose}
      onConfirm={async () => {
        const published = await publishProgramme(config.id, version).catch((refused: unknown) => {
          // What it names as missing is then marked in the editor too.
          void queryClient.invalidateQueries({ queryKey: queryKeys.media });
          throw refused;
        });
        void queryClient.invalidateQueries({ queryKey: queryKeys.displayConfigs, refetchType: 'inactive' });
        onDone(published);
      }}
    >
      <p>{config.deviceCount === 0 ? t('programme.publishNobody') : t('programme.publishConsequence', { count: config.deviceCount })}</p>
    </ConfirmDialog>
  );
}
