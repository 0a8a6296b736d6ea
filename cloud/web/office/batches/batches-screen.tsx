import type { DeviceBatch } from '@concierge/contract/http/device-batches.ts';
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useNowMs } from '../../ui/use-now.ts';
import { dayWords } from '../../ui/words/dates.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { MoreRows } from '../pieces/more-rows.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { PLACE } from '../screens/screen-rules.ts';
import { batchesQuery } from './queries.ts';
import { WaitingNotice } from './waiting-notice.tsx';
import './batches.css';

/** Every batch of the office, the newest first: how far each has come. */
export function BatchesScreen() {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(batchesQuery);
  const { data: buildings } = useQuery(buildingsQuery);
  const day = (at: string) => dayWords(Date.parse(at), language, PLACE, nowMs);
  const number = (value: number, alert = false) => (
    <span className={value === 0 ? 'muted' : alert ? 'word-alert' : undefined}>{value}</span>
  );
  const columns: Column<DeviceBatch>[] = [
    {
      key: 'name',
      header: t('batch.one'),
      cell: (batch) => (
        <Link className="row-link" to="/batches/$batchId" params={{ batchId: batch.id }}>
          {t('batch.called', { number: batch.number, name: batch.name })}
        </Link>
      ),
    },
    {
      key: 'building',
      header: t('batch.building'),
      cell: ({ buildingId }) => {
        const building = buildings?.find(({ id }) => id === buildingId);
        if (buildingId === null) return <span className="muted">{t('batch.eachItsOwn')}</span>;
        return building === undefined ? '…' : localized(building.name, language);
      },
    },
    { key: 'made', header: t('batch.made'), cell: ({ createdAt }) => <span className="batch-day">{day(createdAt)}</span> },
    {
      key: 'labels',
      header: t('batch.labels'),
      cell: ({ labelsAt }) =>
        labelsAt === null ? <span className="muted">{t('batch.noLabels')}</span> : t('batch.labelsAt', { at: day(labelsAt) }),
    },
    {
      key: 'claimed',
      header: t('batch.claimed'),
      align: 'end',
      cell: ({ serials, size }) => t('batch.claimedOf', { claimed: serials.claimed, size }),
    },
    { key: 'waiting', header: t('batch.waiting'), align: 'end', cell: ({ serials }) => number(serials.waiting, true) },
    { key: 'revoked', header: t('batch.revokedCount'), align: 'end', cell: ({ serials }) => number(serials.revoked) },
    { key: 'left', header: t('batch.leftCount'), align: 'end', cell: ({ serials }) => number(serials.left) },
    {
      key: 'state',
      header: t('batch.stateLabel'),
      cell: ({ state, expiresAt }) => (
        <span className="stacked">
          <BatchState state={state} />
          {state === 'open' && (
            <span className="muted">
              {t('batch.ends')} {day(expiresAt)}
            </span>
          )}
        </span>
      ),
    },
  ];
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <ScreenHeader
        title={t('batch.many')}
        about={t('batch.about')}
        actions={
          <Button variant="default" renderRoot={(props) => <Link to="/expected" {...props} />}>
            {t('expected.title')}
          </Button>
        }
      />
      <WaitingNotice />
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <ListSkeleton rows={6} />}
      {data !== undefined && rows.length === 0 && <EmptyState title={t('batch.none')} text={t('batch.noneHint')} />}
      {rows.length > 0 && <DataTable label={t('batch.many')} columns={columns} rows={rows} rowKey={(batch) => batch.id} />}
      <MoreRows pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  );
}

export function BatchState({ state }: { state: DeviceBatch['state'] }) {
  const { t } = useWords();
  return <span className={`status ${state === 'open' ? 'status-on' : 'status-off'}`}>{t(`batch.state.${state}`)}</span>;
}
