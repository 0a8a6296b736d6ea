import { describe, expect, it } from 'vitest';
import { isTooFast, isTooLarge } from './playable.ts';

/** Frames at these rates, each for a second. */
function startsOf(...rates: readonly number[]): number[] {
  return rates.flatMap((rate, second) => Array.from({ length: rate }, (_, index) => 1_000 * second + (1_000 * index) / rate));
}

describe('what a board plays', () => {
  it.each([
    ['video/mp4', 1_920, 1_080, false],
    ['video/mp4', 1_080, 1_920, false],
    ['video/mp4', 1_440, 1_440, false],
    ['video/mp4', 1_920, 1_200, true],
    ['video/mp4', 1_920, 1_920, true],
    ['video/mp4', 1_936, 16, true],
    ['video/webm', 1_280, 720, false],
    ['video/webm', 720, 1_280, false],
    ['video/webm', 1_920, 1_080, true],
    ['video/webm', 1_296, 720, true],
  ] as const)('%s of %i × %i', (type, width, height, tooLarge) => expect(isTooLarge(type, { width, height })).toBe(tooLarge));

  it('is told by its fastest second, wherever that is, and not by the mean', () => {
    expect(isTooFast('video/mp4', startsOf(60, 60, 60))).toBe(false);
    expect(isTooFast('video/mp4', startsOf(24, 24, 120, 24))).toBe(true);
    expect(isTooFast('video/mp4', startsOf(24, 24, 24, 90))).toBe(true);
    expect(isTooFast('video/webm', startsOf(30, 30, 30))).toBe(false);
    expect(isTooFast('video/webm', startsOf(30, 60))).toBe(true);
  });

  it('bears the clock of a phone and times that were rounded', () => {
    const shaken = startsOf(60, 60, 60).map((ms, index) => ms + (((index * 7) % 5) - 2) * 4);
    expect(isTooFast('video/mp4', shaken)).toBe(false);
    expect(
      isTooFast(
        'video/webm',
        Array.from({ length: 90 }, (_, index) => index * 33),
      ),
    ).toBe(false);
    expect(
      isTooFast(
        'video/mp4',
        Array.from({ length: 180 }, (_, index) => index * 16),
      ),
    ).toBe(true);
  });

  it('may be a few frames at once: there is no second with too many', () => {
    expect(
      isTooFast(
        'video/mp4',
        Array.from({ length: 20 }, (_, index) => index),
      ),
    ).toBe(false);
  });
});
