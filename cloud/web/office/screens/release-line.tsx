import type { ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import { useQuery } from '@tanstack/react-query';
import { useNowMs } from '../../ui/use-now.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { useWords } from '../i18n.ts';
import { fleetReleaseQuery } from './fleet-queries.ts';
import { releaseLineOf } from './release-rules.ts';
import { PLACE } from './screen-rules.ts';
import { useReasonWords } from './use-reason-words.ts';

/** The release that goes out, in one line over the fleet: who has it, and what the others wait for. Each part chooses those screens. */
export function ReleaseLine({
  buildingId,
  chosen,
  onChoose,
}: {
  buildingId: string | undefined;
  chosen: ReleaseStanding | undefined;
  onChoose(standing: ReleaseStanding | undefined): void;
}) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const reasonWords = useReasonWords();
  const { data } = useQuery(fleetReleaseQuery(buildingId === undefined ? {} : { buildingId }));
  const line = data === undefined ? null : releaseLineOf(data);
  if (data === undefined || data.rollout === null || line === null) return null;
  const { rollout, rings, reasons } = data;
  const { version, state, quiet, soaksUntil } = rollout;
  const ring = rings.find((one) => one.ring === rollout.ring);
  const goesOn = state === 'running' || state === 'paused';
  const said = { version, current: line.current, total: line.total };
  const partWords = (standing: (typeof line.parts)[number]['standing'], count: number) =>
    standing === 'waiting' && quiet === null ? t('release.part.waitingAlways', { count }) : t(`release.part.${standing}`, { count });
  return (
    <section className="release-line" aria-label={t('release.title')}>
      <p className="release-sentence">
        <strong>
          {t(line.current === line.total ? (line.total === 1 ? 'release.lineOne' : 'release.lineAll') : 'release.line', said)}
        </strong>
        {line.parts.map(({ standing, count }) => (
          <button
            key={standing}
            type="button"
            className={standing === 'failed' ? 'release-part word-alert' : 'release-part'}
            aria-pressed={chosen === standing}
            onClick={() => onChoose(chosen === standing ? undefined : standing)}
          >
            {partWords(standing, count)}
          </button>
        ))}
      </p>
      <p className="muted">
        {state !== 'running' && `${t(`release.state.${state}`)} `}
        {goesOn && ring !== undefined && line.current < line.total && `${t('release.ringNow', { ring: ring.name })} `}
        {state === 'running' &&
          soaksUntil !== null &&
          line.current < line.total &&
          `${t('release.soaks', { at: momentWords(Date.parse(soaksUntil), language, PLACE, nowMs) })} `}
        {goesOn && quiet !== null && line.current < line.total && t('release.quiet', { from: quiet.from, until: quiet.until })}
      </p>
      {reasons.length > 0 && (
        <details className="release-reasons">
          <summary>{t('release.showReasons')}</summary>
          <ul>
            {reasons.map(({ standing, reason, count }) => (
              <li key={`${standing} ${reason}`}>
                {t(`release.part.${standing}`, { count })}: {reasonWords(reason)}
              </li>
            ))}
          </ul>
          <p className="muted">{t('release.operator')}</p>
        </details>
      )}
    </section>
  );
}
