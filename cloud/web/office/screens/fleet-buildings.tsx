import type { DeviceFilter, FleetBuilding } from '@concierge/contract/http/fleet.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { MoreRows } from '../pieces/more-rows.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { fleetBuildingsQuery } from './fleet-queries.ts';

/** The screens by building, those with most that is not well first. */
export function FleetBuildings({ filter }: { filter: DeviceFilter }) {
  const { t, language } = useWords();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(fleetBuildingsQuery(filter));
  if (data === undefined)
    return error === null ? <ListSkeleton rows={6} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  const rows = data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <EmptyState title={t('fleet.noMatch')} />;
  const count = (value: number, alert: boolean) => (
    <span className={value === 0 ? 'muted' : alert ? 'word-alert' : undefined}>{value}</span>
  );
  const columns: Column<FleetBuilding>[] = [
    {
      key: 'name',
      header: t('building.one'),
      cell: (row) => (
        <Link className="row-link" to="/screens" search={{ ...filter, buildingId: row.buildingId }}>
          {localized(row.name, language)}
        </Link>
      ),
    },
    { key: 'total', header: t('fleet.counts.total'), align: 'end', cell: (row) => row.total },
    { key: 'trouble', header: t('fleet.counts.trouble'), align: 'end', cell: (row) => count(row.trouble, true) },
    { key: 'offline', header: t('fleet.counts.offline'), align: 'end', cell: (row) => count(row.offline, true) },
  ];
  return (
    <>
      <DataTable label={t('fleet.grouping.building')} columns={columns} rows={rows} rowKey={(row) => row.buildingId} />
      <MoreRows pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </>
  );
}
