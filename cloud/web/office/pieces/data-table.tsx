/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- on a phone the parts are no table boxes any more, and browsers then forget their roles */
/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- the body takes the arrow keys of the links and buttons inside it; it is no control itself */
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useMemo } from 'react';
import { useWords } from '../i18n.ts';
import { type SortOrder, sortRows } from './sort-rows.ts';
import './data-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly header: string;
  cell(row: Row): ReactNode;
  /** What the column sorts by; without it the header is no button. */
  sortValue?(row: Row): string | number | null;
  readonly align?: 'end';
  /** The header is for screen readers only (a column of buttons). */
  readonly hiddenHeader?: true;
}

/**
 * A table that sorts by its headers and moves by arrow keys from row to row. On a phone each row becomes a card; the roles are written out, because
 * a browser forgets that it is a table once its parts are no table boxes.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  sort,
  onSort,
  rowTone,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
  sort: SortOrder | null;
  onSort(sort: SortOrder): void;
  rowTone?(row: Row): 'alert' | undefined;
}) {
  const { t, language } = useWords();
  const sorted = useMemo(() => {
    const column = columns.find((each) => each.key === sort?.key);
    const { sortValue } = column ?? {};
    return sort === null || sortValue === undefined ? rows : sortRows(rows, sortValue, sort.direction, language);
  }, [columns, rows, sort, language]);

  return (
    <table className="data-table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => {
            const active = sort?.key === column.key;
            return (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                className={column.align === 'end' ? 'align-end' : undefined}
                aria-sort={active ? (sort.direction === 'asc' ? 'ascending' : 'descending') : undefined}
              >
                {column.sortValue === undefined ? (
                  <span className={column.hiddenHeader === true ? 'visually-hidden' : undefined}>{column.header}</span>
                ) : (
                  <button
                    type="button"
                    className="sort-button"
                    title={t('table.sortBy', { column: column.header })}
                    onClick={() => onSort({ key: column.key, direction: active && sort.direction === 'asc' ? 'desc' : 'asc' })}
                  >
                    {column.header}
                    {active && (sort.direction === 'asc' ? <IconArrowUp size={14} aria-hidden /> : <IconArrowDown size={14} aria-hidden />)}
                  </button>
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody role="rowgroup" onKeyDown={moveBetweenRows}>
        {sorted.map((row) => (
          <tr role="row" key={rowKey(row)} data-tone={rowTone?.(row)}>
            {columns.map((column, index) => {
              const content = column.cell(row);
              const shared = {
                className: column.align === 'end' ? 'align-end' : undefined,
                'data-label': column.hiddenHeader === true ? undefined : column.header,
              };
              return index === 0 ? (
                <th key={column.key} role="rowheader" scope="row" {...shared}>
                  {content}
                </th>
              ) : (
                <td key={column.key} role="cell" {...shared}>
                  {content}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Arrow up and down move the focus to the same control of the next row; Tab goes through the row as ever. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const { target } = event;
  if (!(target instanceof HTMLElement) || !target.matches('a, button')) return;
  const row = target.closest('tr');
  const other = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
  const place = [...(row?.querySelectorAll('a, button') ?? [])].indexOf(target);
  const next = [...(other?.querySelectorAll('a, button') ?? [])].at(place);
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}
