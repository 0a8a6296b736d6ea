import { type Frame, sceneHeight } from '../../stage/frame.ts';
import { linesAt, type Room, STEPS, type Step, shortened, TITLE_LEADING, withHyphens } from '../../type/fit-text.ts';

/** More than five things at once are a list to study, not a screen to read in passing. */
export const MOST_ITEMS = 5;

/** In units; the style sheet gets them as custom properties. */
export const OVERVIEW = {
  portrait: { headingHeight: 3.4, pictogram: 1.7, pictogramGap: 0.8, rowPadding: 0.44, moreHeight: 1.9 },
  landscape: { headingHeight: 2.9, pictogram: 1.5, pictogramGap: 0.8, rowPadding: 0.2, moreHeight: 1.2 },
} as const;
/** The line above each row, in units. */
const ROW_LINE = 1 / 24;
/** Rows that have room take it, up to here, in units. */
const MOST_ROW_PADDING = 0.44;
/** The window is worth looking through from this height on, in units. */
const LEAST_WINDOW = 4.6;

/** Which titles stand on the overview, and how large. */
export interface OverviewLayout {
  readonly step: Step;
  /** The titles that are shown, the longest of them shortened: each stands in full on its own scene. */
  readonly titles: readonly string[];
  readonly list: Room;
  /** Above and below a title, in units. */
  readonly rowPadding: number;
}

/** `titles` come in the order of their weight; those that do not fit are counted by the scene. */
export function overviewLayout(frame: Frame, titles: readonly string[]): OverviewLayout {
  const list = listRoom(frame, titles.length > 0);
  const { pictogram, pictogramGap, rowPadding, moreHeight } = OVERVIEW[frame.orientation];
  const textWidth = list.width - pictogram - pictogramGap;
  const rowHeight = (title: string, step: Step) =>
    Math.max(pictogram, linesAt(title, textWidth, step).length * STEPS[step] * TITLE_LEADING) + 2 * rowPadding + ROW_LINE;
  const layout = (count: number, step: Step, mostLines: number): OverviewLayout | null => {
    const shown = titles.slice(0, count).map((title) => shortened(title, textWidth, step, mostLines));
    if (count === 0) return null;
    const height = shown.reduce((sum, title) => sum + rowHeight(title, step), 0) + (count < titles.length ? moreHeight : 0);
    const breakable = shown.map((title) => withHyphens(title, textWidth, step));
    const spare = (list.height - height) / (2 * count);
    return spare >= 0 ? { step, titles: breakable, list, rowPadding: Math.min(MOST_ROW_PADDING, rowPadding + spare) } : null;
  };
  const wanted = Math.min(titles.length, MOST_ITEMS);
  const large = wanted <= 3 ? layout(wanted, 'lead', 3) : null;
  if (large !== null) return large;
  for (let count = wanted; count > 0; count -= 1) {
    const found = layout(count, 'body', 2);
    if (found !== null) return found;
  }
  return { step: 'body', titles: [], list, rowPadding };
}

/** In portrait the window lies under the list and takes what it leaves; in landscape it stands beside it. */
function listRoom(frame: Frame, listed: boolean): Room {
  const height = sceneHeight(frame) - OVERVIEW[frame.orientation].headingHeight;
  return frame.orientation === 'portrait'
    ? { width: frame.width - 2 * frame.margin, height: height - LEAST_WINDOW }
    : { width: frame.width * (listed ? LANDSCAPE_SHARE.list : LANDSCAPE_SHARE.quiet) - 2 * frame.margin, height };
}

/** The words' share of the width in landscape. On a quiet day the window has more of it. */
const LANDSCAPE_SHARE = { list: 0.7, quiet: 0.52 } as const;
