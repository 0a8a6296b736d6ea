import type { ClockFacts } from './protocol.ts';

/** The one time of a scenario: a counter that only grows, the true time of day, and what the device's own clock says, which may be wrong. */
export interface SoakTime {
  /** On the counter, which begins at 0. */
  nowMs(): number;
  trueMs(): number;
  trueAt(counterMs: number): number;
  /** What the device is told of it. */
  factsAt(counterMs: number): ClockFacts;
  advanceTo(counterMs: number): void;
  /** The device's wall clock says the true time and this much more. The counter knows nothing of it. */
  setWallError(errorMs: number): void;
  /** Whether the device's system has reached network time. */
  setSynchronized(synchronized: boolean): void;
}

export function createSoakTime(startTrueMs: number): SoakTime {
  let nowMs = 0;
  let wallErrorMs = 0;
  let synchronized = true;
  return {
    nowMs: () => nowMs,
    trueMs: () => startTrueMs + nowMs,
    trueAt: (counterMs) => startTrueMs + counterMs,
    factsAt: (counterMs) => ({ monotonicMs: counterMs, wallOffsetMs: startTrueMs + wallErrorMs, synchronized }),
    advanceTo(counterMs) {
      if (counterMs < nowMs) throw new Error('the counter never goes back');
      nowMs = counterMs;
    },
    setWallError(errorMs) {
      wallErrorMs = errorMs;
    },
    setSynchronized(reached) {
      synchronized = reached;
    },
  };
}
