import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBackOff, nextWaitMs, restOfWaitMs } from './back-off.ts';

const { baseMs, capMs, stableAfterMs } = defaultBackOff;

describe('the wait between attempts', () => {
  it.each([
    ['the first, shortest', 0, 0, 0, 1_000],
    ['the first, longest', 0, 0, 0.999999, 3_000],
    ['grows by at most three', 4_000, 0, 0.999999, 12_000],
    ['is capped', 50_000, 0, 0.999999, 60_000],
    ['starts over after a stable connection', 50_000, stableAfterMs, 0.999999, 3_000],
    ['does not start over after a short one', 50_000, stableAfterMs - 1, 0.999999, 60_000],
  ])('%s', (_what, lastWaitMs, lastedMs, random, waitMs) => {
    expect(nextWaitMs(defaultBackOff, lastWaitMs, lastedMs, random)).toBe(waitMs);
  });

  it('is always within its limits', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), random, (lastWaitMs, lastedMs, chance) => {
        const waitMs = nextWaitMs(defaultBackOff, lastWaitMs, lastedMs, chance);
        return waitMs >= baseMs && waitMs <= capMs;
      }),
    );
  });

  it('spreads a fleet that lost its broker at one moment', () => {
    const waits = Array.from({ length: 1_000 }, (_, index) => {
      let waitMs = 0;
      for (let attempt = 0; attempt < 6; attempt += 1) waitMs = nextWaitMs(defaultBackOff, waitMs, 0, fraction(index * 7 + attempt * 131));
      return waitMs;
    });
    const fullest = Math.max(
      ...Map.groupBy(waits, (waitMs) => Math.floor(waitMs / 1_000))
        .values()
        .map((group) => group.length),
    );
    expect(fullest).toBeLessThan(250);
  });
});

describe('what is left of it after an attempt', () => {
  it.each([
    ['is all of it after one that was refused at once', 9_400, 0, 9_400],
    ['is the rest after one that was not answered', 26_400, 15_000, 11_400],
    ['is the base and a bit when nothing would be left', 9_400, 15_000, 1_400],
    ['is never longer than the wait', 1_000, 15_000, 1_000],
  ])('%s', (_what, waitMs, spentMs, restMs) => {
    expect(restOfWaitMs(defaultBackOff, waitMs, spentMs)).toBe(restMs);
  });
});

/** A repeatable number from 0 to below 1. */
function fraction(seed: number): number {
  const value = Math.sin(seed + 1) * 10_000;
  return value - Math.floor(value);
}
