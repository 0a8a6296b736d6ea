import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { ClockState } from '@concierge/contract/mqtt/reported.ts';
import {
  bestTimeMs,
  type ClockModel,
  type ClockReading,
  hearSigned,
  isBounded,
  observe,
  type SignedEvidence,
  startClock,
  type TimeBounds,
  timeBounds,
} from './rules.ts';

/** Where the clock looks. Tests and the demo pass their own. */
export interface ClockSources {
  systemMs(): number;
  /** Milliseconds that only grow, from any origin. */
  monotonicMs(): number;
  /** Whether the operating system has reached network time since boot. */
  synchronized(): boolean;
}

export interface Clock {
  start(floors: { signedMs: number; savedMs: number }): void;
  stop(): void;
  /** The best time as Unix milliseconds. Before `start` it is the bare system clock. */
  nowMs(): number;
  state(): ClockState;
  /** Whether the time is good enough to choose a QR slot and to refuse an expired document. */
  bounded(): boolean;
  /** What is known of the time for certain. Before `start` that is nothing. */
  timeBounds(): TimeBounds;
  /** Milliseconds that only grow: what a wait is measured by. */
  monotonicMs(): number;
  hear(evidence: SignedEvidence): void;
}

/** systemd-timesyncd makes this file when the clock has been set from the network since boot. */
const SYNCHRONIZED_MARK = '/run/systemd/timesync/synchronized';
const OBSERVE_EVERY_MS = 5_000;
const SAVE_FLOOR_EVERY_MS = 60_000;

export const systemClockSources: ClockSources = {
  systemMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  synchronized: () => existsSync(SYNCHRONIZED_MARK),
};

export function createClock(deps: {
  sources: ClockSources;
  /** Called at most once a minute, and only with a time that has an error bound. */
  saveFloor(timeMs: number): void;
  /** Called when the state or the error bound changed, or the time was moved. */
  onChange(): void;
}): Clock {
  let model: ClockModel | null = null;
  let timer: NodeJS.Timeout | undefined;
  let floorSavedAtMs = Number.NEGATIVE_INFINITY;

  function read(): ClockReading {
    const { sources } = deps;
    return { systemMs: sources.systemMs(), monotonicMs: sources.monotonicMs(), synchronized: sources.synchronized() };
  }

  function become(next: ClockModel, reading: ClockReading): void {
    const before = model;
    model = next;
    saveFloorWhenDue(reading);
    if (before === null) return;
    const movedMs = Math.abs(bestTimeMs(next, reading.monotonicMs) - bestTimeMs(before, reading.monotonicMs));
    if (before.state !== next.state || isBounded(before) !== isBounded(next) || movedMs > 1_000) deps.onChange();
  }

  function saveFloorWhenDue(reading: ClockReading): void {
    if (model === null || !isBounded(model) || reading.monotonicMs - floorSavedAtMs < SAVE_FLOOR_EVERY_MS) return;
    floorSavedAtMs = reading.monotonicMs;
    deps.saveFloor(Math.floor(bestTimeMs(model, reading.monotonicMs)));
  }

  function look(): void {
    if (model === null) return;
    const reading = read();
    become(observe(model, reading), reading);
  }

  return {
    start(floors) {
      const reading = read();
      become(startClock(floors, reading), reading);
      timer = setInterval(look, OBSERVE_EVERY_MS).unref();
    },
    stop() {
      clearInterval(timer);
    },
    nowMs() {
      return Math.floor(model === null ? deps.sources.systemMs() : bestTimeMs(model, deps.sources.monotonicMs()));
    },
    state: () => model?.state ?? 'unknown',
    bounded: () => model !== null && isBounded(model),
    timeBounds: () => (model === null ? { earliestMs: 0, latestMs: null } : timeBounds(model, deps.sources.monotonicMs())),
    monotonicMs: () => deps.sources.monotonicMs(),
    hear(evidence) {
      if (model === null) return;
      const reading = read();
      become(hearSigned(model, reading, evidence), reading);
    },
  };
}
