import { lockSeconds } from './rules.ts';

const MOST_REMEMBERED = 20_000;

/**
 * Wrong guesses, by e-mail address or by known browser. An account remembers in the database what strangers guess; the memory by address locks one of nobody in just the same way,
 * because an address that is never locked would be known to have no account. Each replica counts for itself.
 */
export interface Guesses {
  isLocked(by: string): boolean;
  /** Counts a wrong guess. */
  note(by: string): void;
  forget(by: string): void;
}

export function createGuesses(nowMs: () => number): Guesses {
  const counted = new Map<string, { count: number; lockedUntilMs: number }>();
  return {
    isLocked: (by) => (counted.get(by)?.lockedUntilMs ?? 0) > nowMs(),
    note(by) {
      const count = (counted.get(by)?.count ?? 0) + 1;
      // Put at the end, so that the first one is the one longest untouched: that one goes when there are too many.
      counted.delete(by);
      counted.set(by, { count, lockedUntilMs: nowMs() + lockSeconds(count) * 1_000 });
      const [oldest] = counted.keys();
      if (counted.size > MOST_REMEMBERED && oldest !== undefined) counted.delete(oldest);
    },
    forget: (by) => void counted.delete(by),
  };
}
