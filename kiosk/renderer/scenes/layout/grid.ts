import type { Placement } from '@concierge/contract/mqtt/scenes.ts';
import { type Frame, sceneHeight } from '../../stage/frame.ts';
import type { Room } from '../../type/fit-text.ts';

/** The grid of the contract (GRID), told again here because the page takes only types from there; a test holds the two together. */
export const CELLS = { portrait: { columns: 12, rows: 16 }, landscape: { columns: 20, rows: 8 } } as const;
/** White around the grid, above and below, in units. */
const EDGE = 0.3;
/** White inside each widget's box, in units: two neighbours are twice as far apart. */
export const BOX_PADDING = 0.35;

/** In units, from the corner of the scene between header and foot. */
export interface Grid {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

export function gridOf(frame: Frame): Grid {
  const { columns, rows } = CELLS[frame.orientation];
  const left = frame.margin - BOX_PADDING;
  return {
    left,
    top: EDGE,
    cellWidth: (frame.width - 2 * left) / columns,
    cellHeight: (sceneHeight(frame) - 2 * EDGE) / rows,
  };
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function boxOf({ column, row, columns, rows }: Pick<Placement, 'column' | 'row' | 'columns' | 'rows'>, grid: Grid): Box {
  return {
    left: grid.left + column * grid.cellWidth,
    top: grid.top + row * grid.cellHeight,
    width: columns * grid.cellWidth,
    height: rows * grid.cellHeight,
  };
}

export function roomOf({ width, height }: Box): Room {
  return { width: Math.max(1, width - 2 * BOX_PADDING), height: Math.max(1, height - 2 * BOX_PADDING) };
}
