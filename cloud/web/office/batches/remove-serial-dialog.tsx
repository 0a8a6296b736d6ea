import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { removeSerial } from './queries.ts';

/** A machine is no longer expected. */
export function RemoveSerialDialog({
  batchId,
  serial,
  number,
  onClose,
}: {
  batchId: string;
  serial: string;
  number: string;
  onClose(): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  return (
    <ConfirmDialog
      title={t('batch.removeTitle', { number })}
      confirmLabel={t('batch.remove')}
      onClose={onClose}
      onConfirm={async () => {
        await removeSerial(batchId, serial);
        await queryClient.invalidateQueries({ queryKey: queryKeys.batches });
        toast({ text: t('batch.removed', { number }) });
        onClose();
      }}
    >
      <p>{t('batch.removeConsequence', { serial })}</p>
    </ConfirmDialog>
  );
}
