import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { createJobRunner } from '../jobs/jobs.ts';
import { createOutbox, later, type Subscription } from './outbox.ts';

const tenantId = '01900000-0000-7000-8000-000000000001';
const buildingId = '01900000-0000-7000-8000-000000000002';
const answer: Subscription = { task: 'answer', key: (payload) => payload.buildingId ?? '' };
const outbox = createOutbox({ happened: [answer], 'check-due': [later(answer)] });

let testing: TestDatabase;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  testing = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  database = createDatabase({ url: testing.appUrl, logger: pino({ level: 'silent' }), maxConnections: 4 });
  owner = new pg.Client({ connectionString: testing.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  await owner.query('delete from graphile_worker._private_jobs');
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await testing.drop();
});

const emit = () => database.transaction({ tenantId, sessionId: null }, (tx) => outbox.emit(tx, 'happened', { tenantId, buildingId }));
const waiting = async () =>
  (await owner.query('select from graphile_worker.jobs where locked_at is null and attempts < max_attempts')).rowCount;
/** What a worker does when it takes a job. */
const takeJob = (worker: pg.Client) =>
  worker.query("update graphile_worker._private_jobs set locked_at = now(), locked_by = 'somebody', attempts = attempts + 1");

it('folds what waits into one', async () => {
  await emit();
  await emit();
  expect(await waiting()).toBe(1);
});

it('adds another when the one there is has begun', async () => {
  await emit();
  await takeJob(owner);
  await emit();
  expect(await waiting()).toBe(1);
});

it('loses nothing when a worker takes the waiting one at that very moment', async () => {
  await emit();
  await owner.query('begin');
  await takeJob(owner);
  // Waits for the worker's statement, and then finds that the job it would have folded itself into has begun.
  const emitted = emit();
  await expect
    .poll(async () => {
      const watcher = new pg.Client({ connectionString: testing.ownerUrl });
      await watcher.connect();
      const { rowCount } = await watcher.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%add_job%' and datname = current_database()",
      );
      await watcher.end();
      return rowCount;
    })
    .toBe(1);
  await owner.query('commit');
  await emitted;
  expect(await waiting()).toBe(1);
});

it('adds nothing when the change is taken back', async () => {
  const attempt = database.transaction({ tenantId, sessionId: null }, async (tx) => {
    await outbox.emit(tx, 'happened', { tenantId, buildingId });
    throw new Error('taken back');
  });
  await expect(attempt).rejects.toThrow('taken back');
  expect(await waiting()).toBe(0);
});

it('what the clock asks for lets go first what a person waits for, however many there are and although they concern the same', async () => {
  await database.transaction({ tenantId, sessionId: null }, async (tx) => {
    for (let index = 0; index < 50; index += 1) await outbox.emit(tx, 'check-due', { tenantId, buildingId: `building ${index}` });
    await outbox.emit(tx, 'happened', { tenantId, buildingId: 'building 49' });
    // Asked for once more behind it, it takes nobody's place.
    await outbox.emit(tx, 'check-due', { tenantId, buildingId: 'building 49' });
  });
  const { rows } = await owner.query<{ key: string }>('select key from graphile_worker.jobs order by priority, run_at, id');
  expect(rows).toHaveLength(51);
  expect(rows[0]?.key).toBe('answer:building 49');
  const answered: unknown[] = [];
  const job = { task: 'answer', run: async (payload: unknown) => void answered.push(payload) };
  const runner = createJobRunner({ url: testing.appUrl, jobs: [job], periodic: [], logger: pino({ level: 'silent' }) });
  await runner.start();
  await expect.poll(() => answered.length, { timeout: 15_000 }).toBe(51);
  await runner.stop();
  expect(answered.slice(0, 4)).toContainEqual({ tenantId, buildingId: 'building 49' });
});
