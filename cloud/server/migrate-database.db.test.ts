import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from './db/migrate.ts';

let database: TestDatabase;
let environment: { DATABASE_URL: string; DATABASE_OWNER_URL: string };

beforeEach(async () => {
  // Roles are the whole server's: with the product's template made first, no other worker makes the role at the same moment.
  await (await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }))).drop();
  database = await testDatabase(async () => undefined, 'other_empty');
  environment = { DATABASE_URL: database.appUrl, DATABASE_OWNER_URL: database.ownerUrl };
});
afterEach(() => database.drop());

describe('migrate-database', () => {
  it('builds the schema once, and lets the application in', async () => {
    expect(await run(environment)).toEqual({ exitCode: 0, output: expect.stringMatching(/^Applied (\d+) of \1: 0001_/) });
    expect(await run(environment)).toEqual({ exitCode: 0, output: expect.stringMatching(/^All \d+ migrations had been applied/) });
    const app = new pg.Client({ connectionString: database.appUrl });
    await app.connect();
    expect((await app.query('select from building')).rowCount).toBe(0);
    await app.end();
  });

  it('wants both addresses, and the application role in one of them', async () => {
    expect(await run({ DATABASE_URL: database.appUrl })).toEqual({
      exitCode: 78,
      output: expect.stringContaining('DATABASE_OWNER_URL: must be set'),
    });
    expect(await run({})).toEqual({ exitCode: 78, output: expect.stringContaining('DATABASE_URL: must be set') });
    expect(await run({ ...environment, DATABASE_URL: database.ownerUrl })).toEqual({
      exitCode: 1,
      output: expect.stringContaining('concierge_app'),
    });
  });

  it('says so when the database cannot be reached', async () => {
    expect(await run({ ...environment, DATABASE_OWNER_URL: 'postgres://owner:x@127.0.0.1:1/concierge' })).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('could not be migrated'),
    });
  });
});

function run(given: Readonly<Record<string, string>>): Promise<{ exitCode: number; output: string }> {
  return new Promise((settle) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'migrate-database.ts')],
      { env: given, timeout: 25_000 },
      (_error, stdout, stderr) => settle({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
