import type { DeviceDetail } from '@concierge/contract/http/fleet.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { SampleSign } from './fleet-list.tsx';
import { deviceQuery } from './queries.ts';
import { ScreenActions } from './screen-actions.tsx';
import { OpenAlerts, PastAlerts } from './screen-alerts.tsx';
import { MachineFacts, StandingFacts } from './screen-facts.tsx';
import { ScreenHistory } from './screen-history.tsx';
import { ScreenRelease } from './screen-release.tsx';
import './screens.css';
import './screen-page.css';

const route = getRouteApi('/shell/screens/$deviceId');

/** A picture of the machine that changes nothing is not announced; the page looks for it by itself. */
const READ_AGAIN_MS = 60_000;

/** One screen closely: what is the matter, how it stands, how its machine fares now and has fared. */
export function ScreenPage() {
  const { t } = useWords();
  const { deviceId } = route.useParams();
  const { range = 'day' } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: device, error, refetch } = useQuery({ ...deviceQuery(deviceId), refetchInterval: READ_AGAIN_MS });
  if (error instanceof ApiProblem && (error.code === 'not-found' || error.status === 400))
    return <EmptyState wholeScreen title={t('fleet.noMatch')} action={<Link to="/screens">{t('screens.many')}</Link>} />;
  if (device === undefined) return error === null ? <ListSkeleton /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  return (
    <>
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      <Head device={device} />
      <div className="screen-page">
        <div className="screen-column">
          <Section title={t('fleet.openAlerts')}>
            <OpenAlerts device={device} />
          </Section>
          {!device.sample && (
            <Section title={t('release.title')}>
              <ScreenRelease device={device} />
            </Section>
          )}
          <Section title={t('fleet.now')}>
            <StandingFacts device={device} />
          </Section>
          <Section title={t('fleet.machine')}>
            <MachineFacts device={device} />
          </Section>
        </div>
        <div className="screen-column">
          <Section title={t('fleet.history')}>
            <ScreenHistory
              device={device}
              range={range}
              onRange={(chosen) => void navigate({ search: { range: chosen === 'day' ? undefined : chosen }, replace: true })}
            />
          </Section>
          <PastAlerts device={device} />
        </div>
      </div>
    </>
  );
}

function Head({ device }: { device: DeviceDetail }) {
  const { t, language } = useWords();
  const mayWrite = useMay('device:write');
  return (
    <>
      <p className="screen-way">
        <Link to="/screens">{t('screens.many')}</Link>
        <span aria-hidden> / </span>
        <Link to="/buildings/$buildingId" params={{ buildingId: device.buildingId }}>
          {localized(device.building, language)}
        </Link>
      </p>
      <ScreenHeader
        title={device.name}
        about={
          <>
            <span className={`status fleet-sign-${device.state}`}>{t(`fleet.state.${device.state}`)}</span>
            {device.placement !== null && ` · ${device.placement}`} {device.sample && <SampleSign />}
          </>
        }
        actions={mayWrite && <ScreenActions device={device} size="page" />}
      />
    </>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="screen-section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
