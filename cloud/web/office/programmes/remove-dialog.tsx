import type { DisplayConfigSummary } from '@concierge/contract/http/display-configs.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { programmeQuery, removeProgramme } from './queries.ts';

export function RemoveDialog({ programme, onClose }: { programme: DisplayConfigSummary; onClose(): void }) {
  const { t } = useWords();
  const toast = useToast();
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      title={t('programme.removeTitle', { name: programme.name })}
      confirmLabel={t('programme.remove')}
      onClose={onClose}
      onConfirm={async () => {
        await removeProgramme(programme.id);
        queryClient.removeQueries({ queryKey: programmeQuery(programme.id).queryKey });
        await queryClient.invalidateQueries({ queryKey: queryKeys.displayConfigs });
        toast({ text: t('programme.removed', { name: programme.name }) });
        onClose();
      }}
    >
      <p>{t('programme.removeConsequence')}</p>
    </ConfirmDialog>
  );
}
