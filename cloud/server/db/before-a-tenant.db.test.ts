import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from './migrate.ts';

const TENANTS = 300;

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`
    insert into tenant (slug, name) select 'office-' || n, 'Office' from generate_series(1, ${TENANTS}) n;
    insert into user_account (tenant_id, email, full_name, password_hash) select t.id, 'p' || n || '@' || t.slug || '.test', 'P', '' from tenant t, generate_series(1, 20) n;
    insert into building (tenant_id, name_el, address_line_el, city_el, postal_code) select t.id, 'Κ', 'Ο', 'Α', '11111' from tenant t, generate_series(1, 20) n;
    insert into device (tenant_id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display)
      select tenant_id, id, 'S', id::text, '', now(), '{}' from building;
    insert into device_batch (tenant_id, number, name, size, created_by, expires_at, boot_token_hash)
      select t.id, n, 'B' || n, 1, t.id, now() + interval '1 day', sha256('') from tenant t, generate_series(1, 20) n;
    analyze;`);
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

it.each([
  ['tenant_of_device', 'uuid', 'device_by_id'],
  ['tenant_of_building', 'uuid', 'building_by_id'],
  ['tenant_of_device_batch', 'uuid', 'device_batch_by_id'],
  ['login_candidates', 'text', 'user_account_by_email'],
])('%s is answered by an index, however many offices there are', async (name, type, index) => {
  const { rows } = await owner.query<{ text: string }>('select pg_get_functiondef($1::regproc) as text', [name]);
  const asked = statementOf(rows[0]?.text ?? '').replaceAll(new RegExp(`\\b(?:${name}\\.)?wanted\\b`, 'g'), `$1::${type}`);
  expect(asked).toContain('$1');
  const plan = await owner.query<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${asked}`);
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain(index);
  expect(text).not.toContain('Seq Scan');
});

/** What a function of one statement runs, from its definition. */
function statementOf(definition: string): string {
  const [, expression] = /\bRETURN ([\s\S]*)$/.exec(definition) ?? [];
  if (expression !== undefined) return `select ${expression}`;
  return /\bBEGIN ATOMIC([\s\S]*?);\s*END/.exec(definition)?.[1] ?? '';
}
