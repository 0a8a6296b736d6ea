import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@concierge/testing/postgres.ts';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordAudit } from '#platform/audit/audit.ts';
import { sealAudit } from '#platform/audit/sealer.ts';
import { createDatabase } from '#platform/database/database.ts';
import { migrate } from './db/migrate.ts';
import { openDatabaseServer } from './infrastructure/database-server.ts';
import { readSettings } from './settings.ts';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
let owner: pg.Client;
let folder: string;

beforeEach(async () => {
  database = await testDatabase((ownerUrl, appPassword) => migrate(ownerUrl, { appPassword }));
  owner = await connected(database.ownerUrl);
  folder = await mkdtemp(join(tmpdir(), 'concierge-audit-'));
  // PostgreSQL started by root runs as another user, who must be able to pass through.
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await owner.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('audit:verify', () => {
  it('finds the chains of all tenants whole, each in a line', async () => {
    await plantTenant('first', 3);
    await plantTenant('second', 2);
    expect(await verify({ DATABASE_URL: database.appUrl })).toEqual({
      exitCode: 0,
      output: 'first: 1 blocks, 3 events, whole\nsecond: 1 blocks, 2 events, whole\n',
    });
  });

  it('names the tenant whose trail was tampered with, and exits 1', async () => {
    await plantTenant('first', 3);
    const second = await plantTenant('second', 2);
    await tamper(`update audit_event set details = '{"index":7}' where tenant_id = '${second}'`);
    expect(await verify({ DATABASE_URL: database.appUrl })).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/^first: .* whole\nsecond: .* NOT WHOLE: an event in block 1 was changed\n$/),
    });
  });

  it('exits 1 when rows were never sealed', async () => {
    const tenantId = await plantTenant('first', 1);
    await owner.query(
      `insert into audit_event (tenant_id, at, actor_kind, action, subject_kind) values ($1, now() - interval '1 hour', 'system', 'late', 'thing')`,
      [tenantId],
    );
    expect(await verify({ DATABASE_URL: database.appUrl })).toEqual({
      exitCode: 1,
      output: 'first: 1 blocks, 1 events, NOT WHOLE: 1 older rows were never sealed\n',
    });
  });

  it('refuses to look as a role that sees every tenant at once', async () => {
    await plantTenant('first', 1);
    expect(await verify({ DATABASE_URL: database.ownerUrl })).toEqual({ exitCode: 2, output: expect.stringContaining('concierge_app') });
  });

  it('says so when there is no database, or it cannot be reached', async () => {
    expect(await verify({})).toEqual({ exitCode: 2, output: expect.stringContaining('there is no database') });
    expect(await verify({ DATABASE_URL: 'postgres://concierge_app:x@127.0.0.1:1/concierge' })).toMatchObject({ exitCode: 2 });
  });

  it('asks the running demo’s database, not as its owner', async () => {
    await plantTenant('athina', 2);
    await mkdir(join(folder, 'keys'));
    await writeFile(join(folder, 'keys/postgres-app-password'), new URL(database.appUrl).password);
    await writeFile(join(folder, 'run.json'), JSON.stringify({ database: database.ownerUrl, pids: { launcher: process.pid } }));
    expect(await verify({})).toEqual({ exitCode: 0, output: 'athina: 1 blocks, 2 events, whole\n' });
  });

  it('starts the demo’s database when the demo does not run, and stops it again', async () => {
    const read = readSettings({ CONCIERGE_MODE: 'demo', CONCIERGE_DATA: folder });
    if (!read.ok) throw new Error(read.faults.join('\n'));
    const server = await openDatabaseServer(read.settings, folder, logger);
    const cluster = await realpath(join(folder, 'postgres'));
    try {
      const client = await connected(server.ownerUrl ?? '');
      await plantTenant('athina', 4, client, server.url);
      await client.end();
    } finally {
      await server.stop();
    }
    // What a killed demo leaves behind: a process id that is nobody's.
    await writeFile(join(folder, 'run.json'), JSON.stringify({ database: server.ownerUrl, pids: { launcher: 2_147_483_646 } }));
    try {
      expect(await verify({})).toEqual({ exitCode: 0, output: 'athina: 1 blocks, 4 events, whole\n' });
      await expect(connected(server.ownerUrl ?? '')).rejects.toThrow();
    } finally {
      await rm(cluster, { recursive: true, force: true });
    }
  });
});

async function plantTenant(slug: string, events: number, as: pg.Client = owner, appUrl: string = database.appUrl): Promise<string> {
  const { rows } = await as.query<{ id: string }>('insert into tenant (slug, name) values ($1, $1) returning id', [slug]);
  const tenantId = rows[0]?.id ?? '';
  const app = createDatabase({ url: appUrl, logger });
  await app.transaction({ tenantId, sessionId: null }, async (tx) => {
    for (let index = 0; index < events; index += 1)
      await recordAudit(tx, { kind: 'system', id: null }, { action: 'test', subjectKind: 'thing', subjectId: null, details: { index } });
  });
  await sealAudit(app, tenantId);
  await app.close();
  return tenantId;
}

/** As somebody with the database's own rights would: around every trigger. */
async function tamper(statement: string): Promise<void> {
  await owner.query("set session_replication_role = 'replica'");
  await owner.query(statement);
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

function verify(environment: Readonly<Record<string, string>>): Promise<{ exitCode: number; output: string }> {
  return new Promise((settle) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'audit-verify.ts')],
      { env: { CONCIERGE_DATA: folder, ...environment }, timeout: 25_000 },
      (_error, stdout, stderr) => settle({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
