/** Advertisements take at most this share of a round's time, whatever somebody arranged. */
export const MOST_SHARE = 0.25;
/** Less, and nobody could see what it is. */
const LEAST_MS = 5_000;

interface Timed {
  readonly durationMs: number;
}

/**
 * The round with as much advertising as it may have. Where there is too much, each stands for a shorter time, and where that would be too short, those whose turn it is stand and the others wait for a
 * later round. A round of nothing else has none.
 */
export function withBoundedAds<Entry extends Timed>(
  entries: readonly Entry[],
  isAd: (entry: Entry) => boolean,
  turn: number,
): readonly Entry[] {
  const ads = entries.filter(isAd);
  const otherMs = sumOf(entries) - sumOf(ads);
  const allowedMs = (otherMs * MOST_SHARE) / (1 - MOST_SHARE);
  if (sumOf(ads) <= allowedMs) return entries;
  for (let count = ads.length; count > 0; count -= 1) {
    const shown = Array.from({ length: count }, (_, index) => ads[(turn * count + index) % ads.length]).filter(
      (entry) => entry !== undefined,
    );
    const share = Math.min(1, allowedMs / sumOf(shown));
    if (shown.some(({ durationMs }) => durationMs * share < LEAST_MS)) continue;
    return entries.flatMap((entry) => {
      if (!isAd(entry)) return [entry];
      return shown.includes(entry) ? [{ ...entry, durationMs: Math.floor(entry.durationMs * share) }] : [];
    });
  }
  return entries.filter((entry) => !isAd(entry));
}

function sumOf(entries: readonly Timed[]): number {
  return entries.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
