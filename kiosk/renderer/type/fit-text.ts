import { hyphenateGreek } from './hyphenation.ts';
import { breakIntoLines, longestWordWidth, textWidth } from './measure.ts';
import { withoutLooseEnd } from './typesetting.ts';

/** The type scale of the design tokens: each step is the cube root of two above the last, so three steps double. */
export const STEPS = { fine: 0.63, small: 0.794, body: 1, lead: 1.26, heading: 1.587, title: 2, display: 2.52 } as const;
export type Step = keyof typeof STEPS;

export const TITLE_LEADING = 1.12;
export const TEXT_LEADING = 1.36;

/** Browsers kern and round; keep this share of a line free so that our count of lines is never one too few. */
const LINE_RESERVE = 0.03;

/** Room for a text, in units of the screen (see frame.ts). */
export interface Room {
  readonly width: number;
  readonly height: number;
}

export interface Fitted {
  readonly step: Step;
  readonly lines: number;
  /** In units. */
  readonly height: number;
}

/** The text with soft hyphens in those words that are longer than the line, and in no other. */
export function withHyphens(text: string, width: number, step: Step): string {
  const lineWidth = (width / STEPS[step]) * (1 - LINE_RESERVE);
  return text.replace(/\S+/gu, (word) => (textWidth(word) > lineWidth ? hyphenateGreek(word) : word));
}

export function linesAt(text: string, width: number, step: Step): readonly string[] {
  return breakIntoLines(text, (width / STEPS[step]) * (1 - LINE_RESERVE));
}

/**
 * The largest of the steps at which the text fits its room with no word cut; null when it fits at none. `steps` go from large to small.
 */
export function fitText(text: string, room: Room, steps: readonly Step[], leading = TITLE_LEADING): Fitted | null {
  for (const step of steps) {
    if (longestWordWidth(text) * STEPS[step] > room.width * (1 - LINE_RESERVE)) continue;
    const lines = linesAt(text, room.width, step).length;
    const height = lines * STEPS[step] * leading;
    if (height <= room.height) return { step, lines, height };
  }
  return null;
}

/** As `fitText`, but a text that fits nowhere is set at the smallest step, its words broken where they must be. */
export function fitTextOrSmallest(text: string, room: Room, steps: readonly [Step, ...Step[]], leading = TITLE_LEADING): Fitted {
  const fitted = fitText(text, room, steps, leading);
  if (fitted !== null) return fitted;
  const step = steps.at(-1) ?? steps[0];
  const lines = linesAt(text, room.width, step).length;
  return { step, lines, height: lines * STEPS[step] * leading };
}

/**
 * The text if it falls into so many lines, else its beginning up to a whole word and an ellipsis: for lists that announce a text which
 * stands in full elsewhere.
 */
export function shortened(text: string, width: number, step: Step, mostLines: number): string {
  if (linesAt(text, width, step).length <= mostLines) return text;
  const words = text.split(' ');
  for (let count = words.length - 1; count > 1; count -= 1) {
    const beginning = `${withoutLooseEnd(words.slice(0, count))
      .join(' ')
      .replace(/[\s,;:·–-]+$/u, '')}…`;
    if (linesAt(beginning, width, step).length <= mostLines) return beginning;
  }
  return `${words[0] ?? ''}…`;
}
