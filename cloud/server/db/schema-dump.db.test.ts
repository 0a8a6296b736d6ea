import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { dumpSchema } from './schema-dump.ts';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

describe('the golden schema', () => {
  it.each([
    ['a column', 'alter table building add column colour text'],
    ['a default', 'alter table building alter column language drop default'],
    ['a column that may be null', 'alter table building alter column name_el drop not null'],
    ['a generated column', 'alter table building add column upper_name text generated always as (upper(name_el)) virtual'],
    ['an identity column', 'alter table building add column number bigint generated always as identity'],
    ['a type', 'alter table building alter column version type bigint'],
    ['a check', 'alter table apartment drop constraint apartment_floor_check'],
    ['a reference', 'alter table membership drop constraint membership_tenant_id_user_id_fkey'],
    ['an index', 'drop index apartment_in_order'],
    ['a policy', 'drop policy tenant_isolation on building'],
    ['a looser policy', 'alter policy tenant_isolation on building using (true)'],
    ['row-level security', 'alter table building disable row level security'],
    ['forced row-level security', 'alter table building force row level security'],
    ['a grant', 'grant delete on building to concierge_app'],
    ['a grant to everybody', 'grant select on building to public'],
    ['a grant on a column', 'grant update (sha256) on schema_migration to concierge_app'],
    ['a grant on the schema', 'grant create on schema public to concierge_app'],
    ['a trigger', 'drop trigger audit_event_is_append_only on audit_event'],
    ['a trigger that sleeps', 'alter table audit_event disable trigger audit_event_is_append_only'],
    ['a function', "create or replace function current_tenant() returns uuid language sql stable as 'select null::uuid'"],
    ['a function that gained rights', 'alter function current_tenant security definer'],
    ['who may run a function', 'grant execute on function weights_make_the_whole to concierge_app'],
    ['a view', 'create view every_building as select id from building'],
    ['a view that asks as its reader', 'create view every_building with (security_invoker = true) as select id from building'],
    ['a sequence', 'create sequence receipt_number'],
    ['an extension', 'create extension pg_trgm'],
    ['a table', 'create table note (id uuid primary key)'],
  ])('shows a change of %s', async (_what, change) => {
    const before = await dumpSchema(owner);
    expect(await dumpAfter(change)).not.toBe(before);
    expect(await dumpSchema(owner)).toBe(before);
  });

  it.each([
    ['materialised view', 'create materialized view every_building as select id from building'],
    ['enumeration', "create type mood as enum ('calm', 'cross')"],
    ['domain', 'create domain percentage as integer check (value between 0 and 100)'],
    ['aggregate', 'create aggregate product (integer) (sfunc = int4mul, stype = integer, initcond = 1)'],
    ['rule', 'create rule quiet as on delete to building do instead nothing'],
    ['default privilege', 'alter default privileges in schema public grant select on tables to concierge_app'],
  ])('fails on a kind it cannot show: %s', async (_what, change) => {
    await expect(dumpAfter(change)).rejects.toThrow(/cannot show/);
  });
});

/** Changes a schema, looks, and takes the change back. */
async function dumpAfter(change: string): Promise<string> {
  await owner.query('begin');
  try {
    await owner.query(change);
    return await dumpSchema(owner);
  } finally {
    await owner.query('rollback');
  }
}
