import type { Preauthorisation } from '@concierge/contract/http/device-batches.ts';
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { RevokeDeviceDialog } from './revoke-device-dialog.tsx';

const PlaceDialog = fetchedLater(() => import('./place-dialog.tsx').then((file) => file.PlaceDialog));
const RemoveSerialDialog = fetchedLater(() => import('./remove-serial-dialog.tsx').then((file) => file.RemoveSerialDialog));

export interface OpenedSerial {
  readonly what: 'place' | 'remove' | 'revoke';
  readonly batchId: string;
  readonly row: Preauthorisation;
}

/**
 * The dialogs of a list of machines. They belong to the list and not to its rows: a machine that is claimed leaves the list of those that wait, and its dialog still shows it arrive.
 */
export function useSerialDialogs(): { open(opened: OpenedSerial): void; readonly dialog: ReactNode } {
  const [opened, setOpened] = useState<OpenedSerial | null>(null);
  const close = () => setOpened(null);
  return { open: setOpened, dialog: opened === null ? null : <SerialDialog opened={opened} onClose={close} /> };
}

function SerialDialog({ opened: { what, batchId, row }, onClose }: { opened: OpenedSerial; onClose(): void }) {
  const { serial, deviceNumber: number, device } = row;
  if (what === 'place') return <PlaceDialog batchId={batchId} serial={serial} onClose={onClose} />;
  if (what === 'remove') return <RemoveSerialDialog batchId={batchId} serial={serial} number={number} onClose={onClose} />;
  return device === null ? null : <RevokeDeviceDialog device={device} onClose={onClose} />;
}

/** What can be done with one machine of a batch, by where it stands. */
export function SerialActions({ batchId, row, onOpen }: { batchId: string; row: Preauthorisation; onOpen(opened: OpenedSerial): void }) {
  const { t } = useWords();
  const { deviceNumber: number, state, device } = row;
  const look = { variant: 'subtle', size: 'compact-sm' } as const;
  const setOpen = (what: OpenedSerial['what']) => onOpen({ what, batchId, row });
  return (
    <span className="serial-actions">
      {state === 'waiting' && (
        <Button
          {...look}
          variant="light"
          aria-haspopup="dialog"
          aria-label={t('batch.placeOf', { number })}
          onClick={() => setOpen('place')}
        >
          {t('batch.place')}
        </Button>
      )}
      {state === 'open' && (
        <Button {...look} aria-haspopup="dialog" aria-label={t('batch.placeLaterOf', { number })} onClick={() => setOpen('place')}>
          {t('batch.placeLater')}
        </Button>
      )}
      {(state === 'open' || state === 'waiting') && (
        <Button
          {...look}
          variant="subtle"
          color="alert"
          aria-haspopup="dialog"
          aria-label={t('batch.removeOf', { number })}
          onClick={() => setOpen('remove')}
        >
          {t('batch.remove')}
        </Button>
      )}
      {state === 'claimed' && device !== null && (
        <Button
          {...look}
          variant="subtle"
          color="alert"
          aria-haspopup="dialog"
          aria-label={t('batch.revokeDeviceOf', { number })}
          onClick={() => setOpen('revoke')}
        >
          {t('batch.revokeDevice')}
        </Button>
      )}
    </span>
  );
}
