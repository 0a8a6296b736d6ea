import { type DeviceFilter, DeviceState, type FleetGroup, type FleetGrouping } from '@concierge/contract/http/fleet.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from '../pieces/data-table.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { fleetGroupsQuery } from './fleet-queries.ts';

/** The screens by ring or by state; each group leads to its screens, with everything else that was chosen. */
export function FleetGroups({ filter, by }: { filter: DeviceFilter; by: FleetGrouping }) {
  const { t } = useWords();
  const { data: rows, error, refetch } = useQuery(fleetGroupsQuery(filter, by));
  if (rows === undefined)
    return error === null ? <ListSkeleton rows={4} /> : <ReadProblem problem={error} onRetry={() => void refetch()} />;
  if (rows.length === 0) return <EmptyState title={t('fleet.noMatch')} />;
  const count = (value: number, alert: boolean) => (
    <span className={value === 0 ? 'muted' : alert ? 'word-alert' : undefined}>{value}</span>
  );
  const called = (group: FleetGroup) => {
    const state = DeviceState.safeParse(group.key);
    if (by === 'state' && state.success)
      return (
        <Link className="row-link" to="/screens" search={{ ...filter, state: state.data }}>
          <span className={`status fleet-sign-${state.data}`}>{t(`fleet.state.${state.data}`)}</span>
        </Link>
      );
    return (
      <Link className="row-link" to="/screens" search={{ ...filter, ring: group.key ?? 'none' }}>
        {group.key === null ? t('release.noRing') : t('release.ringName', { ring: group.key, name: group.name ?? '' })}
      </Link>
    );
  };
  const columns: Column<FleetGroup>[] = [
    { key: 'name', header: t(by === 'ring' ? 'release.ring' : 'fleet.stateFilter'), cell: called },
    { key: 'total', header: t('fleet.counts.total'), align: 'end', cell: (row) => row.total },
    ...(by === 'ring'
      ? [
          {
            key: 'trouble',
            header: t('fleet.counts.trouble'),
            align: 'end' as const,
            cell: (row: FleetGroup) => count(row.trouble, true),
          },
          {
            key: 'offline',
            header: t('fleet.counts.offline'),
            align: 'end' as const,
            cell: (row: FleetGroup) => count(row.offline, true),
          },
        ]
      : []),
    { key: 'current', header: t('fleet.counts.current'), align: 'end', cell: (row) => count(row.current, false) },
    { key: 'failed', header: t('fleet.counts.failed'), align: 'end', cell: (row) => count(row.failed, true) },
  ];
  return <DataTable label={t(`fleet.grouping.${by}`)} columns={columns} rows={rows} rowKey={(row) => row.key ?? ''} />;
}
