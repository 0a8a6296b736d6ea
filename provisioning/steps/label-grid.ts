/** Sheets of A4 labels as they are sold, in millimetres. */
export const labelGrids = {
  /** 70 × 37 mm edge to edge. */
  '24': { columns: 3, rows: 8, width: 70, height: 37, left: 0, top: 0.5, columnPitch: 70, rowPitch: 37, inset: 5 },
  /** 63.5 × 38.1 mm with a gap between the columns. */
  '21': { columns: 3, rows: 7, width: 63.5, height: 38.1, left: 7.25, top: 15.15, columnPitch: 66, rowPitch: 38.1, inset: 3 },
} as const;

export type LabelGridName = keyof typeof labelGrids;

export interface LabelGrid {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly columnPitch: number;
  readonly rowPitch: number;
  /** How far from a label's edge is printed: printers do not reach the paper's edge, and labels slip. */
  readonly inset: number;
}

export interface LabelPlace {
  readonly page: number;
  /** Upper left corner of what is printed, in millimetres from the page's. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the label with this index goes, row by row, after `skip` places that are used up on the first sheet. */
export function placeOfLabel(grid: LabelGrid, index: number, skip: number): LabelPlace {
  const perPage = grid.columns * grid.rows;
  const place = index + skip;
  const onPage = place % perPage;
  return {
    page: Math.floor(place / perPage),
    x: grid.left + (onPage % grid.columns) * grid.columnPitch + grid.inset,
    y: grid.top + Math.floor(onPage / grid.columns) * grid.rowPitch + grid.inset,
    width: grid.width - 2 * grid.inset,
    height: grid.height - 2 * grid.inset,
  };
}
