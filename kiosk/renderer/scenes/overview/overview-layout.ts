import { type Frame, sceneHeight } from '../../stage/frame.ts';
import { linesAt, type Room, STEPS, type Step, shortened, TITLE_LEADING, withHyphens } from '../../type/fit-text.ts';

/** More than five things at once are a list to study, not a screen to read in passing. */
export const MOST_ITEMS = 5;

/** In units; the style sheet gets them as custom properties. */
export const OVERVIEW = {
  portrait: { headingHeight: 3.4, pictogram: 1.7, pictogramGap: 0.8, rowPadding: 0.44, moreHeight: 1.9 },
  landscape: { headingHeight: 2.9, pictogram: 1.5, pictogramGap: 0.8, rowPadding: 0.3, moreHeight: 1.7 },
} as const;
/** The window is worth looking through from this height on, in units. */
const LEAST_WINDOW = 4.6;

/** Which titles stand on the overview, and how large. */
export interface OverviewLayout {
  readonly step: Step;
  /** The titles that are shown, the longest of them shortened: each stands in full on its own scene. */
  readonly titles: readonly string[];
  readonly list: Room;
}

/** `titles` come in the order of their weight; those that do not fit are counted by the scene. */
export function overviewLayout(frame: Frame, titles: readonly string[]): OverviewLayout {
  const list = listRoom(frame);
  const { pictogram, pictogramGap, rowPadding, moreHeight } = OVERVIEW[frame.orientation];
  const textWidth = list.width - pictogram - pictogramGap;
  const rowHeight = (title: string, step: Step) =>
    Math.max(pictogram, linesAt(title, textWidth, step).length * STEPS[step] * TITLE_LEADING) + 2 * rowPadding;
  const layout = (count: number, step: Step, mostLines: number): OverviewLayout | null => {
    const shown = titles.slice(0, count).map((title) => shortened(title, textWidth, step, mostLines));
    const height = shown.reduce((sum, title) => sum + rowHeight(title, step), 0) + (count < titles.length ? moreHeight : 0);
    const breakable = shown.map((title) => withHyphens(title, textWidth, step));
    return height <= list.height ? { step, titles: breakable, list } : null;
  };
  const wanted = Math.min(titles.length, MOST_ITEMS);
  const large = wanted <= 3 ? layout(wanted, 'lead', 3) : null;
  if (large !== null) return large;
  for (let count = wanted; count > 0; count -= 1) {
    const found = layout(count, 'body', 2);
    if (found !== null) return found;
  }
  return { step: 'body', titles: [], list };
}

/** In portrait the window lies under the list and takes what it leaves; in landscape it stands beside it. */
function listRoom(frame: Frame): Room {
  const height = sceneHeight(frame) - OVERVIEW[frame.orientation].headingHeight;
  return frame.orientation === 'portrait'
    ? { width: frame.width - 2 * frame.margin, height: height - LEAST_WINDOW }
    : { width: frame.width * LANDSCAPE_LIST_SHARE - 2 * frame.margin, height };
}

export const LANDSCAPE_LIST_SHARE = 0.7;
