import type { RollbackReason } from '@concierge/contract/release/outcome.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { newPointer } from './boot-rules.ts';
import { createSlotStore } from './slots.ts';
import { createTrial } from './trial.ts';

const HOUR_MS = 3_600_000;
let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  directory[Symbol.dispose]();
});

/** A release on trial that has opened its cache, on a machine whose television is off at the wall. */
function aTrialInTheDark() {
  const store = createSlotStore(directory.path);
  const pending = { slot: 'b', sequence: 2, sha256: '2'.repeat(64), starts: 1, cloudWasReachable: false } as const;
  store.writePointer({ ...newPointer, pending });
  const display = { plugged: false };
  const rolledBack: RollbackReason[] = [];
  const trial = createTrial({
    store,
    limits: { screenWithinMs: 60_000, displayWithinMs: 24 * HOUR_MS, cloudWithinMs: 120_000 },
    monotonicMs: () => performance.now(),
    noDisplay: () => !display.plugged,
    onCommitted: () => undefined,
    onRolledBack: (reason) => rolledBack.push(reason),
  });
  trial.start(0);
  trial.shown('cacheOpened');
  return { display, rolledBack };
}

it('waits for a television that is off at the wall, and has its time only then', () => {
  const { display, rolledBack } = aTrialInTheDark();
  vi.advanceTimersByTime(5 * HOUR_MS);
  display.plugged = true;
  vi.advanceTimersByTime(49_000);
  expect(rolledBack).toEqual([]);
  vi.advanceTimersByTime(12_000);
  expect(rolledBack).toEqual(['nothing-painted']);
});

it('does not wait for ever', () => {
  const { rolledBack } = aTrialInTheDark();
  vi.advanceTimersByTime(24 * HOUR_MS);
  expect(rolledBack).toEqual([]);
  vi.advanceTimersByTime(70_000);
  expect(rolledBack).toEqual(['nothing-painted']);
});
