import type { WeightTableKind } from '@concierge/contract/http/weight-tables.ts';

export const tableKinds: readonly WeightTableKind[] = ['general', 'elevator', 'heating', 'owner', 'vote'];

/** What a cell of the grid holds as typed; empty is 0 parts, which a shop without the lift really has. */
export type TypedColumn = Readonly<Record<string, string>>;

/** The parts a typed text stands for; null where it is none. Fractions of engineers' studies (0,1300) are parts of the total when they come out whole. */
export function partsOf(text: string, partsTotal: number): number | null {
  const typed = text.replace(/[\s‰]/g, '');
  if (typed === '') return 0;
  if (/^\d{1,6}$/.test(typed)) {
    const parts = Number(typed);
    return parts <= partsTotal ? parts : null;
  }
  const fraction = /^0?[.,](\d{1,8})$/.exec(typed);
  return fraction === null ? null : scaled(fraction[1] ?? '', partsTotal);
}

/** fi in hundredths: «30», «0,30» or «0.3»; empty is null. `undefined` where the text is neither. */
export function hundredthsOf(text: string): number | null | undefined {
  const typed = text.replace(/\s/g, '');
  if (typed === '') return null;
  if (/^\d{1,2}$/.test(typed)) return Number(typed);
  const fraction = /^0?[.,](\d{1,8})$/.exec(typed);
  return fraction === null ? undefined : (scaled(fraction[1] ?? '', 100) ?? undefined);
}

/** The decimals times the total as a whole number; null when something would be lost. Never through a float. */
function scaled(decimals: string, total: number): number | null {
  const product = Number(decimals) * total;
  const divisor = 10 ** decimals.length;
  return product % divisor === 0 ? product / divisor : null;
}

export type ColumnState =
  | { readonly kind: 'exact' }
  /** Positive: so many parts are missing. Negative: so many are too many. */
  | { readonly kind: 'off'; readonly missing: number }
  | { readonly kind: 'unreadable'; readonly apartmentIds: readonly string[] };

/** Whether a column makes its total, or by how much it misses. It is never rounded or scaled to fit (DOMAIN 1.2). */
export function columnState(column: TypedColumn, apartmentIds: readonly string[], partsTotal: number): { sum: number; state: ColumnState } {
  const parts = apartmentIds.map((id) => partsOf(column[id] ?? '', partsTotal));
  const sum = parts.reduce<number>((total, part) => total + (part ?? 0), 0);
  const unreadable = apartmentIds.filter((_, index) => parts[index] === null);
  if (unreadable.length > 0) return { sum, state: { kind: 'unreadable', apartmentIds: unreadable } };
  return { sum, state: sum === partsTotal ? { kind: 'exact' } : { kind: 'off', missing: partsTotal - sum } };
}

const MOST_PASTED_ROWS = 2_000;
const MOST_PASTED_COLUMNS = 6;

/** Rows and columns of what a spreadsheet puts on the clipboard; null when it is a single value, which the field takes by itself. */
export function pastedCells(clipboard: string): string[][] | null {
  const text = clipboard.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  if (!/[\n\t]/.test(text)) return null;
  return text
    .split('\n')
    .slice(0, MOST_PASTED_ROWS)
    .map((line) =>
      line
        .split('\t')
        .slice(0, MOST_PASTED_COLUMNS)
        .map((cell) => cell.trim()),
    );
}
