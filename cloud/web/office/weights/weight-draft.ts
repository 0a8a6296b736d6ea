import type { PartsTotal, WeightTable, WeightTableBody, WeightTableKind } from '@concierge/contract/http/weight-tables.ts';
import type { z } from 'zod';
import { hundredthsOf, partsOf, type TypedColumn, tableKinds } from './weight-rules.ts';

export type Total = z.infer<typeof PartsTotal>;

/** The columns of the grid: the five tables, and fi beside heating. */
export type GridColumn = WeightTableKind | 'remaining';
export const gridColumns: readonly GridColumn[] = ['general', 'elevator', 'heating', 'remaining', 'owner', 'vote'];

/** What stands in the grid, and which table's version each column was read from. */
export interface WeightDraft {
  readonly cells: Readonly<Record<GridColumn, TypedColumn>>;
  readonly totals: Readonly<Record<WeightTableKind, Total>>;
  readonly versions: Readonly<Record<WeightTableKind, number | null>>;
}

export function draftOf(tables: readonly WeightTable[]): WeightDraft {
  const tableOf = (kind: WeightTableKind) => tables.find((table) => table.kind === kind);
  const typed = (kind: WeightTableKind): TypedColumn =>
    Object.fromEntries((tableOf(kind)?.weights ?? []).map((weight) => [weight.apartmentId, String(weight.parts)]));
  return {
    cells: {
      general: typed('general'),
      elevator: typed('elevator'),
      heating: typed('heating'),
      owner: typed('owner'),
      vote: typed('vote'),
      remaining: Object.fromEntries(
        (tableOf('heating')?.weights ?? [])
          .filter((weight) => weight.remainingChargeHundredths !== null)
          .map((weight) => [weight.apartmentId, `0,${String(weight.remainingChargeHundredths).padStart(2, '0')}`]),
      ),
    },
    totals: byKind((kind) => tableOf(kind)?.partsTotal ?? 1_000),
    versions: byKind((kind) => tableOf(kind)?.version ?? null),
  };
}

/** One table's columns taken from another draft: what was saved, or what somebody else saved. */
export function withTable(draft: WeightDraft, kind: WeightTableKind, from: WeightDraft): WeightDraft {
  return {
    cells: { ...draft.cells, [kind]: from.cells[kind], ...(kind === 'heating' ? { remaining: from.cells.remaining } : {}) },
    totals: { ...draft.totals, [kind]: from.totals[kind] },
    versions: { ...draft.versions, [kind]: from.versions[kind] },
  };
}

/** The tables whose values differ from what was read. Writing «0» where nothing stood is no change. */
export function changedKinds(draft: WeightDraft, read: WeightDraft, apartmentIds: readonly string[]): WeightTableKind[] {
  return tableKinds.filter((kind) => {
    if (draft.totals[kind] !== read.totals[kind]) return true;
    const total = draft.totals[kind];
    const differs = (id: string) => partsOf(draft.cells[kind][id] ?? '', total) !== partsOf(read.cells[kind][id] ?? '', total);
    const remaining = (from: WeightDraft, id: string) => hundredthsOf(from.cells.remaining[id] ?? '');
    return apartmentIds.some((id) => differs(id) || (kind === 'heating' && remaining(draft, id) !== remaining(read, id)));
  });
}

/** The apartments whose fi cannot be read. */
export function unreadableRemaining(draft: WeightDraft, apartmentIds: readonly string[]): string[] {
  return apartmentIds.filter((id) => hundredthsOf(draft.cells.remaining[id] ?? '') === undefined);
}

/** The table as it goes to the server; call it only for a column that is exact. */
export function bodyOf(draft: WeightDraft, kind: WeightTableKind, apartmentIds: readonly string[]): WeightTableBody {
  return {
    partsTotal: draft.totals[kind],
    version: draft.versions[kind],
    weights: apartmentIds.map((apartmentId) => ({
      apartmentId,
      parts: partsOf(draft.cells[kind][apartmentId] ?? '', draft.totals[kind]) ?? 0,
      remainingChargeHundredths: kind === 'heating' ? (hundredthsOf(draft.cells.remaining[apartmentId] ?? '') ?? null) : null,
    })),
  };
}

function byKind<Value>(valueOf: (kind: WeightTableKind) => Value): Record<WeightTableKind, Value> {
  return {
    general: valueOf('general'),
    elevator: valueOf('elevator'),
    heating: valueOf('heating'),
    owner: valueOf('owner'),
    vote: valueOf('vote'),
  };
}
