import { type Room, STEPS, type Step, TITLE_LEADING } from '../../type/fit-text.ts';
import { breakIntoLines, longestWordWidth, textWidth } from '../../type/measure.ts';
import { fitRows } from '../fit-rows.ts';
import { HEADING_HEIGHT } from '../heading.tsx';

/** How names and numbers stand in a box. */
export interface ContactsLayout {
  readonly hasHeading: boolean;
  /** Each number stands below its name, not beside it. */
  readonly isNarrow: boolean;
  readonly nameStep: Step;
  readonly numberStep: Step;
  /** As many as there is room for. */
  readonly rows: readonly { readonly name: string; readonly lines: readonly string[] }[];
  /** Something is missing, or a number is broken where it has no space. */
  readonly isCut: boolean;
}

interface Contact {
  readonly name: string;
  readonly number: string;
}

const GAP = 0.7;
/** The white above and below a row, and half of the line between two. */
const ROW_PADDING = 0.32 + 1 / 48;
/** A name that has less stands above its number. */
const LEAST_NAME_WIDTH = 5;
/** Figures of one width run wider than what the measure knows. */
const FIGURES = 1.14;

/** All of it at the body's size, else as much as there is room for at the next. */
export function contactsLayout(contacts: readonly Contact[], room: Room): ContactsLayout {
  const large = layoutAt('body', contacts, room);
  return large.isCut ? layoutAt('small', contacts, room) : large;
}

function layoutAt(step: 'body' | 'small', contacts: readonly Contact[], room: Room): ContactsLayout {
  const names = contacts.map(({ name }) => name);
  const numbers = contacts.map(({ number }) => number);
  const besideWidths = numbers.map((number) => textWidth(number) * FIGURES * STEPS[step] + GAP);
  const isNarrow = room.width - Math.max(...besideWidths) < LEAST_NAME_WIDTH;
  const set = isNarrow ? numbersIn(room.width, numbers, step) : { step, lines: numbers.map((number) => [number]), isBroken: false };
  const numberHeight = Math.max(...set.lines.map(({ length }) => length)) * STEPS[set.step] * TITLE_LEADING;
  const rowsIn = (height: number) =>
    fitRows(
      names,
      { widthOf: (index) => room.width - (isNarrow ? 0 : (besideWidths[index] ?? 0)), height },
      { step, padding: ROW_PADDING + (isNarrow ? numberHeight / 2 : 0), leastHeight: isNarrow ? 0 : numberHeight },
    );
  const below = rowsIn(room.height - HEADING_HEIGHT);
  const alone = rowsIn(room.height);
  // A number without the heading helps; the heading in the place of a number does not.
  const hasHeading = below.texts.length === alone.texts.length;
  const { texts, isCut } = hasHeading ? below : alone;
  return {
    hasHeading,
    isNarrow,
    nameStep: step,
    numberStep: set.step,
    rows: texts.map((name, index) => ({ name, lines: set.lines[index] ?? [] })),
    isCut: isCut || set.isBroken || !hasHeading,
  };
}

/** The numbers in lines of this width: each in one line at the largest step that allows it, else broken at its spaces, and only a number without any elsewhere. */
function numbersIn(
  width: number,
  numbers: readonly string[],
  largest: 'body' | 'small',
): { readonly step: Step; readonly lines: readonly (readonly string[])[]; readonly isBroken: boolean } {
  const steps: readonly Step[] = largest === 'body' ? ['body', 'small', 'fine'] : ['small', 'fine'];
  const widthAt = (step: Step) => width / STEPS[step] / FIGURES;
  const whole = steps.find((step) => numbers.every((number) => textWidth(number) <= widthAt(step)));
  const atSpaces = whole ?? steps.find((step) => numbers.every((number) => longestWordWidth(number) <= widthAt(step)));
  const step = atSpaces ?? 'fine';
  return { step, lines: numbers.map((number) => breakIntoLines(number, widthAt(step))), isBroken: atSpaces === undefined };
}
