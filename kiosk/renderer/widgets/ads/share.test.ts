import { describe, expect, it } from 'vitest';
import { MOST_SHARE, withBoundedAds } from './share.ts';

const round = (...seconds: number[]) =>
  seconds.map((each, index) => ({ key: String(index), isAd: each < 0, durationMs: Math.abs(each) * 1_000 }));
/** With how often each advertisement was shown before, by its key. */
const shown = (entries: ReturnType<typeof round>, before: ReadonlyMap<string, number> = new Map()) =>
  withBoundedAds(entries, ({ key, isAd }) => (isAd ? (before.get(key) ?? 0) : null));
const shareOf = (entries: readonly { isAd: boolean; durationMs: number }[]) => {
  const sum = (some: readonly { durationMs: number }[]) => some.reduce((total, { durationMs }) => total + durationMs, 0);
  return entries.length === 0 ? 0 : sum(entries.filter(({ isAd }) => isAd)) / sum(entries);
};

describe('withBoundedAds', () => {
  it('leaves a round alone that has little of it', () => expect(shown(round(30, -10, 30))).toEqual(round(30, -10, 30)));

  it('shortens what is too long', () => expect(shown(round(30, -20)).map(({ durationMs }) => durationMs)).toEqual([30_000, 10_000]));

  it('lets them take turns where there are too many, and none is shorter than can be seen', () => {
    const before = new Map<string, number>();
    const turns = [0, 1, 2, 3].map(() => {
      const keys = shown(round(30, -10, -10, -10), before).map(({ key }) => key);
      for (const key of keys) before.set(key, (before.get(key) ?? 0) + 1);
      return keys;
    });
    expect(turns).toEqual([
      ['0', '1', '2'],
      ['0', '1', '3'],
      ['0', '2', '3'],
      ['0', '1', '2'],
    ]);
  });

  it('shows none where there is nothing else, or hardly anything', () => {
    expect(shown(round(-10, -10))).toEqual([]);
    expect(shown(round(9, -10))).toEqual(round(9));
  });

  it('never lets them have more than their share, however the round is made', () => {
    for (let made = 0; made < 3_000; made += 1) {
      const entries = round(
        ...Array.from({ length: made % 9 }, (_, index) => (((made * 31 + index * 17) % 7) - 3 || 5) * (5 + ((made + index) % 9))),
      );
      const result = shown(entries, new Map(entries.map(({ key }, index) => [key, (made * 7 + index * 3) % 5])));
      expect(shareOf(result)).toBeLessThanOrEqual(MOST_SHARE);
      for (const { isAd, durationMs } of result) if (isAd) expect(durationMs).toBeGreaterThanOrEqual(5_000);
      expect(result.filter(({ isAd }) => !isAd)).toEqual(entries.filter(({ isAd }) => !isAd));
    }
  });
});
