import { type Frame, sceneHeight } from '../../stage/frame.ts';
import { type Fitted, fitText, fitTextOrSmallest, type Room, type Step } from '../../type/fit-text.ts';
import { textWidth } from '../../type/measure.ts';
import { bodyPages, textHeight } from '../../type/pages.ts';

/** Distances inside a notice, in units; the style sheet gets them as custom properties, so text and box never disagree. */
export const NOTICE = { padding: 1.1, tagHeight: 2.2, tagGap: 0.9, smallTagHeight: 1.6, smallTagGap: 0.6, tagSpace: 0.6 } as const;

/**
 * How one notice stands on the screen. A notice without a body is all title, on the whole field. With a body, the title's panel is above it
 * in portrait and beside it in landscape.
 */
export interface NoticeLayout {
  readonly shape: 'whole' | 'above' | 'beside';
  readonly title: Fitted;
  /** The row with pictogram and category above the title, in units. */
  readonly tagHeight: number;
  readonly tagGap: number;
  /** The panel behind the title, in units. */
  readonly panel: Room;
  /** The body, cut to pages that fit; one empty text when there is none. */
  readonly pages: readonly string[];
}

interface NoticeText {
  readonly title: string;
  readonly body: string | null;
}

/** A panel to try: its share of the scene (of the height in portrait, of the width in landscape) and the steps its title may take. */
interface Candidate {
  readonly share: number;
  readonly steps: readonly [Step, ...Step[]];
}

/** In the order we like them; a long text takes the first with about the fewest pages. The last are for a long title on small glass. */
const CANDIDATES: Readonly<Record<Frame['orientation'], readonly [Candidate, ...Candidate[]]>> = {
  portrait: [
    { share: 0.54, steps: ['title', 'heading'] },
    { share: 0.62, steps: ['heading', 'lead'] },
    { share: 0.5, steps: ['lead'] },
    { share: 0.5, steps: ['body'] },
    { share: 0.66, steps: ['lead', 'body', 'small', 'fine'] },
  ],
  landscape: [
    { share: 0.46, steps: ['title', 'heading'] },
    { share: 0.52, steps: ['title', 'heading'] },
    { share: 0.58, steps: ['heading', 'lead'] },
    { share: 0.46, steps: ['lead'] },
    { share: 0.46, steps: ['body'] },
    { share: 0.58, steps: ['lead', 'body', 'small', 'fine'] },
  ],
};
const WHOLE: Candidate = { share: 1, steps: ['display', 'title', 'heading', 'lead', 'body', 'small', 'fine'] };
/** The panel's share of the height in portrait: however long the body is, and however short. */
const PANEL_SHARE = { least: 0.28, most: 0.68 } as const;
/** White left under a short body, in units. */
const SPARE_KEPT = 0.8;

/** The playlist asks for every notice at every change of the screen, each minute at least, and a long text costs a Pi tens of milliseconds. */
const layouts = new Map<string, NoticeLayout>();
/** More than a document carries (40), in two languages. */
const MOST_LAYOUTS = 100;

export function noticeLayout(frame: Frame, text: NoticeText): NoticeLayout {
  const key = JSON.stringify([frame.orientation, frame.width, frame.height, text.title, text.body]);
  const known = layouts.get(key);
  if (known !== undefined) return known;
  if (layouts.size >= MOST_LAYOUTS) layouts.clear();
  const made = layoutNotice(frame, text);
  layouts.set(key, made);
  return made;
}

function layoutNotice(frame: Frame, text: NoticeText): NoticeLayout {
  const { title, body } = text;
  if (body === null) {
    const panel = { width: frame.width, height: sceneHeight(frame) };
    const room = titleRoom(frame, panel, NOTICE.tagHeight + NOTICE.tagGap);
    return { shape: 'whole', panel, title: fitTextOrSmallest(title, room, WHOLE.steps), pages: [''], ...tagOf('display') };
  }
  const split = frame.orientation === 'portrait' ? titleAbove : titleBeside;
  const candidates = CANDIDATES[frame.orientation];
  const possible = candidates.flatMap((candidate) => split(frame, candidate, title, body, fitText) ?? []);
  const fewestPages = Math.min(...possible.map(({ pages }) => pages.length));
  // Somebody who reads five pages reads a sixth; a title no larger than its text is not seen from the door.
  const best = possible.find(({ pages }) => pages.length <= Math.floor(fewestPages * 1.25));
  const last = candidates.at(-1) ?? candidates[0];
  // No step fits a title that is all one word: it is set at the smallest, broken where it must be.
  return best ?? split(frame, last, title, body, fitTextOrSmallest) ?? layoutNotice(frame, { title, body: null });
}

export interface TagLine {
  readonly tag: string;
  /** Which page this is, empty when there is only one. */
  readonly page: string;
  readonly step: 'body' | 'small';
}

/** The row above the title on one line: the first of the wordings that fits beside the pictogram, which all go from long to short. */
export function tagLine(frame: Frame, layout: NoticeLayout, tags: readonly string[], pages: readonly string[]): TagLine {
  const room = layout.panel.width - 2 * frame.margin - layout.tagHeight - NOTICE.tagSpace;
  const lines = tags.flatMap((tag) => pages.map((page) => ({ tag, page })));
  const fits = (line: { tag: string; page: string }) =>
    textWidth(line.tag) + (line.page === '' ? 0 : NOTICE.tagSpace + textWidth(line.page)) <= room;
  const fitting = lines.find(fits);
  return fitting === undefined ? { tag: tags.at(-1) ?? '', page: pages.at(-1) ?? '', step: 'small' } : { ...fitting, step: 'body' };
}

type Fit = (text: string, room: Room, steps: Candidate['steps']) => Fitted | null;

function titleAbove(frame: Frame, candidate: Candidate, title: string, body: string, fit: Fit): NoticeLayout | null {
  const height = sceneHeight(frame);
  const tag = tagOf(candidate.steps[0]);
  const furniture = 2 * NOTICE.padding + tag.tagHeight + tag.tagGap;
  const fitted = fit(
    title,
    titleRoom(frame, { width: frame.width, height: height * candidate.share }, tag.tagHeight + tag.tagGap),
    candidate.steps,
  );
  if (fitted === null) return null;
  const bodyWidth = frame.width - 2 * frame.margin;
  const leastPanel = Math.max(height * PANEL_SHARE.least, furniture + fitted.height);
  const bodyHeight = height - leastPanel - 2 * NOTICE.padding;
  const pages = bodyPages(body, { width: bodyWidth, height: bodyHeight });
  // A short body leaves its room to the colour: the field is what is seen from the door.
  const spare = bodyHeight - Math.max(...pages.map((page) => textHeight(page, bodyWidth))) - SPARE_KEPT;
  const most = Math.max(leastPanel, height * PANEL_SHARE.most);
  const panel = { width: frame.width, height: Math.min(most, leastPanel + Math.max(0, spare)) };
  return { shape: 'above', title: fitted, panel, pages, ...tag };
}

function titleBeside(frame: Frame, candidate: Candidate, title: string, body: string, fit: Fit): NoticeLayout | null {
  const height = sceneHeight(frame);
  const tag = tagOf(candidate.steps[0]);
  const panel = { width: frame.width * candidate.share, height };
  const fitted = fit(title, titleRoom(frame, panel, tag.tagHeight + tag.tagGap), candidate.steps);
  if (fitted === null) return null;
  const bodyRoom = { width: frame.width - panel.width - 2 * frame.margin, height: height - 2 * NOTICE.padding };
  return { shape: 'beside', title: fitted, panel, pages: bodyPages(body, bodyRoom), ...tag };
}

/** A long title needs the room that a large sign would take. */
function tagOf(largestStep: Step): Pick<NoticeLayout, 'tagHeight' | 'tagGap'> {
  return largestStep === 'lead' || largestStep === 'body'
    ? { tagHeight: NOTICE.smallTagHeight, tagGap: NOTICE.smallTagGap }
    : { tagHeight: NOTICE.tagHeight, tagGap: NOTICE.tagGap };
}

function titleRoom(frame: Frame, panel: Room, tag: number): Room {
  return { width: panel.width - 2 * frame.margin, height: panel.height - 2 * NOTICE.padding - tag };
}
