import { type FilmType, MOST_FILM_SIDE } from '@concierge/contract/media.ts';

// What the weakest of our boards plays, a Raspberry Pi 4: H.264 up to level 4.2 in hardware (ITU-T H.264, table A-1), VP8 and VP9 on its processor, which has the rest of the lobby to draw as well.

/** H.264 counts levels in tenths. */
export const HIGHEST_LEVEL = 42;
const MACROBLOCK = 16;

const MOST = {
  /** 1920 × 1080, in whole macroblocks and whichever way it hangs. */
  'video/mp4': { macroblocks: 8_160, framesASecond: 60 },
  /** 1280 × 720. */
  'video/webm': { macroblocks: 3_600, framesASecond: 30 },
} as const satisfies { readonly [Type in FilmType]: object };

/** A second, less what cameras' clocks and times in whole milliseconds are off. */
const SECOND_MS = 970;

/** By the size of its frames, with what is cropped of them: all of it is decoded. */
export function isTooLarge(type: FilmType, { width, height }: { readonly width: number; readonly height: number }): boolean {
  if (Math.max(width, height) > MOST_FILM_SIDE) return true;
  return Math.ceil(width / MACROBLOCK) * Math.ceil(height / MACROBLOCK) > MOST[type].macroblocks;
}

/** Whether any second has more frames than can be decoded in it, by when they begin, in their order. */
export function isTooFast(type: FilmType, startsMs: readonly number[]): boolean {
  const { framesASecond } = MOST[type];
  return startsMs.some((startMs, index) => (startsMs[index + framesASecond] ?? Number.POSITIVE_INFINITY) - startMs < SECOND_MS);
}
