import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { createDatabase, type Database } from '../database/database.ts';
import { createOutbox } from './outbox.ts';

const tenantId = '01900000-0000-7000-8000-000000000001';
const buildingId = '01900000-0000-7000-8000-000000000002';
const outbox = createOutbox({ happened: [{ task: 'answer', key: (payload) => payload.buildingId ?? '' }] });

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
