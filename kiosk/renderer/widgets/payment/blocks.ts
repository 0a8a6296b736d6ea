import type { Language } from '@concierge/contract/text.ts';
import { fitText, linesAt, type Room, STEPS, type Step, shortened, TITLE_LEADING } from '../../type/fit-text.ts';
import { textWidth } from '../../type/measure.ts';

export interface Block {
  readonly name: 'how' | 'holder' | 'iban' | 'note';
  readonly text: string;
  readonly language: Language;
}

export type FittedBlock = Pick<Block, 'name' | 'language'> & {
  readonly lines: readonly string[];
  readonly step: Step;
  /** Part of it is missing. */
  readonly isCut: boolean;
};

const GAP = 0.35;
/** Strong figures run wider than what the measure knows. */
const FIGURES = 1.14;
const ORDER = ['how', 'holder', 'iban', 'note'] as const satisfies readonly Block['name'][];

/**
 * As many of the blocks as there is room for, the first before the others; in the order in which they are read. All words are set at one step. Of a note that does not fit its beginning
 * stands.
 */
export function fitBlocks(blocks: readonly Block[], room: Room): readonly FittedBlock[] {
  const large = fitBlocksAt('body', blocks, room);
  const isWhole = blocks.every(({ name, text }) => text === '' || large.some((fitted) => fitted.name === name && !fitted.isCut));
  return isWhole ? large : fitBlocksAt('small', blocks, room);
}

function fitBlocksAt(step: Step, blocks: readonly Block[], room: Room): readonly FittedBlock[] {
  const fitted: FittedBlock[] = [];
  let left = room.height;
  for (const block of blocks) {
    const one = block.text === '' ? null : fitBlock(step, block, { width: room.width, height: left });
    if (one === null) continue;
    left -= one.lines.length * STEPS[one.step] * TITLE_LEADING + GAP;
    fitted.push(one);
  }
  return fitted.toSorted((first, second) => ORDER.indexOf(first.name) - ORDER.indexOf(second.name));
}

function fitBlock(step: Step, { name, text, language }: Block, room: Room): FittedBlock | null {
  if (name === 'iban') return fitIban(step, text, language, room);
  if (fitText(text, room, [step]) !== null) return { name, language, lines: linesAt(text, room.width, step), step, isCut: false };
  const most = Math.floor(room.height / (STEPS[step] * TITLE_LEADING));
  if (name !== 'note' || most < 2) return null;
  return { name, language, lines: linesAt(shortened(text, room.width, step, most), room.width, step), step, isCut: true };
}

/** The number in lines of whole groups of four, in as few as it can stand in at the largest step; it is never cut. */
function fitIban(wordStep: Step, text: string, language: Language, room: Room): FittedBlock | null {
  const groups = text.split(' ');
  for (const step of wordStep === 'body' ? (['lead', 'body'] as const) : (['small', 'fine'] as const)) {
    for (const perLine of [groups.length, 4, 3, 2]) {
      const lines = Array.from({ length: Math.ceil(groups.length / perLine) }, (_, index) =>
        groups.slice(index * perLine, (index + 1) * perLine).join('\u00a0'),
      );
      const mostLines = step === 'lead' ? 2 : 3;
      const height = lines.length * STEPS[step] * TITLE_LEADING;
      if (
        lines.length <= mostLines &&
        height <= room.height &&
        lines.every((line) => textWidth(line) * FIGURES * STEPS[step] <= room.width)
      )
        return { name: 'iban', language, lines, step, isCut: false };
    }
  }
  return null;
}
