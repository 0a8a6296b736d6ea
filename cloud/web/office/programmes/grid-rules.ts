import { GRID, type Placement } from '@concierge/contract/mqtt/scenes.ts';

export type Orientation = keyof typeof GRID;
export type Cells = Pick<Placement, 'column' | 'row' | 'columns' | 'rows'>;
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Whether the box lies on the grid and on nobody else. */
export function isFree(cells: Cells, others: readonly Cells[], orientation: Orientation): boolean {
  const grid = GRID[orientation];
  const inside = cells.column >= 0 && cells.row >= 0 && cells.column + cells.columns <= grid.columns && cells.row + cells.rows <= grid.rows;
  return inside && !others.some((other) => overlap(cells, other));
}

/** The box at the wanted place, pushed back onto the grid; null when somebody else is there. */
export function movedTo(cells: Cells, column: number, row: number, others: readonly Cells[], orientation: Orientation): Cells | null {
  const grid = GRID[orientation];
  const moved = { ...cells, column: clamp(column, 0, grid.columns - cells.columns), row: clamp(row, 0, grid.rows - cells.rows) };
  return isFree(moved, others, orientation) ? moved : null;
}

/**
 * The box at the next place in that direction where it is free, past whoever is in between; null when there is none before the edge. It may lie on others on its way, as a box that is
 * dragged may pass over them.
 */
export function steppedTo(cells: Cells, step: Size, others: readonly Cells[], orientation: Orientation): Cells | null {
  const grid = GRID[orientation];
  let { column, row } = cells;
  for (;;) {
    column += step.columns;
    row += step.rows;
    if (column < 0 || row < 0 || column + cells.columns > grid.columns || row + cells.rows > grid.rows) return null;
    const stepped = { ...cells, column, row };
    if (isFree(stepped, others, orientation)) return stepped;
  }
}

/** The box in the wanted size, not below the least and not beyond the grid; null when somebody else is in the way. */
export function resizedTo(
  cells: Cells,
  columns: number,
  rows: number,
  least: Size,
  others: readonly Cells[],
  orientation: Orientation,
): Cells | null {
  const grid = GRID[orientation];
  const resized = {
    ...cells,
    columns: clamp(columns, least.columns, grid.columns - cells.column),
    rows: clamp(rows, least.rows, grid.rows - cells.row),
  };
  return isFree(resized, others, orientation) ? resized : null;
}

/** The first place from the top where a box of the wanted size fits, or a smaller one down to the least; null when there is none. */
export function firstFree(wanted: Size, least: Size, others: readonly Cells[], orientation: Orientation): Cells | null {
  const grid = GRID[orientation];
  for (let shrink = 0; shrink <= Math.max(wanted.columns - least.columns, wanted.rows - least.rows); shrink += 1) {
    const size = { columns: Math.max(least.columns, wanted.columns - shrink), rows: Math.max(least.rows, wanted.rows - shrink) };
    for (let row = 0; row <= grid.rows - size.rows; row += 1) {
      for (let column = 0; column <= grid.columns - size.columns; column += 1) {
        const cells = { ...size, column, row };
        if (isFree(cells, others, orientation)) return cells;
      }
    }
  }
  return null;
}

function overlap(one: Cells, other: Cells): boolean {
  return (
    one.column < other.column + other.columns &&
    other.column < one.column + one.columns &&
    one.row < other.row + other.rows &&
    other.row < one.row + one.rows
  );
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
