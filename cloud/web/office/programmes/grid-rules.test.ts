import { describe, expect, it } from 'vitest';
import { type Cells, firstFree, isFree, movedTo, resizedTo, steppedTo } from './grid-rules.ts';

const box = (column: number, row: number, columns = 4, rows = 4): Cells => ({ column, row, columns, rows });
const least = { columns: 2, rows: 2 };

describe('movedTo', () => {
  it('stops at the edges of the grid', () => {
    expect(movedTo(box(0, 0), -3, 40, [], 'portrait')).toEqual(box(0, 12));
    expect(movedTo(box(0, 0), 40, -1, [], 'landscape')).toEqual(box(16, 0));
  });
  it('does not go where somebody is, and goes right beside', () => {
    expect(movedTo(box(0, 0), 5, 0, [box(8, 0)], 'portrait')).toBeNull();
    expect(movedTo(box(0, 0), 4, 0, [box(8, 0)], 'portrait')).toEqual(box(4, 0));
  });
});

describe('steppedTo', () => {
  const right = { columns: 1, rows: 0 };
  const up = { columns: 0, rows: -1 };
  it('goes one cell where that is free', () => {
    expect(steppedTo(box(0, 0), right, [box(8, 0)], 'portrait')).toEqual(box(1, 0));
    expect(steppedTo(box(0, 5), up, [], 'portrait')).toEqual(box(0, 4));
  });
  it('passes whoever is in the way, to the next place that holds all of it', () => {
    expect(steppedTo(box(0, 0), right, [box(4, 0)], 'portrait')).toEqual(box(8, 0));
    expect(steppedTo(box(0, 12), up, [box(0, 8), box(0, 2)], 'portrait')).toBeNull();
    expect(steppedTo(box(0, 12), up, [box(0, 8), box(0, 3, 4, 1)], 'portrait')).toEqual(box(0, 4));
  });
  it('stays where there is none before the edge', () => {
    expect(steppedTo(box(8, 0), right, [], 'portrait')).toBeNull();
    expect(steppedTo(box(0, 0), right, [box(4, 0, 5, 4)], 'portrait')).toBeNull();
  });
});

describe('resizedTo', () => {
  it('keeps to the least size and to the grid', () => {
    expect(resizedTo(box(8, 0), 1, 1, least, [], 'portrait')).toEqual(box(8, 0, 2, 2));
    expect(resizedTo(box(8, 0), 30, 30, least, [], 'portrait')).toEqual(box(8, 0, 4, 16));
  });
  it('does not grow over others', () => {
    expect(resizedTo(box(0, 0), 5, 4, least, [box(4, 0)], 'portrait')).toBeNull();
  });
});

describe('firstFree', () => {
  it('takes the first place, then beside it, then below', () => {
    expect(firstFree({ columns: 6, rows: 4 }, least, [], 'portrait')).toEqual(box(0, 0, 6, 4));
    expect(firstFree({ columns: 6, rows: 4 }, least, [box(0, 0, 6, 4)], 'portrait')).toEqual(box(6, 0, 6, 4));
    expect(firstFree({ columns: 12, rows: 4 }, least, [box(0, 0, 6, 4)], 'portrait')).toEqual(box(0, 4, 12, 4));
  });
  it('makes itself smaller before it gives up', () => {
    const full = [box(0, 0, 12, 14)];
    expect(firstFree({ columns: 12, rows: 6 }, least, full, 'portrait')).toMatchObject({ row: 14, rows: 2 });
    expect(firstFree({ columns: 12, rows: 6 }, { columns: 2, rows: 3 }, full, 'portrait')).toBeNull();
  });
  it('finds only what is free', () => {
    const others = [box(0, 0, 5, 5), box(7, 2, 5, 9), box(1, 9, 4, 7)];
    const found = firstFree({ columns: 6, rows: 5 }, least, others, 'portrait');
    expect(found).not.toBeNull();
    if (found !== null) expect(isFree(found, others, 'portrait')).toBe(true);
  });
});
