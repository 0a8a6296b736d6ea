import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { revokeDevice } from '../screens/queries.ts';

/** A machine of a batch that has become a screen is cut off. Its key is worth nothing afterwards, so this cannot be undone, and says so. */
export function RevokeDeviceDialog({ device, onClose }: { device: { readonly id: string; readonly name: string }; onClose(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { name } = device;
  return (
    <ConfirmDialog
      title={t('screens.departure.revokeTitle', { name })}
      confirmLabel={t('screens.departure.revoke')}
      onClose={onClose}
      onConfirm={async () => {
        await revokeDevice(device.id);
        await Promise.all([
          queryClient.invalidateQueries({ queryKey: queryKeys.devices }),
          queryClient.invalidateQueries({ queryKey: queryKeys.batches }),
        ]);
        toast({ text: t('screens.departure.revoked', { name }) });
        onClose();
      }}
    >
      <p>{t('screens.departure.revokeConsequence')}</p>
    </ConfirmDialog>
  );
}
