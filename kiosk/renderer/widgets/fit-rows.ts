import { linesAt, STEPS, type Step, shortened, TITLE_LEADING, withHyphens } from '../type/fit-text.ts';

export interface FittedRows {
  /** As many of the texts as there is room for, the longest shortened, with hyphens where a line needs them. */
  readonly texts: readonly string[];
  readonly isCut: boolean;
}

/** How much of a list fits: rows of at most two lines, each at least as tall as what stands beside its text. Measures are in units; each text has a width of its own. */
export function fitRows(
  texts: readonly string[],
  room: { readonly height: number; widthOf(index: number): number },
  row: { readonly step: Step; readonly padding: number; readonly leastHeight: number },
): FittedRows {
  const fitted: string[] = [];
  let left = room.height;
  let isCut = false;
  for (const [index, text] of texts.entries()) {
    const width = room.widthOf(index);
    const short = shortened(text, width, row.step, 2);
    const lines = linesAt(short, width, row.step).length;
    left -= Math.max(row.leastHeight, lines * STEPS[row.step] * TITLE_LEADING) + 2 * row.padding;
    if (left < 0) return { texts: fitted, isCut: true };
    isCut ||= short !== text;
    fitted.push(withHyphens(short, width, row.step));
  }
  return { texts: fitted, isCut };
}
