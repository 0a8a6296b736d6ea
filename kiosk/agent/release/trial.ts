import type { RollbackReason } from '@concierge/contract/release/outcome.ts';
import { commit, rollBack } from './boot-rules.ts';
import { judgeTrial, type TrialEvidence, type TrialLimits } from './rules.ts';
import type { SlotStore } from './slots.ts';

/** The time in which a new release must prove itself. */
export interface Trial {
  /** `agoMs` is how long the program runs already. */
  start(agoMs: number): void;
  /** Something the release has now shown; what was shown once stays. */
  shown(evidence: keyof TrialEvidence): void;
  stop(): void;
}

const WRITE_AGAIN_AFTER_MS = 10_000;
const LOOK_FOR_DISPLAY_EVERY_MS = 10_000;

/**
 * Judges the pending release that runs, and writes the verdict before it tells it. When the disk does not take the verdict it is tried again; until
 * then every start counts, so the last good release comes back in the end.
 */
export function createTrial(deps: {
  store: SlotStore;
  limits: TrialLimits;
  monotonicMs(): number;
  /** Whether it is certain that no display is plugged in. */
  noDisplay(): boolean;
  onCommitted(): void;
  /** The program must end now: the next start begins with the last good release. */
  onRolledBack(reason: RollbackReason): void;
}): Trial {
  const { store, limits } = deps;
  const evidence: Record<keyof TrialEvidence, boolean> = { painted: false, cacheOpened: false, cloudReached: false };
  let startedMs: number | null = null;
  let displayAwayUntilMs = 0;
  let timer: NodeJS.Timeout | undefined;

  function judge(): void {
    clearTimeout(timer);
    if (startedMs === null) return;
    const pointer = store.pointer();
    if (pointer === null || pointer.pending === null) return;
    const sinceStartMs = deps.monotonicMs() - startedMs;
    if (!evidence.painted && deps.noDisplay()) displayAwayUntilMs = sinceStartMs;
    const judged = judgeTrial(evidence, pointer.pending.cloudWasReachable, sinceStartMs, limits, displayAwayUntilMs);
    if (judged.verdict === 'wait') {
      const waitMs = judged.untilMs - sinceStartMs;
      judgeAgain(evidence.painted ? waitMs : Math.min(waitMs, LOOK_FOR_DISPLAY_EVERY_MS));
      return;
    }
    try {
      if (judged.verdict === 'commit') {
        store.markProven(pointer.pending.slot);
        // What was counted against the same release before it was repaired does not hold against it now.
        store.forgetUnprovenStarts();
      }
      store.writePointer(judged.verdict === 'commit' ? commit(pointer) : rollBack(pointer, judged.reason));
    } catch {
      judgeAgain(WRITE_AGAIN_AFTER_MS);
      return;
    }
    startedMs = null;
    if (judged.verdict === 'commit') deps.onCommitted();
    else deps.onRolledBack(judged.reason);
  }

  function judgeAgain(inMs: number): void {
    timer = setTimeout(judge, Math.max(1, inMs)).unref();
  }

  return {
    start(agoMs) {
      startedMs = deps.monotonicMs() - agoMs;
      judge();
    },
    shown(what) {
      if (evidence[what]) return;
      evidence[what] = true;
      judge();
    },
    stop() {
      startedMs = null;
      clearTimeout(timer);
    },
  };
}
