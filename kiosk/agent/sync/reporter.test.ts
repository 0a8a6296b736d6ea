import { Reported } from '@concierge/contract/mqtt/reported.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aContent } from '../testing/documents.ts';
import { createHeldDocuments } from './held-documents.ts';
import { createReporter } from './reporter.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
let clockMs: number;
let told: Reported[];

beforeEach(() => {
  vi.useFakeTimers();
  clockMs = Date.UTC(2026, 10, 21, 12);
  told = [];
});
afterEach(() => vi.useRealTimers());

function aReporter(missingMedia: () => number = () => 0) {
  const held = createHeldDocuments();
  held.hold('content', { claims: aContent({ sequence: 7 }), jws: '' });
  const reporter = createReporter({
    deviceId: 'device',
    agentVersion: '1',
    shell: 'none',
    held,
    clock: { nowMs: () => clockMs, state: () => 'estimated' },
    missingMedia,
    random: () => 0,
  });
  reporter.start({
    connected: () => true,
    publish({ payload }) {
      told.push(Reported.parse(JSON.parse(payload)));
      return Promise.resolve(true);
    },
  });
  return reporter;
}

it('goes on telling when the screen painted, after its clock proved to be a year ahead', async () => {
  const reporter = aReporter();
  clockMs += YEAR_MS;
  reporter.painted({ contentSequence: 7, scene: 'overview' });
  await vi.advanceTimersByTimeAsync(2_000);
  clockMs -= YEAR_MS;
  reporter.painted({ contentSequence: 7, scene: 'overview' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.map(({ paintedAt }) => paintedAt)).toEqual(['2027-11-21T12:00:00.000Z', '2026-11-21T12:00:00.000Z']);
});

it('tells of a screen that paints all the time only now and then', async () => {
  const reporter = aReporter();
  for (let second = 0; second < 600; second += 1) {
    clockMs += 1_000;
    reporter.painted({ contentSequence: 7, scene: 'overview' });
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(told).toHaveLength(2);
});

it('tells of missing files and of films that do not play as soon as it is so, and is silent about them while all is well', async () => {
  let missing = 0;
  const reporter = aReporter(() => missing);
  const changed = async () => {
    clockMs += 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
  };
  reporter.painted({ contentSequence: 7, scene: 'overview' });
  await changed();
  missing = 2;
  reporter.changed();
  await changed();
  reporter.painted({ contentSequence: 7, scene: 'overview', unplayable: 1 });
  await changed();
  missing = 0;
  reporter.painted({ contentSequence: 7, scene: 'overview' });
  await changed();
  expect(told.map(({ media }) => media)).toEqual([undefined, { missing: 2, unplayable: 0 }, { missing: 2, unplayable: 1 }, undefined]);
  expect(told[0]).not.toHaveProperty('media');
});
