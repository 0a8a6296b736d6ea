/** How long to wait between attempts. */
export interface BackOffLimits {
  readonly baseMs: number;
  readonly capMs: number;
  /** A success that lasted this long starts the waits over; a shorter one was flapping. */
  readonly stableAfterMs: number;
}

export const defaultBackOff: BackOffLimits = { baseMs: 1_000, capMs: 60_000, stableAfterMs: 60_000 };

/**
 * The next wait in milliseconds, by decorrelated jitter: a random time between the base and three times the last wait, capped. Thousands of
 * devices that lost the same broker at the same moment come back spread out, and stay apart.
 * `random` is from 0 to below 1; `lastedMs` is how long the last success lasted, 0 for a failed attempt.
 */
export function nextWaitMs(limits: BackOffLimits, lastWaitMs: number, lastedMs: number, random: number): number {
  const fromMs = lastedMs >= limits.stableAfterMs ? limits.baseMs : Math.max(limits.baseMs, lastWaitMs);
  const widestMs = Math.min(limits.capMs, fromMs * 3);
  return Math.round(limits.baseMs + random * Math.max(0, widestMs - limits.baseMs));
}

/**
 * What is left of a wait after an attempt that took `spentMs`: the waits are those between the beginnings of attempts, or a broker that is too busy to answer would be
 * waited for twice, the whole timeout and then the whole wait. At least the base and a random bit, so that those that gave up at one moment do not come back at one.
 */
export function restOfWaitMs(limits: BackOffLimits, waitMs: number, spentMs: number): number {
  return Math.max(waitMs - spentMs, Math.min(waitMs, limits.baseMs + (waitMs % limits.baseMs)));
}
