import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { migrate } from '../../db/migrate.ts';
import { createJobRunner, type Job, type JobRunner } from './jobs.ts';

let database: TestDatabase;
let owner: pg.Client;
let runners: JobRunner[];

beforeEach(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  runners = [];
});
afterEach(async () => {
  for (const runner of runners) await runner.stop();
  await owner.end();
  await database.drop();
});

async function replica(jobs: readonly Job[], lookForDeadEveryMs = 5_000): Promise<JobRunner> {
  const runner = createJobRunner({ url: database.appUrl, jobs, periodic: [], logger: pino({ level: 'silent' }), lookForDeadEveryMs });
  runners.push(runner);
  await runner.start();
  return runner;
}

const add = (task: string, payload: object) => owner.query('select graphile_worker.add_job($1, $2::json)', [task, JSON.stringify(payload)]);
const left = async () => (await owner.query('select from graphile_worker.jobs')).rowCount;

it('a long job of a living replica is run once, however often another looks for the dead', async () => {
  const began: number[] = [];
  const long: Job = {
    task: 'long',
    async run() {
      began.push(performance.now());
      await delay(1_500);
    },
  };
  await replica([long], 50);
  await replica([long], 50);
  await add('long', {});
  await expect.poll(left, { timeout: 25_000 }).toBe(0);
  expect(began).toHaveLength(1);
});

const Payload = z.object({ key: z.string(), name: z.string() });
type Payload = z.infer<typeof Payload>;

describe('jobs that need something for themselves', () => {
  /** Notes who runs beside whom. */
  function observed(locks: (payload: Payload) => ReturnType<NonNullable<Job['locks']>>) {
    const running = new Set<string>();
    const together = new Set<string>();
    const finished: string[] = [];
    const job: Job = {
      task: 'careful',
      locks: (payload) => locks(parse(payload)),
      async run(payload) {
        const { key, name } = parse(payload);
        for (const other of running) together.add([other, `${key}/${name}`].toSorted().join(' + '));
        running.add(`${key}/${name}`);
        await delay(120);
        running.delete(`${key}/${name}`);
        finished.push(`${key}/${name}`);
      },
    };
    return { job, together, finished };
  }
  const parse = (payload: unknown) => Payload.parse(payload);

  it('never run beside each other, on whichever replica, and every one of them runs', async () => {
    const { job, together, finished } = observed(({ key }) => ({ alone: [key] }));
    await replica([job]);
    await replica([job]);
    for (const name of ['1', '2', '3', '4', '5', '6']) await add('careful', { key: 'house', name });
    await expect.poll(left, { timeout: 25_000 }).toBe(0);
    expect(finished.toSorted()).toEqual(['1', '2', '3', '4', '5', '6'].map((name) => `house/${name}`));
    expect([...together]).toEqual([]);
  });

  it('hold up nobody who needs something else', async () => {
    const { job, together } = observed(({ key }) => ({ alone: [key] }));
    await replica([job]);
    for (const key of ['a', 'b', 'c', 'd']) await add('careful', { key, name: '1' });
    await expect.poll(left, { timeout: 25_000 }).toBe(0);
    expect(together.size).toBeGreaterThan(0);
  });

  it('share what they only read', async () => {
    const { job, together } = observed(({ key, name }) => (name === 'change' ? { alone: [key] } : { shared: [key] }));
    await replica([job]);
    for (const name of ['read 1', 'change', 'read 2', 'read 3']) await add('careful', { key: 'house', name });
    await expect.poll(left, { timeout: 25_000 }).toBe(0);
    expect([...together].filter((pair) => pair.includes('change'))).toEqual([]);
    expect([...together].some((pair) => pair.includes('read'))).toBe(true);
  });

  it('are tried again after a failure, with the lock free', async () => {
    const events = new EventEmitter();
    let runs = 0;
    await replica([
      {
        task: 'careful',
        locks: () => ({ alone: ['house'] }),
        async run() {
          runs += 1;
          events.emit('ran');
          if (runs === 1) throw new Error('the first time it does not work');
        },
      },
    ]);
    const first = once(events, 'ran');
    await add('careful', {});
    await first;
    const failed = async () =>
      (await owner.query('select from graphile_worker.jobs where last_error is not null and locked_at is null')).rowCount;
    await expect.poll(failed).toBe(1);
    // Both of them, at once, instead of after the queue's pause.
    await owner.query('update graphile_worker._private_jobs set run_at = now()');
    await add('careful', {});
    await expect.poll(left, { timeout: 25_000 }).toBe(0);
    expect(runs).toBe(3);
  });
});
