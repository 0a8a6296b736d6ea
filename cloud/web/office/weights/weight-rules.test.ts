import { describe, expect, it } from 'vitest';
import { bodyOf, changedKinds, draftOf } from './weight-draft.ts';
import { columnState, hundredthsOf, partsOf, pastedCells } from './weight-rules.ts';

const ids = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'];
const column = (parts: readonly (string | number)[]) => Object.fromEntries(ids.map((id, index) => [id, String(parts[index] ?? '')]));

describe('partsOf', () => {
  it.each([
    ['120', 1_000, 120],
    [' 1 20 ‰', 1_000, 120],
    ['', 1_000, 0],
    ['0,130', 1_000, 130],
    ['.0663', 10_000, 663],
    ['0,0663', 1_000, null],
    ['12,5', 1_000, null],
    ['1.000', 1_000, null],
    ['-3', 1_000, null],
    ['1001', 1_000, null],
    ['12x', 1_000, null],
  ])('reads «%s» of %i as %s', (text, total, parts) => {
    expect(partsOf(text, total)).toBe(parts);
  });
});

describe('hundredthsOf', () => {
  it.each([
    ['0,30', 30],
    ['0.3', 30],
    ['25', 25],
    ['', null],
    ['0,305', undefined],
    ['100', undefined],
    ['x', undefined],
  ])('reads «%s» as %s', (text, hundredths) => {
    expect(hundredthsOf(text)).toBe(hundredths);
  });
});

describe('columnState', () => {
  // TEST-6 of the domain rules: general 120 150 180 180 190 180.
  it('is exact when the parts make the total', () => {
    expect(columnState(column([120, 150, 180, 180, 190, 180]), ids, 1_000)).toEqual({ sum: 1_000, state: { kind: 'exact' } });
  });
  it('says how many are missing or too many', () => {
    expect(columnState(column([117, 150, 180, 180, 190, 180]), ids, 1_000).state).toEqual({ kind: 'off', missing: 3 });
    expect(columnState(column([122, 150, 180, 180, 190, 180]), ids, 1_000).state).toEqual({ kind: 'off', missing: -2 });
  });
  it('names what it cannot read, even where the rest makes the total', () => {
    expect(columnState(column([120, 150, 180, 180, 190, '180x']), ids, 820)).toEqual({
      sum: 820,
      state: { kind: 'unreadable', apartmentIds: ['c2'] },
    });
  });
});

describe('pastedCells', () => {
  it('takes rows and columns of a spreadsheet, whatever ends its lines', () => {
    expect(pastedCells('120\t0\r\n150\t120\r\n')).toEqual([
      ['120', '0'],
      ['150', '120'],
    ]);
    expect(pastedCells('120\n\n180')).toEqual([['120'], [''], ['180']]);
  });
  it('leaves a single value to the field', () => {
    expect(pastedCells('120')).toBeNull();
    expect(pastedCells('120\n')).toBeNull();
  });
});

describe('the draft', () => {
  const table = {
    kind: 'heating' as const,
    partsTotal: 1_000 as const,
    version: 4,
    weights: [
      { apartmentId: 'a1', parts: 400, remainingChargeHundredths: 5 },
      { apartmentId: 'a2', parts: 600, remainingChargeHundredths: null },
    ],
  };
  const read = draftOf([table]);

  it('writes back what it read', () => {
    expect(bodyOf(read, 'heating', ['a1', 'a2'])).toEqual({ partsTotal: 1_000, version: 4, weights: table.weights });
    expect(changedKinds(read, read, ['a1', 'a2'])).toEqual([]);
  });
  it('sees a changed fi as a change of heating, and a written zero as none', () => {
    const fi = { ...read, cells: { ...read.cells, remaining: { a1: '0,06' }, vote: { a1: '0' } } };
    expect(changedKinds(fi, read, ['a1', 'a2'])).toEqual(['heating']);
  });
});
