import type { Device } from '@concierge/contract/http/devices.ts';
import { Radio, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { ConfirmDialog } from '../pieces/confirm-dialog.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { decommissionDevice, revokeDevice } from './queries.ts';

/** What is done with it, and what the office hears of that. */
const ways = {
  decommission: { leave: decommissionDevice, done: 'decommissioned' },
  revoke: { leave: revokeDevice, done: 'revoked' },
} as const;
type Way = keyof typeof ways;

/** A screen leaves its building: told to wipe itself, or cut off at once, because it is lost or was told so and does not answer. */
export function DepartureDialog({ device, onClose }: { device: Device; onClose(): void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();
  const [way, setWay] = useState<Way>(device.leaving ? 'revoke' : 'decommission');
  const { name } = device;
  return (
    <ConfirmDialog
      title={t(`screens.departure.${way}Title`, { name })}
      confirmLabel={t(`screens.departure.${way}`)}
      onConfirm={async () => {
        await ways[way].leave(device.id);
        await queryClient.invalidateQueries({ queryKey: queryKeys.devices });
        toast({ text: t(`screens.departure.${ways[way].done}`, { name }) });
        onClose();
      }}
      onClose={onClose}
    >
      {!device.leaving && (
        <Radio.Group
          label={t('screens.departure.why')}
          value={way}
          onChange={(chosen) => setWay(chosen === 'revoke' ? 'revoke' : 'decommission')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="decommission" label={t('screens.departure.notNeeded')} />
            <Radio value="revoke" label={t('screens.departure.lost')} />
          </Stack>
        </Radio.Group>
      )}
      <div aria-live="polite">
        <p>{t(`screens.departure.${way}Consequence`)}</p>
        {way === 'decommission' && !device.online && <p>{t('screens.departure.decommissionOffline')}</p>}
      </div>
    </ConfirmDialog>
  );
}
