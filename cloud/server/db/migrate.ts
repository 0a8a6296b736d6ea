import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations as installJobQueue } from 'graphile-worker';
import pg from 'pg';

const folder = join(import.meta.dirname, 'migrations');
/** Any constant: every migrator of this product takes the same lock, so replicas that start together wait for one. */
const LOCK = 7_310_442;

export interface MigrationReport {
  readonly applied: readonly string[];
  readonly total: number;
}

/**
 * Brings the database to the newest schema: forward-only SQL files, each in its own transaction, each applied once. Takes the owner's connection string;
 * creates the application role when it is missing and gives it `appPassword` when one is passed. Throws when a file that was applied has changed since,
 * because then nobody knows what the database looks like.
 */
export async function migrate(ownerUrl: string, options: { appPassword?: string } = {}): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'concierge-migrate' });
  client.on('error', () => {
    // The connection's loss reaches the running query; without a listener it would also end the process.
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await ensureApplicationRole(client, options.appPassword);
    const applied = await applyFiles(client);
    await installJobQueue({ connectionString: ownerUrl });
    await grantJobQueue(client);
    return applied;
  } finally {
    await client.end();
  }
}

async function ensureApplicationRole(client: pg.Client, password: string | undefined): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = 'concierge_app'");
  if (rowCount === 0) await client.query('create role concierge_app login nosuperuser nocreatedb nocreaterole noinherit nobypassrls');
  if (password !== undefined) await client.query(`alter role concierge_app password ${client.escapeLiteral(password)}`);
}

async function applyFiles(client: pg.Client): Promise<MigrationReport> {
  await client.query(
    'create table if not exists schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null default now())',
  );
  const known = new Map<string, string>();
  for (const row of (await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migration')).rows)
    known.set(row.name, row.sha256);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const applied: string[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    const before = known.get(name);
    if (before === sha256) continue;
    if (before !== undefined) throw new Error(`Migration ${name} was changed after it had been applied. Write a new one instead.`);
    try {
      await client.query('begin');
      await client.query(text);
      await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256]);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw new Error(`Migration ${name} failed and was rolled back whole.`, { cause: error });
    }
    applied.push(name);
  }
  return { applied, total: names.length };
}

/** The application adds and works jobs; it owns nothing there either. */
async function grantJobQueue(client: pg.Client): Promise<void> {
  await client.query(`
    grant usage on schema graphile_worker to concierge_app;
    grant select, insert, update, delete on all tables in schema graphile_worker to concierge_app;
    grant usage on all sequences in schema graphile_worker to concierge_app;
    grant execute on all functions in schema graphile_worker to concierge_app;
    do $$
    declare queue_table regclass;
    begin
      for queue_table in
        select oid::regclass from pg_class
        where relnamespace = 'graphile_worker'::regnamespace and relkind in ('r', 'p') and relrowsecurity
          and not exists (select from pg_policy where polrelid = pg_class.oid and polname = 'application_works_jobs')
      loop
        execute format('create policy application_works_jobs on %s to concierge_app using (true) with check (true)', queue_table);
      end loop;
    end $$`);
}
