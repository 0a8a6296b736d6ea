import type { Device } from '@concierge/contract/http/devices.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { decommissionDevice, revokeDevice } from './queries.ts';

/** A screen leaves its building: told to wipe itself, or, when it is already told so and does not answer, cut off. */
export function DepartureDialog({ device, onClose }: { device: Device; onClose(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { name } = device;
  const leave = async () => {
    await (device.leaving ? revokeDevice(device.id) : decommissionDevice(device.id));
    await queryClient.invalidateQueries({ queryKey: queryKeys.devices });
    toast({ text: t(device.leaving ? 'screens.departure.revoked' : 'screens.departure.decommissioned', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      title={t(device.leaving ? 'screens.departure.revokeTitle' : 'screens.departure.decommissionTitle', { name })}
      confirmLabel={t(device.leaving ? 'screens.departure.revoke' : 'screens.departure.decommission')}
      onConfirm={leave}
      onClose={onClose}
    >
      <p>{t(device.leaving ? 'screens.departure.revokeConsequence' : 'screens.departure.decommissionConsequence')}</p>
      {!device.leaving && !device.online && <p>{t('screens.departure.decommissionOffline')}</p>}
    </ConfirmDialog>
  );
}
