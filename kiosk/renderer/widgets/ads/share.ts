import { LEAST_ENTRY_MS } from '../../pace.ts';

/** Advertisements take at most this share of a round's time, whatever somebody arranged. */
export const MOST_SHARE = 0.25;

interface Timed {
  readonly durationMs: number;
}

/**
 * The round with as much advertising as it may have. Where there is too much, each stands for a shorter time, and where that would be too short, those that were shown least stand and the others
 * wait for a later round. A round of nothing else has none. `shownBefore` says how often an entry's advertisements were shown, and is null for an entry that has none.
 */
export function withBoundedAds<Entry extends Timed>(
  entries: readonly Entry[],
  shownBefore: (entry: Entry) => number | null,
): readonly Entry[] {
  const ads = entries
    .flatMap((entry) => {
      const before = shownBefore(entry);
      return before === null ? [] : [{ entry, before }];
    })
    .toSorted((one, other) => one.before - other.before)
    .map(({ entry }) => entry);
  const otherMs = sumOf(entries) - sumOf(ads);
  const allowedMs = (otherMs * MOST_SHARE) / (1 - MOST_SHARE);
  if (sumOf(ads) <= allowedMs) return entries;
  for (let count = ads.length; count > 0; count -= 1) {
    const shown = ads.slice(0, count);
    const share = Math.min(1, allowedMs / sumOf(shown));
    if (shown.some(({ durationMs }) => durationMs * share < LEAST_ENTRY_MS)) continue;
    return entries.flatMap((entry) => {
      if (!ads.includes(entry)) return [entry];
      return shown.includes(entry) ? [{ ...entry, durationMs: Math.floor(entry.durationMs * share) }] : [];
    });
  }
  return entries.filter((entry) => !ads.includes(entry));
}

function sumOf(entries: readonly Timed[]): number {
  return entries.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
