import { type DeviceBatch, type Preauthorisation, SerialState } from '@concierge/contract/http/device-batches.ts';
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { fetchedLater } from '../pieces/fetched-later.tsx';
import { MoreRows } from '../pieces/more-rows.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { Facts } from '../screens/screen-facts.tsx';
import { PLACE } from '../screens/screen-rules.ts';
import { useMay } from '../session/session.ts';
import { BatchState } from './batches-screen.tsx';
import { batchQuery, batchSerialsQuery } from './queries.ts';
import { SerialActions, useSerialDialogs } from './serial-actions.tsx';
import { useReopening } from './use-reopening.ts';
import '../screens/screens.css';
import '../screens/screen-page.css';
import './batches.css';

const route = getRouteApi('/shell/batches/$batchId');
const RevokeBatchDialog = fetchedLater(() => import('./revoke-batch-dialog.tsx').then((file) => file.RevokeBatchDialog));

/** One batch: what is known of it, and each of its machines. */
export function BatchPage() {
  const { t } = useWords();
  const { batchId } = route.useParams();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('device:write');
  const reopen = useReopening();
  const [revoking, setRevoking] = useState(false);
  const { data: batch, error, refetch } = useQuery(batchQuery(batchId));
  if (error instanceof ApiProblem && (error.code === 'not-found' || error.status === 400))
    return <EmptyState wholeScreen title={t('batch.unknown')} action={<Link to="/batches">{t('batch.many')}</Link>} />;
  if (batch === undefined) return error === null ? <ListSkeleton /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  return (
    <>
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      <p className="screen-way">
        <Link to="/batches">{t('batch.many')}</Link>
      </p>
      <ScreenHeader
        title={t('batch.called', { number: batch.number, name: batch.name })}
        about={<BatchState state={batch.state} />}
        actions={
          mayWrite &&
          batch.state === 'open' && (
            <Button variant="subtle" color="alert" aria-haspopup="dialog" onClick={() => setRevoking(true)}>
              {t('batch.revoke')}
            </Button>
          )
        }
      />
      {batch.reopenableUntil !== null && <Reopenable batch={batch} until={batch.reopenableUntil} onReopen={reopen} />}
      <div className="batch-page">
        <section className="screen-section">
          <h2>{t('batch.facts')}</h2>
          <BatchFacts batch={batch} />
        </section>
        <section className="screen-section batch-devices">
          <h2>{t('batch.devices')}</h2>
          <StateFilter
            batch={batch}
            chosen={state}
            onChoose={(chosen) => void navigate({ search: chosen === undefined ? {} : { state: chosen }, replace: true })}
          />
          <Serials batch={batch} state={state} />
        </section>
      </div>
      {revoking && <RevokeBatchDialog batch={batch} onClose={() => setRevoking(false)} />}
    </>
  );
}

function Reopenable({ batch, until, onReopen }: { batch: DeviceBatch; until: string; onReopen(batch: DeviceBatch): Promise<void> }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const mayWrite = useMay('device:write');
  if (Date.parse(until) < nowMs) return null;
  return (
    <div className="waiting-notice">
      <Notice
        actions={
          mayWrite && (
            <Button variant="default" onClick={() => void onReopen(batch)}>
              {t('batch.reopen')}
            </Button>
          )
        }
      >
        {t('batch.reopenHint', { at: momentWords(Date.parse(until), language, PLACE, nowMs) })}
      </Notice>
    </div>
  );
}

function BatchFacts({ batch }: { batch: DeviceBatch }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { data: buildings } = useQuery(buildingsQuery);
  const moment = (at: string) => momentWords(Date.parse(at), language, PLACE, nowMs);
  const building = buildings?.find(({ id }) => id === batch.buildingId);
  const listed = Object.values(batch.serials).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <Facts
        rows={[
          [
            t('batch.building'),
            batch.buildingId === null ? t('batch.eachItsOwn') : building === undefined ? '…' : localized(building.name, language),
          ],
          [t('batch.made'), moment(batch.createdAt)],
          [t(batch.state === 'expired' ? 'batch.ended' : 'batch.ends'), moment(batch.expiresAt)],
          [t('batch.labels'), batch.labelsAt === null ? t('batch.noLabels') : t('batch.labelsAt', { at: moment(batch.labelsAt) })],
          [t('batch.card'), <Cards key="cards" batch={batch} />],
          [t('batch.claimed'), t('batch.claimedOf', { claimed: batch.serials.claimed, size: batch.size })],
          [
            t('batch.refused'),
            batch.refusedCount === 0 ? (
              t('batch.refusedNone')
            ) : (
              <span key="refused" className="stacked">
                <span className="word-alert">
                  {t('batch.refusedCount', {
                    count: batch.refusedCount,
                    at: batch.lastRefusedAt === null ? '' : moment(batch.lastRefusedAt),
                  })}
                </span>
                <span className="muted">{t('batch.refusedHint')}</span>
              </span>
            ),
          ],
        ]}
      />
      {listed < batch.size && <p className="muted">{t('batch.unlistedCount', { count: batch.size - listed })}</p>}
    </>
  );
}

/** What the cards of the batch are worth. */
function Cards({ batch: { state, bootTokenAt } }: { batch: DeviceBatch }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  if (state !== 'open') return t('batch.cardOver');
  return bootTokenAt === null
    ? t('batch.noCard')
    : t('batch.cardMade', { at: momentWords(Date.parse(bootTokenAt), language, PLACE, nowMs) });
}

function StateFilter({
  batch,
  chosen,
  onChoose,
}: {
  batch: DeviceBatch;
  chosen: SerialState | undefined;
  onChoose(state: SerialState | undefined): void;
}) {
  const { t } = useWords();
  const { serials } = batch;
  const all = Object.values(serials).reduce((sum, count) => sum + count, 0);
  return (
    <div className="fleet-states" role="group" aria-label={t('batch.stateLabel')}>
      {[undefined, ...SerialState.options].map((state) => {
        const count = state === undefined ? all : serials[state];
        if (state !== undefined && count === 0 && chosen !== state) return null;
        return (
          <button
            key={state ?? 'all'}
            type="button"
            className="fleet-state"
            aria-pressed={chosen === state}
            onClick={() => onChoose(chosen === state ? undefined : state)}
          >
            <span className={state === undefined ? undefined : `status serial-sign-${state}`}>
              {state === undefined ? t('batch.all') : t(`batch.serialState.${state}`)}
            </span>
            <span className="fleet-state-count">{count}</span>
          </button>
        );
      })}
    </div>
  );
}

function Serials({ batch, state }: { batch: DeviceBatch; state: SerialState | undefined }) {
  const { t } = useWords();
  const dialogs = useSerialDialogs();
  const mayWrite = useMay('device:write');
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(batchSerialsQuery(batch.id, state));
  if (data === undefined)
    return error === null ? <ListSkeleton rows={6} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  const rows = data.pages.flatMap((page) => page.items);
  const columns: Column<Preauthorisation>[] = [
    { key: 'number', header: t('batch.device'), cell: (row) => <span className="device-number">{row.deviceNumber}</span> },
    { key: 'serial', header: t('batch.serial'), cell: (row) => <span className="fact-code">{row.serial}</span> },
    { key: 'state', header: t('batch.stateLabel'), cell: (row) => <SerialStanding row={row} batch={batch} /> },
    ...(mayWrite
      ? [
          {
            key: 'actions',
            header: t('table.actions'),
            hiddenHeader: true as const,
            align: 'end' as const,
            cell: (row: Preauthorisation) => <SerialActions batchId={batch.id} row={row} onOpen={dialogs.open} />,
          },
        ]
      : []),
  ];
  return (
    <>
      {dialogs.dialog}
      {rows.length === 0 && <EmptyState title={t('batch.noSerial')} />}
      {rows.length > 0 && <DataTable label={t('batch.devices')} columns={columns} rows={rows} rowKey={(row) => row.serial} />}
      <MoreRows pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  );
}

/** Where one machine stands: its screen, where it will hang, or since when it waits. */
export function SerialStanding({ row, batch }: { row: Preauthorisation; batch: Pick<DeviceBatch, 'buildingId'> }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { data: buildings } = useQuery(buildingsQuery);
  const { state, device, presentedAt, buildingId } = row;
  const building = buildings?.find(({ id }) => id === buildingId);
  const placed = (state === 'open' || state === 'waiting') && buildingId !== null && buildingId !== batch.buildingId;
  return (
    <span className="stacked">
      <span className={`status serial-sign-${state}`}>{t(`batch.serialState.${state}`)}</span>
      {state === 'claimed' && device !== null && (
        <Link className="row-link" to="/screens/$deviceId" params={{ deviceId: device.id }}>
          {device.name}
        </Link>
      )}
      {state === 'waiting' && presentedAt !== null && (
        <span className="muted">{t('batch.seen', { age: ageWords(nowMs - Date.parse(presentedAt), language) })}</span>
      )}
      {placed && (
        <span className="muted">
          {building === undefined ? '' : `${localized(building.name, language)}. `}
          {t(state === 'open' ? 'batch.placedOpen' : 'batch.placed')}
        </span>
      )}
    </span>
  );
}
