/**
 * Runs in the page. Looks at the type that stands on the screen and says what a passer-by would stumble over: text outside its box or the
 * glass, text on text, letters too small, a word broken where it has no syllable, a language that is not the one it is marked with.
 */
export function layoutFaults(): string[] {
  const faults: string[] = [];
  const lobby = document.querySelector<HTMLElement>('.lobby');
  if (lobby === null) return ['there is no screen'];
  const unitPx = Number.parseFloat(getComputedStyle(lobby).getPropertyValue('--unit'));
  // While two scenes fade, the last one is the one that stays.
  const layer = [...document.querySelectorAll('.lobby-layer')].at(-1);
  const rooms = [layer, document.querySelector('.lobby-header'), document.querySelector('.lobby-foot')].flatMap((room) => room ?? []);
  const blocks = rooms.flatMap((room) =>
    [...room.querySelectorAll('p, h1, h2, strong, time, dt, dd')].flatMap((element) => readBlock(element, room) ?? []),
  );
  const things = rooms.flatMap((room) => [...room.querySelectorAll('.qr-code, .pictogram, .mark, .horizon')]);
  if (blocks.length === 0) faults.push('there is not a word on the screen');

  for (const [index, block] of blocks.entries()) {
    const { element, ink, sizePx } = block;
    const name = `«${element.textContent.slice(0, 50)}»`;
    for (const [where, box] of [
      ['the screen', lobby.getBoundingClientRect()],
      ['its room', block.room.getBoundingClientRect()],
      ['its own box', element.getBoundingClientRect()],
    ] as const) {
      const beyondPx = Math.max(box.left - ink.left, ink.right - box.right, box.top - ink.top, ink.bottom - box.bottom);
      if (beyondPx > 1) faults.push(`${name} leaves ${where} by ${Math.round(beyondPx)} px`);
    }
    // The smallest step of the scale.
    if (sizePx < unitPx * 0.63 - 0.1) faults.push(`${name} is set at ${sizePx} px, under the smallest step`);
    for (const word of brokenWords(element)) faults.push(`«${word}» is broken inside a syllable`);
    const language = element.closest('[lang]')?.getAttribute('lang');
    const foreign = language === 'en' ? /\p{Script=Greek}/u : /\p{Script=Latin}/u;
    if (foreign.test(element.textContent.replace('New Concierge', ''))) faults.push(`${name} is marked as ${language ?? 'no language'}`);
    for (const other of blocks.slice(index + 1)) {
      if (!other.element.contains(element) && !element.contains(other.element) && overlap(ink, other.ink))
        faults.push(`${name} lies on «${other.element.textContent.slice(0, 50)}»`);
    }
    for (const thing of things) {
      if (!element.contains(thing) && overlap(ink, thing.getBoundingClientRect()))
        faults.push(`${name} lies on a ${thing.getAttribute('class') ?? thing.tagName}`);
    }
  }
  return faults;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Block {
  readonly element: Element;
  /** The element it must stay inside. */
  readonly room: Element;
  readonly sizePx: number;
  /** Where its letters are. */
  readonly ink: Box;
}

function readBlock(element: Element, room: Element): Block | null {
  if (element.textContent.trim() === '') return null;
  const range = document.createRange();
  range.selectNodeContents(element);
  const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
  const sizePx = Number.parseFloat(getComputedStyle(element).fontSize);
  // A line's box has air above and below its letters, in this family about a sixth of the size.
  const airPx = sizePx / 6;
  const ink = {
    left: Math.min(...lines.map(({ left }) => left)),
    right: Math.max(...lines.map(({ right }) => right)),
    top: Math.min(...lines.map(({ top }) => top)) + airPx,
    bottom: Math.max(...lines.map(({ bottom }) => bottom)) - airPx,
  };
  return { element, room: element.closest('.notice-tag, .notice-panel, .overview-words, .layout-box') ?? room, sizePx, ink };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1;
}

/** Pieces of words, between spaces and the places where a word may be divided, that stand on two lines. */
function brokenWords(element: Element): string[] {
  const broken: string[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node;
    const topOf = (at: number) => {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      // The first letter of a line has a second box when a hyphen ends the line above; the letter's own is the last.
      return [...range.getClientRects()].at(-1)?.top;
    };
    for (const { 0: piece, index } of (text.textContent ?? '').matchAll(/[^\s\u00AD\u2060–-]{2,}/gu)) {
      if (topOf(index) !== topOf(index + piece.length - 1)) broken.push(piece);
    }
  }
  return broken;
}
