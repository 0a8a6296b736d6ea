import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { queryKeys } from '../query-keys.ts';
import { publishProgramme } from './queries.ts';

/** Says which screens change before they do. */
export function PublishDialog({
  config,
  version,
  onClose,
  onDone,
}: {
  config: DisplayConfig;
  version: number;
  onClose(): void;
  onDone(config: DisplayConfig): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      title={t('programme.publishTitle')}
      confirmLabel={t('programme.publish')}
      onClose={onClose}
      onConfirm={async () => {
        const published = await publishProgramme(config.id, version);
        void queryClient.invalidateQueries({ queryKey: queryKeys.displayConfigs, refetchType: 'inactive' });
        onDone(published);
      }}
    >
      <p>{config.deviceCount === 0 ? t('programme.publishNobody') : t('programme.publishConsequence', { count: config.deviceCount })}</p>
    </ConfirmDialog>
  );
}
