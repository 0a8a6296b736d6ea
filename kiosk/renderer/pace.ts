/** Whatever stands for less nobody can see what it is. */
export const LEAST_ENTRY_MS = 5_000;
/** A round is in one language and on one side: each must stay long enough to be read by who has just come in. */
export const LEAST_ROUND_MS = 12_000;

/** Time to notice, then to read at an unhurried 14 characters a second. */
export function readingMs(text: string): number {
  return Math.min(24_000, Math.max(9_000, 5_000 + Math.round((text.length * 1_000) / 14)));
}
