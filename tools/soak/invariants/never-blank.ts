import type { Invariant } from './invariant.ts';

export const BLANK_LIMIT_MS = 5_000;

/** People in the hall always see something that says something. */
export function neverBlank(): Invariant {
  return {
    name: 'never blank',
    rule: `Text can be seen on the glass; never none for longer than ${BLANK_LIMIT_MS / 1_000} s.`,
    graceMs: BLANK_LIMIT_MS,
    sinceLastGood: true,
    see({ reading, characters }) {
      const blank = characters === 0 || reading.texts.length === 0;
      // A reading between two looks knows what is in the page, and not whether it can be seen.
      if (!blank && characters === null) return null;
      return blank ? [{ key: 'blank', says: `nothing can be read (scene ${reading.scene ?? 'none'})` }] : [];
    },
  };
}

/** Of the pixels: more than this of one colour is an empty picture. The quietest scene, the night's, stays far below. */
export const ONE_COLOUR_SHARE = 0.995;
