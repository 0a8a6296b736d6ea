import { linesAt, type Room, STEPS, TEXT_LEADING } from './fit-text.ts';

/** 1,200 characters, the longest body, fill at most this many pages of the smallest room we set text in; more would be our own mistake. */
const MOST_PAGES = 24;

/**
 * A long body as pages of body size, none of which overflows its room. Pages are about equally full, and a page ends with a sentence where
 * one ends in its last part: people read a page that is whole, and a screen that shrinks its type is not read at all.
 */
export function bodyPages(body: string, room: Room): readonly string[] {
  const linesPerPage = Math.max(1, Math.floor(room.height / (STEPS.body * TEXT_LEADING)));
  const words = body.replaceAll('\r', '').split(/(?<=[^\S\u00A0\u202F])/u);
  const totalLines = linesAt(body, room.width, 'body').length;
  if (totalLines <= linesPerPage) return [body];
  const evenLines = Math.ceil(totalLines / Math.ceil(totalLines / linesPerPage));
  const pages: string[] = [];
  let start = 0;
  while (start < words.length && pages.length < MOST_PAGES) {
    const end = pageEnd(words, start, room.width, evenLines, linesPerPage);
    pages.push(words.slice(start, end).join('').trim());
    start = end;
  }
  return pages.filter((page) => page !== '');
}

/** The height of a text of body size set to that width, in units. */
export function textHeight(text: string, width: number): number {
  return linesAt(text, width, 'body').length * STEPS.body * TEXT_LEADING;
}

/** The index after the last word of the page that begins at `start`. */
function pageEnd(words: readonly string[], start: number, width: number, evenLines: number, mostLines: number): number {
  const lastThatFits = (lines: number) => {
    const fits = (end: number) => linesAt(words.slice(start, end).join('').trim(), width, 'body').length <= lines;
    // More words never take fewer lines, so the last end that fits is found by halving. One word fits, whatever its length.
    let [fitting, tooFar] = [start + 1, words.length + 1];
    while (tooFar - fitting > 1) {
      const middle = (fitting + tooFar) >> 1;
      if (fits(middle)) fitting = middle;
      else tooFar = middle;
    }
    return fitting;
  };
  const full = lastThatFits(mostLines);
  if (full === words.length) return full;
  const even = lastThatFits(evenLines);
  const earliest = start + Math.ceil((even - start) * 0.6);
  for (let end = full; end >= earliest; end -= 1) if (endsSentence(words[end - 1] ?? '')) return end;
  return even;
}

function endsSentence(word: string): boolean {
  return /[.!;;…·]["»”)]?\s*$/u.test(word) || word.includes('\n');
}
