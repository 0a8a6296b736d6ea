import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plantScreen } from '../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../testing/planted-tenant.ts';
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

/** A screen that ended as the audit says; one that was told to leave before it was revoked did not leave. */
async function anEnded(tenant: PlantedTenant, actions: readonly string[]): Promise<string> {
  const id = await plantScreen(owner, tenant, Date.now(), {});
  await owner.query('update device set leaving_at = now(), revoked_at = now() where id = $1', [id]);
  for (const action of actions)
    await owner.query(
      `insert into audit_event (tenant_id, actor_kind, action, subject_kind, subject_id) values ($1, 'system', $2, 'device', $3)`,
      [tenant.tenantId, action, id],
    );
  return id;
}

it('of devices that ended before it was kept how, those that left are told from those that were revoked', async () => {
  const folder = join(import.meta.dirname, 'migrations');
  await owner.query(
    'create table schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
  );
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.sql') && name < '0032').sort()) {
    const text = await readFile(join(folder, name), 'utf8');
    await owner.query(text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    await owner.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256]);
  }
  const tenant = await plantTenant(owner, 'earlier');
  const wiped = await anEnded(tenant, ['device.decommissioning', 'device.decommissioned']);
  const anew = await anEnded(tenant, ['device.claimed-anew']);
  const revoked = await anEnded(tenant, ['device.decommissioning', 'device.revoked']);

  await migrate(database.ownerUrl);
  const { rows } = await owner.query<{ id: string }>('select id from device where left_at = revoked_at order by left_at');
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set([wiped, anew]));
  expect((await owner.query('select from device where id = $1 and left_at is null', [revoked])).rows).toHaveLength(1);
});
