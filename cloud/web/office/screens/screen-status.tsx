import type { Device } from '@concierge/contract/http/devices.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { useWords } from '../i18n.ts';

/** Whether a screen is connected, in words, with a sign beside them. */
export function ScreenStatus({ device }: { device: Pick<Device, 'online' | 'lastSeenAt' | 'leaving' | 'wipeFailed'> }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  if (device.leaving)
    return <span className="status status-off">{t(device.wipeFailed === true ? 'screens.wipeFailed' : 'screens.leaving')}</span>;
  if (device.online) return <span className="status status-on">{t('screens.online')}</span>;
  return (
    <span className="status status-off">
      {device.lastSeenAt === null
        ? t('screens.neverSeen')
        : t('screens.offlineSince', { age: ageWords(nowMs - Date.parse(device.lastSeenAt), language) })}
    </span>
  );
}
