import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFairTurns } from './fair-turns.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => vi.useRealTimers());

const failures: unknown[] = [];
const turnsOf = (change: { atOnce?: number; mostWaiting?: number; mostWaitingOfOne?: number; burst?: number } = {}) =>
  createFairTurns({
    atOnce: 1,
    mostWaiting: 100,
    mostWaitingOfOne: 50,
    burst: 1_000,
    windowMs: 10_000,
    onFailure: (error) => failures.push(error),
    ...change,
  });

const done: string[] = [];
beforeEach(() => {
  done.length = 0;
  failures.length = 0;
});
const says = (what: string) => async () => {
  await turn();
  done.push(what);
};
async function settled(): Promise<void> {
  for (let quiet = 0, count = 0; quiet < 20; await turn()) {
    quiet = done.length === count ? quiet + 1 : 0;
    count = done.length;
  }
}

it('lets everybody have a turn, however much one of them adds', async () => {
  const turns = turnsOf();
  for (let number = 0; number < 40; number += 1) turns.add('noisy', says(`noisy ${number}`));
  turns.add('calm', says('calm'));
  await settled();
  expect(done.indexOf('calm')).toBeLessThanOrEqual(2);
  expect(done).toHaveLength(41);
});

it('does what one adds in its order, though many are served at once', async () => {
  const turns = turnsOf({ atOnce: 8 });
  const slow = async () => {
    for (let rounds = 0; rounds < 5; rounds += 1) await turn();
    done.push('went');
  };
  turns.add('device', slow);
  turns.add('device', says('came'));
  await settled();
  expect(done).toEqual(['went', 'came']);
});

it('keeps only the newest of what counts as of now, and never drops it', async () => {
  const turns = turnsOf({ mostWaiting: 2 });
  turns.add('first', says('served at once'));
  turns.add('other', says('waits'));
  turns.add('another', says('waits too'));
  expect(turns.add('late', says('too much'))).toBe(false);
  expect(turns.add('device', says('old'), 'status')).toBe(true);
  expect(turns.add('device', says('new'), 'status')).toBe(true);
  await settled();
  expect(done).toEqual(['served at once', 'waits', 'waits too', 'new']);
});

it('drops what one adds beyond its own limit', async () => {
  const turns = turnsOf({ mostWaitingOfOne: 3 });
  const taken = Array.from({ length: 10 }, (_, number) => turns.add('noisy', says(`${number}`)));
  expect(taken.filter(Boolean)).toHaveLength(4);
  expect(turns.add('calm', says('calm'))).toBe(true);
  await settled();
});

it('lets whoever adds without end rest until the next window', async () => {
  const turns = turnsOf({ burst: 3 });
  for (let number = 0; number < 5; number += 1) turns.add('noisy', says(`noisy ${number}`));
  await settled();
  expect(done).toEqual(['noisy 0', 'noisy 1', 'noisy 2']);
  turns.add('calm', says('calm'));
  await settled();
  expect(done.at(-1)).toBe('calm');
  vi.advanceTimersByTime(10_000);
  await settled();
  expect(done).toEqual(['noisy 0', 'noisy 1', 'noisy 2', 'calm', 'noisy 3', 'noisy 4']);
});

it('goes on after a failure', async () => {
  const turns = turnsOf();
  turns.add('device', () => Promise.reject(new Error('the database is away')));
  turns.add('device', says('after it'));
  await settled();
  expect(done).toEqual(['after it']);
  expect(failures).toHaveLength(1);
});
