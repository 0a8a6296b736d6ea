/**
 * Timers that wait for a time that is given to them. The agent's process and the lobby's page both run on these, so this file imports nothing: the page gets
 * its text.
 *
 * INVARIANTS
 * 1. Timers fire in the order in which they are due; while one fires, the time is the moment it was due.
 * 2. Between two of them whatever hangs on the first (promises, arrived bytes) gets its turn.
 * 3. After a leap each timer that was due fires once, at the new time: as after a process was stopped and goes on.
 */
export interface VirtualTimers {
  nowMs(): number;
  /** Returns the timer's number. `everyMs` null fires once. */
  add(callback: () => void, delayMs: number, everyMs: number | null): number;
  remove(id: number): void;
  /** Starts the timer's wait over. */
  again(id: number): void;
  /** When the next one is due; infinity without any. */
  nextDueMs(): number;
  /** Lets the time pass until then; returns how many timers fired. */
  runUntil(untilMs: number, turn: () => Promise<void>): Promise<number>;
  /** The time is then at once. */
  leapTo(untilMs: number, turn: () => Promise<void>): Promise<number>;
}

interface Waiting {
  readonly callback: () => void;
  readonly delayMs: number;
  readonly everyMs: number | null;
  dueMs: number;
  /** Of two due at one moment the one that was set first fires first. */
  order: number;
}

/** A timer that sets itself anew without end would hold the time up for ever. */
const MOST_AT_ONCE = 100_000;

export function createVirtualTimers(startMs: number, onError: (error: unknown) => void): VirtualTimers {
  const waiting = new Map<number, Waiting>();
  let nowMs = startMs;
  let lastId = 0;
  let lastOrder = 0;

  function nextDue(untilMs: number): [number, Waiting] | null {
    let next: [number, Waiting] | null = null;
    for (const entry of waiting) {
      const [, timer] = entry;
      if (timer.dueMs > untilMs) continue;
      if (next === null || timer.dueMs < next[1].dueMs || (timer.dueMs === next[1].dueMs && timer.order < next[1].order)) next = entry;
    }
    return next;
  }

  function set(timer: Waiting, dueMs: number): void {
    lastOrder += 1;
    timer.dueMs = dueMs;
    timer.order = lastOrder;
  }

  function fire([id, timer]: [number, Waiting]): void {
    if (timer.everyMs === null) waiting.delete(id);
    else set(timer, nowMs + timer.everyMs);
    try {
      timer.callback();
    } catch (error) {
      onError(error);
    }
  }

  return {
    nowMs: () => nowMs,
    add(callback, delayMs, everyMs) {
      lastId += 1;
      // As Node and browsers do: what is no number, or too large for one, is as little as can be.
      const wait = (wantedMs: number): number => (wantedMs >= 1 && wantedMs < 2 ** 31 ? wantedMs : 1);
      const timer = { callback, delayMs: wait(delayMs), everyMs: everyMs === null ? null : wait(everyMs), dueMs: 0, order: 0 };
      set(timer, nowMs + timer.delayMs);
      waiting.set(lastId, timer);
      return lastId;
    },
    remove: (id) => void waiting.delete(id),
    again(id) {
      const timer = waiting.get(id);
      if (timer !== undefined) set(timer, nowMs + timer.delayMs);
    },
    nextDueMs: () => Math.min(Number.POSITIVE_INFINITY, ...[...waiting.values()].map(({ dueMs }) => dueMs)),
    async runUntil(untilMs, turn) {
      for (let fired = 0; ; fired += 1) {
        if (fired > MOST_AT_ONCE) throw new Error('timers set each other without end');
        const next = nextDue(untilMs);
        if (next === null) {
          nowMs = Math.max(nowMs, untilMs);
          await turn();
          // What arrived in that turn may have set a timer that is already due.
          if (nextDue(untilMs) === null) return fired;
          continue;
        }
        nowMs = Math.max(nowMs, next[1].dueMs);
        fire(next);
        await turn();
      }
    },
    async leapTo(untilMs, turn) {
      nowMs = Math.max(nowMs, untilMs);
      const due = [...waiting].filter(([, timer]) => timer.dueMs <= untilMs).sort(([, one], [, other]) => one.dueMs - other.dueMs);
      let fired = 0;
      for (const entry of due) {
        if (!waiting.has(entry[0])) continue;
        fired += 1;
        fire(entry);
        await turn();
      }
      await turn();
      return fired;
    },
  };
}
