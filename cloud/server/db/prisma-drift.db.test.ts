import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';

// Prisma's own engine says which tables the models stand for; PostgreSQL builds them in a schema beside the real ones, and its catalogue compares the two.
// Nothing here reads Prisma's language or guesses how its types are written in SQL. The engine's live comparison was not taken: it cannot read PostgreSQL
// 18's catalogue without a patch to its driver, and would report every table, index and check that only SQL knows of, on purpose, as a difference.

const MODELS = 'as_modelled';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`create schema ${MODELS}`);
  await owner.query(`set search_path = ${MODELS}`);
  await owner.query(await tablesOfModels(database.ownerUrl));
  await owner.query('set search_path = public');
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

describe('the Prisma models', () => {
  it('stand for tables as the migrations made them', async () => {
    expect(await drift()).toEqual([]);
    const { rows } = await owner.query(`select from pg_class where relnamespace = '${MODELS}'::regnamespace and relkind = 'r'`);
    expect(rows.length).toBeGreaterThan(3);
  });

  it.each([
    ['a new column', 'alter table building add column colour text', ['building.colour: in the database only']],
    ['a removed column', 'alter table building drop column name_en', ['building.name_en: in the models only']],
    [
      'a column that may be null now',
      'alter table apartment alter column label drop not null',
      ['apartment.label: text in the database, text not null in the models'],
    ],
    [
      'another type',
      'alter table apartment alter column floor type integer',
      ['apartment.floor: integer not null in the database, smallint not null in the models'],
    ],
    [
      'a default that is gone',
      'alter table building alter column language drop default',
      ['building.language: text not null in the database, text not null with default in the models'],
    ],
    [
      'another key',
      'alter table occupancy drop constraint occupancy_pkey',
      ['occupancy: primary key (tenant_id, id) is in the models only'],
    ],
    [
      'a reference that is gone',
      'alter table occupancy drop constraint occupancy_tenant_id_apartment_id_fkey',
      ['occupancy: reference (tenant_id, apartment_id) to apartment (tenant_id, id) is in the models only'],
    ],
    [
      'a uniqueness that is gone',
      'alter table apartment drop constraint apartment_tenant_id_building_id_label_key',
      ['apartment: unique (tenant_id, building_id, label) is in the models only'],
    ],
  ])('would be caught drifting: %s', async (_what, change, expected) => {
    await owner.query('begin');
    try {
      await owner.query(change);
      expect(await drift()).toEqual(expected);
    } finally {
      await owner.query('rollback');
    }
  });
});

/** The DDL Prisma would make the models' tables with. */
async function tablesOfModels(url: string): Promise<string> {
  const folder = join(import.meta.dirname, 'prisma');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma'));
  const files = await Promise.all(names.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })));
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool)),
  );
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    if (stdout === null) throw new Error('Prisma’s schema engine said nothing');
    return stdout;
  } finally {
    engine.free();
    await pool.end();
  }
}

/** Each difference as a line. Of keys and references the models need not know all, but what they know must be true. */
async function drift(): Promise<string[]> {
  const { rows } = await owner.query<{ line: string }>(
    `with place as (select '${MODELS}'::regnamespace as modelled, 'public'::regnamespace as actual),
     modelled_table as (select relname from pg_class, place where relnamespace = place.modelled and relkind = 'r'),
     described as (
       select c.relnamespace as space, c.relname, a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
         case when a.atthasdef then 'with default' end) as is
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped, place
       where c.relnamespace in (place.modelled, place.actual) and c.relname in (select relname from modelled_table) and c.relkind in ('r', 'p')
     ),
     key as (
       select c.relnamespace as space, c.relname, case when i.indisprimary then 'primary key' else 'unique' end || format(' (%s)', ${columnNames('c.oid', 'i.indkey')}) as is
       from pg_index i join pg_class c on c.oid = i.indrelid where i.indisunique and i.indpred is null
       union all
       select c.relnamespace, c.relname, format('reference (%s) to %s (%s)', ${columnNames('con.conrelid', 'con.conkey')}, target.relname, ${columnNames('con.confrelid', 'con.confkey')})
       from pg_constraint con join pg_class c on c.oid = con.conrelid join pg_class target on target.oid = con.confrelid
       where con.contype = 'f'
     )
     select format('%s.%s: %s', relname, attname, case
         when d.is is null then 'in the models only' when m.is is null then 'in the database only'
         else format('%s in the database, %s in the models', d.is, m.is) end) as line
     from (select described.* from described, place where space = place.modelled) as m
       full join (select described.* from described, place where space = place.actual) as d using (relname, attname)
     where m.is is distinct from d.is
     union all
     select format('%s: %s is in the models only', relname, key.is) from key, place
     where space = place.modelled and not exists (select from key as other where other.space = place.actual and other.relname = key.relname and other.is = key.is)
     order by line`,
  );
  return rows.map(({ line }) => line);
}

/** SQL for the names of the columns whose numbers stand in `numbers`, in their order. */
function columnNames(table: string, numbers: string): string {
  return `(select string_agg(attname, ', ' order by nth) from unnest(${numbers}) with ordinality as k (number, nth)
    join pg_attribute on attrelid = ${table} and attnum = k.number)`;
}
