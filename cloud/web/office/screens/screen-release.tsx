import type { DeviceReleaseView } from '@concierge/contract/http/device-releases.ts';
import type { DeviceDetail } from '@concierge/contract/http/fleet.ts';
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { useMay } from '../session/session.ts';
import { deviceReleaseQuery, retryRelease } from './fleet-queries.ts';
import { Facts } from './screen-facts.tsx';
import { PLACE } from './screen-rules.ts';
import { useReasonWords } from './use-reason-words.ts';

/** The program of one screen: what it runs, what is offered, why it does not have it yet, and what became of those before. */
export function ScreenRelease({ device }: { device: DeviceDetail }) {
  const { data, error, refetch } = useQuery(deviceReleaseQuery(device.id));
  if (data === undefined)
    return error === null ? <ListSkeleton rows={2} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Standing release={data} />
      {data.standing === 'failed' && <Retry device={device} release={data} />}
      <History release={data} />
    </>
  );
}

function Standing({ release }: { release: DeviceReleaseView }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const reasonWords = useReasonWords();
  const { running, ring, rollout, standing, why, reason, since } = release;
  const moment = (at: string | null | undefined) =>
    at === null || at === undefined ? '' : momentWords(Date.parse(at), language, PLACE, nowMs);
  const about = t(`release.why.${why}`, {
    at: moment(rollout?.soaksUntil),
    from: rollout?.quiet?.from ?? '',
    until: rollout?.quiet?.until ?? '',
  });
  if (running === null) return <p className="muted">{about}</p>;
  return (
    <Facts
      rows={[
        [t('release.fact.running'), running.sequence === 0 ? t('release.built', { version: running.version }) : running.version],
        ...(rollout === null ? [] : [[t('release.fact.offered'), rollout.version] as const]),
        ...(ring === null ? [] : [[t('release.fact.ring'), t('release.ringName', { ring: ring.ring, name: ring.name })] as const]),
        [
          t('release.fact.standing'),
          <span key="standing" className="stacked">
            {standing !== 'none' && (
              <span className={standing === 'failed' ? 'word-alert' : standing === 'current' ? 'word-positive' : undefined}>
                {t(`release.standing.${standing}`)}
              </span>
            )}
            <span className="muted">
              {about} {reason !== null && t('release.reasonLabel', { reason: reasonWords(reason) })}
            </span>
          </span>,
        ],
        ...(since === null || standing === 'current' ? [] : [[t('release.fact.since'), moment(since)] as const]),
      ]}
    />
  );
}

function Retry({ device, release }: { device: DeviceDetail; release: DeviceReleaseView }) {
  const { t, language } = useWords();
  const mayWrite = useMay('device:write');
  const queryClient = useQueryClient();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  // Before React has drawn the button anew a second click may come.
  const sent = useRef(false);
  const { rollout } = release;
  if (!release.mayRetry || rollout === null) return <p className="muted">{t('release.noRetry')}</p>;
  if (!mayWrite) return null;
  const retry = async () => {
    if (sent.current) return;
    sent.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await retryRelease(device.id, rollout.sequence);
      toast({ text: t('release.retried') });
    } catch (failed) {
      setProblem(failed);
    } finally {
      // What is there now decides whether there is another try; it may be somebody else's.
      await queryClient.invalidateQueries({ queryKey: queryKeys.devices });
      sent.current = false;
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        variant="default"
        className="alert-button"
        loading={busy}
        aria-label={t('release.retryOf', { version: rollout.version })}
        onClick={() => void retry()}
      >
        {t('release.retry')}
      </Button>
      {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
    </>
  );
}

function History({ release }: { release: DeviceReleaseView }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const reasonWords = useReasonWords();
  if (release.running === null && release.history.length === 0) return null;
  return (
    <>
      <h3 className="release-history-title">{t('release.history')}</h3>
      {release.history.length === 0 ? (
        <p className="muted">{t('release.noHistory')}</p>
      ) : (
        <ol className="past-alerts">
          {release.history.map(({ at, sequence, version, what, reason, by }) => (
            <li key={`${at} ${what}`}>
              <span>
                {t(`release.event.${what}`, { version: version ?? t('release.unnamed', { sequence }) })}
                {reason !== null && what === 'failed' && `: ${reasonWords(reason)}`}
                {by !== null && by !== '' && ` ${t('release.by', { name: by })}`}
              </span>
              <span className="muted">{momentWords(Date.parse(at), language, PLACE, nowMs)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
