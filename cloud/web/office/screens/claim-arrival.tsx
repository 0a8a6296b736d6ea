import { Button, Group, Loader, Stack } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n.ts';
import { useFocusFirst } from '../pieces/focus-first.ts';
import { Notice } from '../pieces/notice.tsx';
import { deviceQuery } from './queries.ts';
import { contentProgress } from './screen-rules.ts';

const USUALLY_WITHIN_MS = 20_000;

/** The last step: nothing is left to do but to see the screen connect and show its building. */
export function ClaimArrival({ deviceId, onClose }: { deviceId: string; onClose(): void }) {
  const { t } = useWords();
  const { data: device } = useQuery(deviceQuery(deviceId));
  const step = useFocusFirst<HTMLDivElement>();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), USUALLY_WITHIN_MS);
    return () => clearTimeout(timer);
  }, []);
  const connected = device !== undefined && (device.online || device.reported !== null);
  const painted = device !== undefined && contentProgress(device) === 'painted';
  const steps = [
    { done: true, text: t('screens.claim.confirmed') },
    { done: connected, text: t(connected ? 'screens.claim.connected' : 'screens.claim.connecting') },
    ...(connected ? [{ done: painted, text: t(painted ? 'screens.claim.painted' : 'screens.claim.painting') }] : []),
  ];
  return (
    <Stack gap="md" ref={step}>
      <ol className="claim-steps" aria-label={t('screens.claim.steps')} aria-live="polite">
        {steps.map((step) => (
          <li key={step.text} className={step.done ? 'word-positive' : undefined}>
            {step.done ? <IconCheck size={18} aria-hidden /> : <Loader size={16} aria-hidden />} {step.text}
          </li>
        ))}
      </ol>
      {slow && !painted && <Notice>{t(`screens.claim.slow.${connected ? 'painting' : 'connecting'}`)}</Notice>}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {t('screens.claim.done')}
        </Button>
      </Group>
    </Stack>
  );
}
