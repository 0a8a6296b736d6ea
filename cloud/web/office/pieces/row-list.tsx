import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { matchesSearch } from '../../ui/words/fold.ts';
import { useWords } from '../i18n.ts';
import { type Column, DataTable } from './data-table.tsx';
import { EmptyState, ListSkeleton, ReadProblem } from './states.tsx';

/** What the address says of a list: what it is filtered by and in which order it stands. */
export interface ListAddress {
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly dir?: 'asc' | 'desc' | undefined;
}

/** A list of a room in all its states: being read, unread, empty, filtered to nothing, and the table. */
export function RowList<Row>({
  label,
  query: { data: rows, error, refetch },
  columns,
  rowKey,
  textOf,
  address: { q = '', sort = columns[0]?.key ?? '', dir = 'asc' },
  onAddress,
  filterLabel,
  filterFrom = 1,
  skeletonRows,
  empty,
}: {
  label: string;
  query: { readonly data: readonly Row[] | undefined; readonly error: Error | null; refetch(): unknown };
  /** The first one orders the list until another is chosen. */
  columns: readonly Column<Row>[];
  rowKey(row: Row): string;
  /** What the filter looks through. */
  textOf(row: Row): string;
  address: ListAddress;
  onAddress(change: ListAddress): void;
  filterLabel?: string;
  /** From how many rows on there is a filter. */
  filterFrom?: number;
  skeletonRows?: number;
  empty: ReactNode;
}) {
  const { t } = useWords();
  const shown = rows?.filter((row) => matchesSearch(textOf(row), q)) ?? [];
  return (
    <>
      {rows !== undefined && rows.length >= filterFrom && (
        <TextInput
          className="filter"
          label={filterLabel ?? t('table.filter')}
          value={q}
          onChange={(event) => onAddress({ q: event.currentTarget.value || undefined })}
        />
      )}
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {rows === undefined && error === null && <ListSkeleton {...(skeletonRows === undefined ? {} : { rows: skeletonRows })} />}
      {rows?.length === 0 && empty}
      {rows !== undefined && rows.length > 0 && shown.length === 0 && <EmptyState title={t('table.noMatch', { query: q })} />}
      {shown.length > 0 && (
        <DataTable
          label={label}
          columns={columns}
          rows={shown}
          rowKey={rowKey}
          sort={{ key: sort, direction: dir }}
          onSort={(order) => onAddress({ sort: order.key, dir: order.direction })}
        />
      )}
    </>
  );
}
