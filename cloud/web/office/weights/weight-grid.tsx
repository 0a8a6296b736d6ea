/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions -- the body takes the keys and the paste of the fields inside it; it is no control itself */
/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard (axe: scrollable-region-focusable) */
import type { Apartment } from '@concierge/contract/http/apartments.ts';
import { PartsTotal, type WeightTableKind } from '@concierge/contract/http/weight-tables.ts';
import { type ClipboardEvent, type KeyboardEvent, memo, useCallback, useRef } from 'react';
import { useWords } from '../i18n.ts';
import { useHiddenEnds } from '../pieces/use-hidden-ends.ts';
import { type GridColumn, gridColumns, unreadableRemaining, type WeightDraft } from './weight-draft.ts';
import { columnState, hundredthsOf, partsOf, pastedCells } from './weight-rules.ts';
import './weights.css';

const totals = [1_000, 10_000, 100_000] as const;

/** The grid apartments × tables: typed or pasted, summed as it changes, moved through by arrows and Enter like a spreadsheet. */
export function WeightGrid({
  apartments,
  draft,
  changed,
  readOnly,
  onChange,
}: {
  apartments: readonly Apartment[];
  draft: WeightDraft;
  changed: readonly WeightTableKind[];
  readOnly: boolean;
  onChange(update: (draft: WeightDraft) => WeightDraft): void;
}) {
  const { t, language } = useWords();
  const ids = apartments.map((apartment) => apartment.id);
  const number = new Intl.NumberFormat(language === 'el' ? 'el-GR' : 'en-GB');
  const body = useRef<HTMLTableSectionElement>(null);
  const scroll = useHiddenEnds();

  const setCell = useCallback(
    (apartmentId: string, column: GridColumn, value: string) =>
      onChange((old) => ({ ...old, cells: { ...old.cells, [column]: { ...old.cells[column], [apartmentId]: value } } })),
    [onChange],
  );

  const paste = (event: ClipboardEvent<HTMLElement>) => {
    const place = placeOf(event.target);
    const cells = pastedCells(event.clipboardData.getData('text/plain'));
    if (place === null || cells === null || readOnly) return;
    event.preventDefault();
    onChange((old) => {
      const next: Record<GridColumn, Record<string, string>> = structuredClone({ ...old.cells });
      for (const [rowOffset, row] of cells.entries()) {
        const apartmentId = ids[place.row + rowOffset];
        if (apartmentId === undefined) break;
        for (const [columnOffset, value] of row.entries()) {
          const column = gridColumns[place.column + columnOffset];
          if (column !== undefined) next[column][apartmentId] = value;
        }
      }
      return { ...old, cells: next };
    });
  };

  const move = (event: KeyboardEvent<HTMLElement>) => {
    const place = placeOf(event.target);
    const step = event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (place === null || step === 0) return;
    const next = body.current?.querySelector(`input[data-row="${place.row + step}"][data-column="${place.column}"]`);
    event.preventDefault();
    if (next instanceof HTMLInputElement) {
      next.focus();
      next.select();
    }
  };

  const badRemaining = unreadableRemaining(draft, ids);
  return (
    <div className="weights-scroll" ref={scroll} role="region" aria-label={t('weights.title')} tabIndex={0}>
      <table className="weights">
        <thead>
          <tr>
            <th scope="col">{t('apartment.one')}</th>
            {gridColumns.map((column) => (
              <th key={column} scope="col">
                {t(`weights.kind.${column}`)}
                {column !== 'remaining' && changed.includes(column) && <span className="weights-changed"> · {t('weights.changed')}</span>}
              </th>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('weights.total')}</th>
            {gridColumns.map((column) => (
              <td key={column}>
                {column === 'remaining' ? (
                  <span className="muted">0,00–0,99</span>
                ) : (
                  <select
                    aria-label={t('weights.totalOf', { name: t(`weights.kind.${column}`) })}
                    value={draft.totals[column]}
                    disabled={readOnly}
                    onChange={(event) => {
                      const total = PartsTotal.safeParse(Number(event.target.value));
                      if (total.success) onChange((old) => ({ ...old, totals: { ...old.totals, [column]: total.data } }));
                    }}
                  >
                    {totals.map((total) => (
                      <option key={total} value={total}>
                        {number.format(total)}
                      </option>
                    ))}
                  </select>
                )}
              </td>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onPaste={paste} onKeyDown={move}>
          {apartments.map((apartment, row) => (
            <GridRow
              key={apartment.id}
              row={row}
              apartmentId={apartment.id}
              label={apartment.label}
              readOnly={readOnly}
              values={gridColumns.map((column) => draft.cells[column][apartment.id] ?? '').join('\t')}
              faults={gridColumns
                .map((column) => {
                  const typed = draft.cells[column][apartment.id] ?? '';
                  const bad = column === 'remaining' ? hundredthsOf(typed) === undefined : partsOf(typed, draft.totals[column]) === null;
                  return bad ? '1' : '0';
                })
                .join('')}
              onCell={setCell}
            />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('weights.sum')}</th>
            {gridColumns.map((column) => {
              if (column === 'remaining') {
                return (
                  <td key={column} className="word-alert">
                    {badRemaining.length > 0 && t('weights.unreadable', { count: badRemaining.length })}
                  </td>
                );
              }
              const { sum, state } = columnState(draft.cells[column], ids, draft.totals[column]);
              const empty = sum === 0 && draft.versions[column] === null;
              return (
                <td key={column}>
                  <span className="weights-sum">{number.format(sum)}</span>{' '}
                  {empty && <span className="muted">{t('weights.emptyTable')}</span>}
                  {!empty && state.kind === 'exact' && <span className="word-positive">{t('weights.exact')}</span>}
                  {!empty && state.kind === 'off' && (
                    <strong className="word-alert">
                      {state.missing > 0
                        ? t('weights.missing', { parts: number.format(state.missing) })
                        : t('weights.tooMany', { parts: number.format(-state.missing) })}
                    </strong>
                  )}
                  {!empty && state.kind === 'unreadable' && (
                    <strong className="word-alert">{t('weights.unreadable', { count: state.apartmentIds.length })}</strong>
                  )}
                </td>
              );
            })}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** A row takes its values as texts, so that typing in one row draws only that row again. */
const GridRow = memo(function GridRow({
  row,
  apartmentId,
  label,
  values,
  faults,
  readOnly,
  onCell,
}: {
  row: number;
  apartmentId: string;
  label: string;
  values: string;
  faults: string;
  readOnly: boolean;
  onCell(apartmentId: string, column: GridColumn, value: string): void;
}) {
  const { t } = useWords();
  const cells = values.split('\t');
  return (
    <tr>
      <th scope="row">{label}</th>
      {gridColumns.map((column, index) => (
        <td key={column}>
          <input
            value={cells[index] ?? ''}
            onChange={(event) => onCell(apartmentId, column, event.target.value.replaceAll('\t', ' '))}
            onFocus={(event) => event.target.select()}
            aria-label={t('weights.cell', { label, name: t(`weights.kind.${column}`) })}
            aria-invalid={faults[index] === '1'}
            inputMode="decimal"
            autoComplete="off"
            maxLength={12}
            readOnly={readOnly}
            data-row={row}
            data-column={index}
          />
        </td>
      ))}
    </tr>
  );
});

function placeOf(target: EventTarget): { row: number; column: number } | null {
  if (!(target instanceof HTMLInputElement)) return null;
  const { row, column } = target.dataset;
  return row === undefined || column === undefined ? null : { row: Number(row), column: Number(column) };
}
