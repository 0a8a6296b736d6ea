import type { ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import type { DeviceFilter, DeviceSort, FleetDevice } from '@concierge/contract/http/fleet.ts';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { fleetQuery } from './fleet-queries.ts';
import { ScreenActions } from './screen-actions.tsx';
import { contentProgress, dataAgeOf } from './screen-rules.ts';
import { ScreenStatus } from './screen-status.tsx';

/** As in the lobby: younger data is nobody's concern while it is the newest. */
const AGE_WORTH_SAYING_MS = 3_600_000;

/** The screens that the filter leaves, a page of them at a time, so that ten thousand cost no more than a hundred. The page stands in the address. */
export function FleetList({
  filter,
  sort,
  after,
  total,
  empty,
  onPage,
  onClear,
}: {
  filter: DeviceFilter;
  sort: DeviceSort;
  /** Where the page begins; undefined: at the beginning. */
  after: string | undefined;
  /** How many there are; undefined until they are counted. */
  total: number | undefined;
  /** What stands here when there is no screen at all. */
  empty: ReactNode;
  onPage(after: string | undefined): void;
  onClear(): void;
}) {
  const { t } = useWords();
  const { data, error, refetch, isPlaceholderData } = useQuery(fleetQuery(filter, sort, after));
  // The pages gone through in this window; after a reload only the beginning is known.
  const [before, setBefore] = useState<readonly (string | undefined)[]>([]);
  const columns = useFleetColumns();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (data === undefined)
    return error === null ? <ListSkeleton rows={6} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  const rows = data.items;
  return (
    <>
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {rows.length === 0 && !isFiltered && after === undefined && empty}
      {rows.length === 0 && (isFiltered || after !== undefined) && (
        <EmptyState
          title={t('fleet.noMatch')}
          action={
            <Button variant="default" onClick={onClear}>
              {t('fleet.clear')}
            </Button>
          }
        />
      )}
      {rows.length > 0 && <DataTable label={t('screens.many')} columns={columns} rows={rows} rowKey={(device) => device.id} />}
      {rows.length > 0 && (
        <div className="table-foot">
          <p className="muted" role="status">
            {t('fleet.shown', { shown: rows.length, total: Math.max(rows.length, total ?? 0) })}
          </p>
          <span className="screen-actions">
            {after !== undefined && (
              <Button
                variant="default"
                disabled={isPlaceholderData}
                onClick={() => {
                  onPage(before.at(-1));
                  setBefore(before.slice(0, -1));
                }}
              >
                {t(before.length > 0 ? 'fleet.previous' : 'fleet.first')}
              </Button>
            )}
            {data.nextCursor !== null && (
              <Button
                variant="default"
                loading={isPlaceholderData}
                onClick={() => {
                  setBefore([...before, after]);
                  onPage(data.nextCursor ?? undefined);
                }}
              >
                {t('fleet.next')}
              </Button>
            )}
          </span>
        </div>
      )}
    </>
  );
}

function useFleetColumns(): Column<FleetDevice>[] {
  const { t, language } = useWords();
  const mayWrite = useMay('device:write');
  return [
    {
      key: 'name',
      header: t('screens.one'),
      cell: (device) => (
        <span>
          <Link className="row-link" to="/screens/$deviceId" params={{ deviceId: device.id }}>
            {device.name}
          </Link>
          {device.placement !== null && <span className="screen-placement"> {device.placement}</span>}
          {device.sample && <SampleSign />}
        </span>
      ),
    },
    {
      key: 'building',
      header: t('building.one'),
      cell: (device) => (
        <Link className="row-link fleet-building" to="/buildings/$buildingId" params={{ buildingId: device.buildingId }}>
          {localized(device.building, language)}
        </Link>
      ),
    },
    {
      key: 'online',
      header: t('screens.connection'),
      cell: (device) => <ScreenStatus device={{ ...device, lastSeenAt: device.lastSignAt }} />,
    },
    { key: 'alerts', header: t('screens.health'), cell: (device) => <Condition device={device} /> },
    { key: 'content', header: t('screens.content'), cell: (device) => <Content device={device} /> },
    {
      key: 'temperature',
      header: '°C',
      align: 'end',
      cell: (device) =>
        device.temperatureCelsius === null ? (
          <span className="muted">–</span>
        ) : (
          <span className="fleet-number">{device.temperatureCelsius.toLocaleString(language, { maximumFractionDigits: 0 })}</span>
        ),
    },
    ...(mayWrite
      ? [
          {
            key: 'actions',
            header: t('table.actions'),
            hiddenHeader: true as const,
            align: 'end' as const,
            cell: (device: FleetDevice) => <ScreenActions device={device} size="row" />,
          },
        ]
      : []),
  ];
}

export function SampleSign() {
  const { t } = useWords();
  return (
    <span className="fleet-tag" title={t('fleet.sampleHint')}>
      {t('fleet.sample')}
    </span>
  );
}

/** What is the matter; where nothing is, which program it runs. */
function Condition({ device }: { device: FleetDevice }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { reported } = device;
  const refusal = reported?.lastRefusal ?? null;
  return (
    <span className="stacked">
      {device.alerts.map((kind) => (
        <span key={kind} className="fleet-alert">
          {t(`fleet.alert.${kind}`)}
        </span>
      ))}
      {reported === null ? (
        <span className="muted">{t('screens.noReport')}</span>
      ) : (
        <span className="muted">{t('screens.version', { version: reported.agentVersion })}</span>
      )}
      {told.has(device.release.standing) && (
        <span className={device.release.standing === 'failed' ? 'word-alert' : 'muted'}>
          {t(`release.standing.${device.release.standing}`)}
        </span>
      )}
      {refusal !== null && (
        <span className="word-alert">
          {t('screens.refused', {
            what: t(`screens.sent.${sent.find((each) => each === refusal.topic) ?? 'other'}`),
            reason: refusal.reason,
            age: ageWords(nowMs - Date.parse(refusal.at), language),
          })}
        </span>
      )}
    </span>
  );
}

/** Standings that are worth a line: on the way, or gone wrong. */
const told: ReadonlySet<ReleaseStanding> = new Set(['starting', 'waiting', 'downloading', 'held', 'failed']);

/** What a screen says it was sent, as far as people have a word for it. */
const sent = ['desired', 'content', 'qr'] as const;

/** How far it is with the newest, and how old what it shows is where that is worth a word. */
export function Content({ device }: { device: FleetDevice }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const progress = contentProgress(device);
  const age = dataAgeOf(device);
  const ageMs = age.kind === 'confirmed' ? nowMs - Date.parse(age.at) : null;
  return (
    <span className="stacked">
      <span className={progress === 'painted' ? 'word-positive' : progress === 'behind' ? 'word-alert' : undefined}>
        {t(`screens.progress.${progress}`)}
      </span>
      {ageMs !== null && (progress === 'behind' || ageMs >= AGE_WORTH_SAYING_MS) && (
        <span className="muted">{t('screens.dataAge', { age: ageWords(ageMs, language) })}</span>
      )}
    </span>
  );
}
