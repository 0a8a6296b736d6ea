import { lockSeconds } from './rules.ts';

const MAX_ADDRESSES = 20_000;

/**
 * Wrong guesses by e-mail address, whether or not an account has it. An account remembers its own guesses in the database; this memory locks an address of nobody in just the same
 * way, because an address that is never locked would be known to have no account. Each replica counts for itself.
 */
export interface Guesses {
  isLocked(email: string): boolean;
  /** Counts a wrong guess. */
  note(email: string): void;
  forget(email: string): void;
}

export function createGuesses(nowMs: () => number): Guesses {
  const byAddress = new Map<string, { count: number; lockedUntilMs: number }>();
  return {
    isLocked: (email) => (byAddress.get(email)?.lockedUntilMs ?? 0) > nowMs(),
    note(email) {
      const count = (byAddress.get(email)?.count ?? 0) + 1;
      // Put at the end, so that the first one is the one longest untouched: that one goes when there are too many.
      byAddress.delete(email);
      byAddress.set(email, { count, lockedUntilMs: nowMs() + lockSeconds(count) * 1_000 });
      const [oldest] = byAddress.keys();
      if (byAddress.size > MAX_ADDRESSES && oldest !== undefined) byAddress.delete(oldest);
    },
    forget: (email) => void byAddress.delete(email),
  };
}
