import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../testing/planted-tenant.ts';
import { migrate } from './migrate.ts';

/** Tables that belong to nobody: they hold no tenant's data. Everything else must isolate by tenant. */
const tablesOfNobody = new Set([
  'schema_migration',
  'device_request',
  'claim_try',
  'release',
  'release_ring',
  'rollout',
  'release_note',
  'place_weather',
]);

let database: TestDatabase;
let owner: pg.Client;
let app: pg.Client;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let tables: { name: string; tenantColumn: string }[];

beforeAll(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  owner = await connected(database.ownerUrl);
  app = await connected(database.appUrl);
  ours = await plantTenant(owner, 'ours');
  theirs = await plantTenant(owner, 'theirs');
  const { rows } = await owner.query<{ name: string; tenantColumn: string }>(
    `select c.relname as name, case when c.relname = 'tenant' then 'id' else 'tenant_id' end as "tenantColumn"
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`,
  );
  tables = rows.filter((table) => !tablesOfNobody.has(table.name));
});

afterAll(async () => {
  await app.end();
  await owner.end();
  await database.drop();
});

describe('every table of the catalogue', () => {
  it('keeps tenants apart for reading, changing, deleting and inserting', async () => {
    expect(tables.length).toBeGreaterThan(10);
    for (const table of tables) expect(await leaks(table.name, table.tenantColumn), table.name).toEqual([]);
  });

  it('is found leaking or closed as soon as its policy is dropped, its security switched off, or its policy loosened', async () => {
    for (const { name, tenantColumn } of tables) {
      for (const damage of [
        `drop policy tenant_isolation on ${name}`,
        `alter table ${name} disable row level security`,
        `create policy everybody on ${name} to concierge_app using (true) with check (true)`,
      ]) {
        await owner.query(damage);
        try {
          expect((await leaks(name, tenantColumn)).length, `${damage} went unnoticed`).toBeGreaterThan(0);
        } finally {
          await owner.query(`drop policy if exists everybody on ${name}`);
          await owner.query(`drop policy if exists tenant_isolation on ${name}`);
          await owner.query(`alter table ${name} enable row level security`);
          await owner.query(
            `create policy tenant_isolation on ${name} to concierge_app using (${tenantColumn} = (select current_tenant())) with check (${tenantColumn} = (select current_tenant()))`,
          );
        }
      }
    }
  }, 60_000);

  it('carries the tenant in its primary key and in every foreign key to another tenant-owned table', async () => {
    const { rows: keys } = await owner.query<{ table: string; columns: string[] }>(
      `select c.relname as table, array_agg(a.attname::text order by k.place) as columns
       from pg_constraint con join pg_class c on c.oid = con.conrelid
       cross join lateral unnest(con.conkey) with ordinality as k (attnum, place)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
       where con.contype = 'p' and c.relnamespace = 'public'::regnamespace group by c.relname`,
    );
    for (const { name, tenantColumn } of tables) expect(keys.find((key) => key.table === name)?.columns[0], name).toBe(tenantColumn);
    const { rows: references } = await owner.query<{ name: string; columns: string[] }>(
      `select con.conname as name, array_agg(a.attname::text) as columns
       from pg_constraint con cross join lateral unnest(con.conkey) as k (attnum) join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum
       where con.contype = 'f' and con.connamespace = 'public'::regnamespace group by con.oid, con.conname`,
    );
    for (const reference of references) expect(reference.columns, reference.name).toContain('tenant_id');
  });
});

describe('the application role', () => {
  it('owns nothing and cannot step around row-level security', async () => {
    const { rows } = await owner.query<{ owned: number; bypass: boolean; superuser: boolean }>(
      `select (select count(*)::int from pg_class where relowner = r.oid) as owned, r.rolbypassrls as bypass, r.rolsuper as superuser
       from pg_roles r where r.rolname = 'concierge_app'`,
    );
    expect(rows).toEqual([{ owned: 0, bypass: false, superuser: false }]);
  });

  it('reaches what belongs to nobody through its functions only', async () => {
    for (const table of tablesOfNobody) {
      for (const attempt of [`select from ${table}`, `delete from ${table}`, `insert into ${table} default values`]) {
        await expect(app.query(attempt), attempt).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('cannot change or delete what is append-only, and neither can the owner', async () => {
    for (const table of ['audit_event', 'audit_block', 'audit_seal']) {
      await asTenant(ours.tenantId, async () => {
        await expect(app.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
      });
      await expect(owner.query(`delete from ${table}`)).rejects.toMatchObject({ code: '23001' });
      await expect(owner.query(`update ${table} set tenant_id = tenant_id`)).rejects.toMatchObject({ code: '23001' });
    }
  });
});

/** Everything by which this table fails to keep `ours` from `theirs`, in words. */
async function leaks(table: string, tenantColumn: string): Promise<string[]> {
  const found: string[] = [];
  const note = (bad: boolean, text: string) => {
    if (bad) found.push(text);
  };
  const count = async (where: string, values: unknown[]) =>
    (await app.query<{ count: number }>(`select count(*)::int as count from ${table} where ${where}`, values)).rows[0]?.count ?? -1;

  note((await count('true', [])) !== 0, 'rows are seen without any tenant');
  await asTenant(ours.tenantId, async () => {
    note((await count(`${tenantColumn} = $1`, [ours.tenantId])) === 0, 'a tenant does not see its own row (or the test plants none)');
    note((await count(`${tenantColumn} <> $1`, [ours.tenantId])) !== 0, "another tenant's rows are seen");
  });
  for (const change of [
    `update ${table} set ${tenantColumn} = ${tenantColumn} where ${tenantColumn} = $1`,
    `delete from ${table} where ${tenantColumn} = $1`,
  ]) {
    await asTenant(ours.tenantId, async () => {
      const touched = await app.query(change, [theirs.tenantId]).then(
        (result) => result.rowCount ?? 0,
        () => 0,
      );
      note(touched !== 0, `another tenant's rows can be touched: ${change.slice(0, 6)}`);
    });
  }
  const { rows } = await owner.query<{ row: unknown }>(`select to_jsonb(t) as row from ${table} t where ${tenantColumn} = $1 limit 1`, [
    theirs.tenantId,
  ]);
  note(rows.length === 0, 'the test plants no row here');
  // What the database makes of a row by itself is not given to it.
  const { rows: given } = await owner.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  const columns = given[0]?.columns ?? '';
  await asTenant(ours.tenantId, async () => {
    const refusal = await app
      .query(`insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1)`, [
        JSON.stringify(rows[0]?.row),
      ])
      .then(
        () => 'inserted',
        (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? '') : String(error)),
      );
    note(refusal !== '42501', `a row for another tenant is not refused by policy (${refusal})`);
  });
  return found;
}

/** Runs within a transaction of the application role as the tenant, and rolls it back. */
async function asTenant(tenantId: string, work: () => Promise<void>): Promise<void> {
  await app.query('begin');
  try {
    await app.query("select set_config('app.tenant_id', $1, true)", [tenantId]);
    await work();
  } finally {
    await app.query('rollback');
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
