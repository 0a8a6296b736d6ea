import type { ExpectedDevice } from '@concierge/contract/http/device-batches.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { MoreRows } from '../pieces/more-rows.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { useMay } from '../session/session.ts';
import { SerialStanding } from './batch-page.tsx';
import { type ExpectedState, expectedQuery } from './queries.ts';
import { SerialActions, useSerialDialogs } from './serial-actions.tsx';
import '../screens/screens.css';
import './batches.css';

const route = getRouteApi('/shell/expected');

/** Machines that are no screens yet, whichever batch they are of: those that wait for somebody first. */
export function ExpectedScreen() {
  const { t } = useWords();
  const { state = 'waiting' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('device:write');
  const dialogs = useSerialDialogs();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(expectedQuery(state));
  const newest = data?.pages.at(-1);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const choose = (chosen: ExpectedState) => void navigate({ search: chosen === 'waiting' ? {} : { state: chosen }, replace: true });
  // Not its words: whoever read them here would not look for them on the screen.
  const columns: Column<ExpectedDevice>[] = [
    { key: 'number', header: t('batch.device'), cell: (row) => <span className="device-number">{row.deviceNumber}</span> },
    {
      key: 'batch',
      header: t('expected.from'),
      cell: ({ batch }) => (
        <Link className="row-link" to="/batches/$batchId" params={{ batchId: batch.id }}>
          {batch.name}
        </Link>
      ),
    },
    { key: 'serial', header: t('batch.serial'), cell: (row) => <span className="fact-code">{row.serial}</span> },
    { key: 'state', header: t('batch.stateLabel'), cell: (row) => <SerialStanding row={row} batch={{ buildingId: null }} /> },
    ...(mayWrite
      ? [
          {
            key: 'actions',
            header: t('table.actions'),
            hiddenHeader: true as const,
            align: 'end' as const,
            cell: (row: ExpectedDevice) => <SerialActions batchId={row.batch.id} row={row} onOpen={dialogs.open} />,
          },
        ]
      : []),
  ];
  return (
    <>
      {dialogs.dialog}
      <p className="screen-way">
        <Link to="/batches">{t('batch.many')}</Link>
      </p>
      <ScreenHeader title={t('expected.title')} about={t('expected.about')} />
      <div className="fleet-states expected-states" role="group" aria-label={t('expected.tabs.label')}>
        {(['waiting', 'open'] as const).map((each) => (
          <button key={each} type="button" className="fleet-state" aria-pressed={state === each} onClick={() => choose(each)}>
            <span className={`status serial-sign-${each}`}>{t(`expected.tabs.${each}`)}</span>
            <span className="fleet-state-count">{newest?.[each] ?? '–'}</span>
          </button>
        ))}
      </div>
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <ListSkeleton rows={6} />}
      {data !== undefined &&
        rows.length === 0 &&
        (state === 'waiting' ? (
          <EmptyState title={t('expected.noneWaiting')} text={t('expected.noneWaitingHint')} />
        ) : (
          <EmptyState title={t('expected.noneOpen')} />
        ))}
      {rows.length > 0 && (
        <DataTable label={t('expected.title')} columns={columns} rows={rows} rowKey={(row) => `${row.batch.id} ${row.serial}`} />
      )}
      <MoreRows pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  );
}
