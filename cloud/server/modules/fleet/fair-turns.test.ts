import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFairTurns } from './fair-turns.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => vi.useRealTimers());

const AWAY = new Error('the database is away');
const failures: { error: unknown; kept: boolean }[] = [];
const turnsOf = (change: { atOnce?: number; mostWaiting?: number; mostWaitingOfOne?: number; burst?: number } = {}) =>
  createFairTurns({
    atOnce: 1,
    mostWaiting: 100,
    mostWaitingOfOne: 50,
    burst: 1_000,
    windowMs: 10_000,
    isAway: (error) => error === AWAY,
    restMs: { least: 1_000, most: 4_000 },
    onFailure: (error, kept) => failures.push({ error, kept }),
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

it('drops what fails for another reason, and goes on after it', async () => {
  const turns = turnsOf();
  turns.add('device', () => Promise.reject(new Error('a fault')), 'status');
  turns.add('device', says('after it'));
  await settled();
  expect(done).toEqual(['after it']);
  expect(failures).toMatchObject([{ kept: false }]);
});

it('says what came last last, although it takes the place of what waited', async () => {
  const turns = turnsOf();
  turns.add('first', says('served at once'));
  turns.add('device', says('online'), 'status');
  turns.add('device', says('report'), 'reported');
  turns.add('device', says('offline'), 'status');
  await settled();
  expect(done).toEqual(['served at once', 'report', 'offline']);
});

describe('while the other side is away', () => {
  let away = true;
  beforeEach(() => {
    away = true;
  });
  const attempts: string[] = [];
  beforeEach(() => {
    attempts.length = 0;
  });
  const tries = (what: string) => async () => {
    await turn();
    attempts.push(what);
    if (away) throw AWAY;
    done.push(what);
  };
  const passes = async (ms: number) => {
    vi.advanceTimersByTime(ms);
    await settled();
  };

  it('keeps all that is to be done, in its order, and does it when it is back', async () => {
    const turns = turnsOf({ atOnce: 8 });
    for (const device of ['one', 'two']) {
      turns.add(device, tries(`${device} online`), 'status');
      turns.add(device, tries(`${device} event`));
    }
    await settled();
    expect(done).toEqual([]);
    away = false;
    await passes(1_000);
    expect(done.filter((each) => each.startsWith('one'))).toEqual(['one online', 'one event']);
    expect(done.filter((each) => each.startsWith('two'))).toEqual(['two online', 'two event']);
  });

  it('tries with one piece of work, after a rest that grows up to its limit, and tells each rest once', async () => {
    const turns = turnsOf({ atOnce: 8 });
    for (let device = 0; device < 20; device += 1) turns.add(`device ${device}`, tries('status'), 'status');
    await settled();
    expect(attempts).toHaveLength(8);
    const more: number[] = [];
    for (let second = 0; second < 11; second += 1) {
      const before = attempts.length;
      await passes(1_000);
      more.push(attempts.length - before);
    }
    expect(more).toEqual([1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(failures).toHaveLength(5);
    expect(failures.every(({ kept }) => kept)).toBe(true);
    away = false;
    await passes(4_000);
    expect(done).toHaveLength(20);
  });

  it('does not do what a newer one has taken the place of', async () => {
    const turns = turnsOf();
    turns.add('device', tries('online'), 'status');
    turns.add('device', tries('report'), 'reported');
    turns.add('device', tries('offline'), 'status');
    await settled();
    away = false;
    await passes(1_000);
    expect(done).toEqual(['report', 'offline']);
  });

  it('has its limits as ever, and room again afterwards', async () => {
    const turns = turnsOf({ mostWaiting: 3 });
    const taken = Array.from({ length: 6 }, (_, number) => turns.add(`device ${number}`, tries(`${number}`)));
    await settled();
    expect(taken).toEqual([true, true, true, true, false, false]);
    away = false;
    await passes(1_000);
    expect(done).toHaveLength(4);
    expect(turns.add('late', tries('late'))).toBe(true);
    await settled();
  });
});
