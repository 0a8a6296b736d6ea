/** How often each advertisement was shown of late, by the hash of its picture. */
export type AdCounts = ReadonlyMap<string, number>;

/** What is new counts like the one that was shown least: it is among the next, and does not stand alone until it has caught up. */
export function countOf(counts: AdCounts, sha256: string): number {
  return counts.get(sha256) ?? (counts.size === 0 ? 0 : Math.min(...counts.values()));
}

/** The counts after a round in which these were on, and some of them shown. What is not on any more is forgotten, so that it does not grow. */
export function countsAfter(counts: AdCounts, on: readonly string[], shown: ReadonlySet<string>): AdCounts {
  return new Map(on.map((sha256) => [sha256, countOf(counts, sha256) + (shown.has(sha256) ? 1 : 0)]));
}
