import type { Device } from '@concierge/contract/http/devices.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../i18n.ts';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { useToast } from '../pieces/toast.tsx';

const CommandsDialog = fetchedLater(() => import('./commands-dialog.tsx').then((file) => file.CommandsDialog));
const DepartureDialog = fetchedLater(() => import('./departure-dialog.tsx').then((file) => file.DepartureDialog));
const ScreenDialog = fetchedLater(() => import('./screen-dialog.tsx').then((file) => file.ScreenDialog));

/** What can be done with a screen; nothing with one that only stands for a screen. */
export function ScreenActions({ device, size }: { device: Device; size: 'row' | 'page' }) {
  const { t } = useWords();
  const toast = useToast();
  const [open, setOpen] = useState<'commands' | 'settings' | 'departure' | null>(null);
  const close = () => setOpen(null);
  const look = size === 'row' ? ({ variant: 'subtle', size: 'compact-sm' } as const) : ({ variant: 'default' } as const);
  const { name, leaving } = device;
  return (
    <span className={size === 'row' ? 'screen-row-actions' : 'screen-actions'}>
      {!leaving && (
        <Button {...look} aria-haspopup="dialog" aria-label={t('screens.commands.openOf', { name })} onClick={() => setOpen('commands')}>
          {t('screens.commands.open')}
        </Button>
      )}
      {!leaving && (
        <Button {...look} aria-haspopup="dialog" aria-label={t('screens.settingsOf', { name })} onClick={() => setOpen('settings')}>
          {t('screens.settings')}
        </Button>
      )}
      <Button
        {...look}
        variant="subtle"
        color="alert"
        aria-haspopup="dialog"
        aria-label={t(leaving ? 'screens.departure.revokeOf' : 'screens.departure.decommissionOf', { name })}
        onClick={() => setOpen('departure')}
      >
        {t(leaving ? 'screens.departure.revoke' : 'screens.departure.decommission')}
      </Button>
      {open === 'commands' && <CommandsDialog device={device} onClose={close} />}
      {open === 'departure' && <DepartureDialog device={device} onClose={close} />}
      {open === 'settings' && (
        <ScreenDialog
          device={device}
          onClose={close}
          onDone={() => {
            close();
            toast({ text: t('saved') });
          }}
        />
      )}
    </span>
  );
}
