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
  sort = null,
  onSort = () => undefined,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
  /** Both, where its headers sort it; neither where the server has the order. */
  sort?: SortOrder | null;
  onSort?(sort: SortOrder): void;
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
        <tr role="row" data-label={t('table.sort')}>
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
          <tr role="row" key={rowKey(row)}>
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

/** Arrow up and down move the focus to the same control of the next row, Home and End to the first and the last; Tab goes through the row as ever. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const { target } = event;
  // Inside an open menu the arrows are the menu's.
  if (!(target instanceof HTMLElement) || !target.matches('a, button') || target.closest('[role="menu"]') !== null) return;
  const row = target.closest('tr');
  const other = rowByKey(event.key, row);
  const place = [...(row?.querySelectorAll('a, button') ?? [])].indexOf(target);
  const next = [...(other?.querySelectorAll('a, button') ?? [])].at(place);
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

function rowByKey(key: string, row: HTMLTableRowElement | null): Element | null | undefined {
  switch (key) {
    case 'ArrowDown':
      return row?.nextElementSibling;
    case 'ArrowUp':
      return row?.previousElementSibling;
    case 'Home':
      return row?.parentElement?.firstElementChild;
    case 'End':
      return row?.parentElement?.lastElementChild;
    default:
      return null;
  }
}
