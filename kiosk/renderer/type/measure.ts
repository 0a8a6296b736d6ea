import { charactersByWidth } from '../generated/advance-widths.ts';
import { hyphenateGreek, SOFT_HYPHEN } from './hyphenation.ts';

const hundredthsByCharacter = new Map(
  charactersByWidth.flatMap(([width, characters]) => Array.from(characters).map((one) => [one, width])),
);
/** A character the family lacks comes from some other face; take it for a wide one. */
const UNKNOWN_HUNDREDTHS = 80;
/** Soft hyphens and zero-width characters take no room until a line breaks there. */
const INVISIBLE = /[\u00AD\u200B-\u200D\u2060\uFEFF]/u;

/** White a line may break at; a no-break space is not. */
const BREAKABLE = /[^\S\u00A0\u202F]+/u;

/** The width of a text in multiples of its type size. */
export function textWidth(text: string): number {
  let hundredths = 0;
  for (const character of text) {
    if (INVISIBLE.test(character)) continue;
    hundredths += hundredthsByCharacter.get(character === '\u00A0' ? ' ' : character) ?? UNKNOWN_HUNDREDTHS;
  }
  return hundredths / 100;
}

/**
 * How text falls into lines of a width (in multiples of its size), the way a browser breaks it: at spaces, and inside a word only when the
 * word alone is longer than the line. A line break in the text starts a new line.
 */
export function breakIntoLines(text: string, lineWidth: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => breakParagraph(paragraph, lineWidth));
}

function breakParagraph(paragraph: string, lineWidth: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(BREAKABLE).filter((one) => one !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (textWidth(longer) <= lineWidth) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cutWord(word, lineWidth);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  lines.push(line);
  return lines;
}

/** A word that is longer than the line is broken at its syllables, and where even a syllable is too long, anywhere. */
function cutWord(word: string, lineWidth: number): string[] {
  if (textWidth(word) <= lineWidth) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const syllable of hyphenateGreek(word).split(SOFT_HYPHEN)) {
    if (piece !== '' && textWidth(`${piece}${syllable}-`) > lineWidth) {
      pieces.push(`${piece}-`);
      piece = '';
    }
    for (const character of syllable) {
      if (piece !== '' && textWidth(piece + character) > lineWidth) {
        pieces.push(piece);
        piece = '';
      }
      piece += character;
    }
  }
  pieces.push(piece);
  return pieces;
}

export function longestWordWidth(text: string): number {
  return Math.max(0, ...text.split(BREAKABLE).map(textWidth));
}
