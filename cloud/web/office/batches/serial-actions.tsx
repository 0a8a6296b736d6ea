import type { Preauthorisation } from '@concierge/contract/http/device-batches.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { RevokeDeviceDialog } from './revoke-device-dialog.tsx';

const PlaceDialog = fetchedLater(() => import('./place-dialog.tsx').then((file) => file.PlaceDialog));
const RemoveSerialDialog = fetchedLater(() => import('./remove-serial-dialog.tsx').then((file) => file.RemoveSerialDialog));

/** What can be done with one machine of a batch, by where it stands. */
export function SerialActions({ batchId, row, size }: { batchId: string; row: Preauthorisation; size: 'row' | 'page' }) {
  const { t } = useWords();
  const [open, setOpen] = useState<'place' | 'remove' | 'revoke' | null>(null);
  const close = () => setOpen(null);
  const { deviceNumber: number, serial, state, device } = row;
  const look = size === 'row' ? ({ variant: 'subtle', size: 'compact-sm' } as const) : ({ variant: 'default' } as const);
  return (
    <span className={size === 'row' ? 'serial-actions' : 'screen-actions'}>
      {state === 'waiting' && (
        <Button
          {...look}
          variant={size === 'row' ? 'light' : 'filled'}
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
      {open === 'place' && <PlaceDialog batchId={batchId} serial={serial} onClose={close} />}
      {open === 'remove' && <RemoveSerialDialog batchId={batchId} serial={serial} number={number} onClose={close} />}
      {open === 'revoke' && device !== null && <RevokeDeviceDialog device={device} onClose={close} />}
    </span>
  );
}
