import type { DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { revokeBatch } from './queries.ts';
import { useReopening } from './use-reopening.ts';

/** The cards of a batch are worth nothing any more; for a quarter of an hour that can be undone. */
export function RevokeBatchDialog({ batch, onClose }: { batch: DeviceBatch; onClose(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const reopen = useReopening();
  const { name, serials } = batch;
  return (
    <ConfirmDialog
      title={t('batch.revokeTitle', { name })}
      confirmLabel={t('batch.revoke')}
      onClose={onClose}
      onConfirm={async () => {
        await revokeBatch(batch.id);
        await queryClient.invalidateQueries({ queryKey: queryKeys.batches });
        toast({ text: t('batch.revokeDone', { name }), action: { label: t('batch.undo'), run: () => void reopen(batch) } });
        onClose();
      }}
    >
      <p>{t('batch.revokeConsequence', { count: serials.open + serials.waiting })}</p>
      <p>{t('batch.revokeKeeps')}</p>
    </ConfirmDialog>
  );
}
