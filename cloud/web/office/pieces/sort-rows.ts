export interface SortOrder {
  readonly key: string;
  readonly direction: 'asc' | 'desc';
}

/** A sorted copy: numbers by size, texts as the language orders them (Α2 before Α10), and rows without a value last in either direction. */
export function sortRows<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => string | number | null,
  direction: 'asc' | 'desc',
  language: string,
): Row[] {
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const sign = direction === 'asc' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((left, right) => {
      if (left.value === null || right.value === null) return Number(left.value === null) - Number(right.value === null);
      if (typeof left.value === 'number' && typeof right.value === 'number') return sign * (left.value - right.value);
      return sign * compare(String(left.value), String(right.value));
    })
    .map(({ row }) => row);
}
