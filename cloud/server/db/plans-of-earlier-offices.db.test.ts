import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  // Roles are the whole server's: with the product's template made first, no other worker makes the role at the same moment.
  await (await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }))).drop();
  database = await testDatabase(async () => undefined, 'other_empty');
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

it('an office from before there were plans has premium without an end, and its screens are not told anything new', async () => {
  const folder = join(import.meta.dirname, 'migrations');
  await owner.query(
    'create table schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
  );
  const before = (await readdir(folder)).filter((name) => name.endsWith('.sql') && name < '0020').sort();
  for (const name of before) {
    const text = await readFile(join(folder, name), 'utf8');
    await owner.query(text);
    await owner.query('insert into schema_migration (name, sha256) values ($1, $2)', [
      name,
      createHash('sha256').update(text).digest('hex'),
    ]);
  }
  await owner.query("insert into tenant (slug, name, created_at) values ('athina', 'Αθήνα', '2026-01-01T00:00:00Z')");

  const { applied } = await migrate(database.ownerUrl);
  expect(applied).toContain('0020_an_office_has_a_plan.sql');
  const { rows } = await owner.query(
    `select p.plan, p.trial, p.starts_at as starts, p.ends_at as ends, c.plan as carried, a.details from tenant t join tenant_plan p on p.tenant_id = t.id
     join tenant_plan_carried c on c.tenant_id = t.id join audit_event a on a.tenant_id = t.id and a.action = 'plan.set'`,
  );
  expect(rows).toEqual([
    {
      plan: 'premium',
      trial: false,
      starts: new Date('2026-01-01T00:00:00Z'),
      ends: null,
      carried: 'premium',
      details: { plan: 'premium', trial: false, until: null, by: 'migration 0020' },
    },
  ]);
});
