import { describe, expect, it } from 'vitest';
import { labelGrids, placeOfLabel } from './label-grid.ts';

describe.each(Object.entries(labelGrids))('a sheet of %s labels', (name, grid) => {
  const perPage = grid.columns * grid.rows;
  const places = Array.from({ length: perPage }, (_, index) => placeOfLabel(grid, index, 0));

  it('has as many as its name says, all on the paper, where a printer reaches', () => {
    expect(perPage).toBe(Number(name));
    for (const { page, x, y, width, height } of places) {
      expect(page).toBe(0);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(4);
      expect(210 - (x + width)).toBeGreaterThanOrEqual(4);
      expect(297 - (y + height)).toBeGreaterThanOrEqual(4);
    }
  });

  it('lets none of them touch another', () => {
    for (const [index, one] of places.entries())
      for (const other of places.slice(index + 1))
        expect(
          one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y,
        ).toBe(true);
  });

  it('goes on after the places that are used up, and on the next sheet', () => {
    expect(placeOfLabel(grid, 0, 5)).toEqual(placeOfLabel(grid, 5, 0));
    expect(placeOfLabel(grid, perPage - 5, 5)).toEqual({ ...placeOfLabel(grid, 0, 0), page: 1 });
    expect(placeOfLabel(grid, 999, 0).page).toBe(Math.floor(999 / perPage));
  });
});
