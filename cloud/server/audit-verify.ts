import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { destination, pino } from 'pino';
import { z } from 'zod';
import { allTenantIds } from '#modules/identity/index.ts';
import { type AuditHead, verifyAudit } from '#platform/audit/verify.ts';
import { createDatabase, type Database } from '#platform/database/database.ts';
import { openDatabaseServer } from './infrastructure/database-server.ts';
import { readSettings, type Settings } from './settings.ts';

// npm run audit:verify                               recomputes every tenant's audit chain and prints a line for each
// npm run audit:verify -- --head TENANT:BLOCK:HASH   also holds the chain against a head from the log ("audit head"); may be repeated
// Exit code: 0 all whole · 1 a fault, or rows that nobody sealed · 2 it could not be checked.
// The database is DATABASE_URL's; without it the demo's in CONCIERGE_DATA, running or not.

/** What run.json tells of the running demo, as far as it matters here. */
const RunFile = z.object({ database: z.url(), pids: z.object({ launcher: z.int().positive() }) });

interface Source {
  readonly url: string;
  stop(): Promise<void>;
}

// A connection lost while its database stops with us is no news; what matters is thrown.
const logger = pino({ level: 'error' }, destination(2));
// Leaving by way of `exit` takes a database that we started along; dying of the signal would not.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  // Nothing is served, so what production demands of a server (a public address) is not demanded here.
  const heads = knownHeads();
  const read = readSettings({ ...process.env, CONCIERGE_MODE: 'demo' });
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const source = await openSource(read.settings);
  try {
    process.exitCode = (await allWhole(source.url, heads)) ? 0 : 1;
  } finally {
    await source.stop();
  }
} catch (error) {
  console.error(`The audit could not be verified: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}

/** The heads given by tenant id. Throws when one is not written as the log tells it. */
function knownHeads(): ReadonlyMap<string, AuditHead> {
  const { values } = parseArgs({ options: { head: { type: 'string', multiple: true, default: [] } } });
  return new Map(
    values.head.map((text) => {
      const [, tenantId = '', block = '', hash = ''] = /^([0-9a-f-]{36}):(\d{1,9}):([0-9a-f]{64})$/i.exec(text) ?? [];
      if (tenantId === '')
        throw new Error(`--head is TENANT:BLOCK:HASH, the tenant's id and what the log says beside "audit head"; it was ${text}`);
      return [tenantId.toLowerCase(), { block: Number(block), hash: Buffer.from(hash, 'hex') }];
    }),
  );
}

async function openSource(settings: Settings): Promise<Source> {
  if (settings.DATABASE_URL !== undefined) return { url: settings.DATABASE_URL, stop: async () => undefined };
  const data = resolve(settings.CONCIERGE_DATA);
  const running = await runningDemo(data);
  if (running !== null) return { url: running, stop: async () => undefined };
  if (!existsSync(join(data, 'postgres')))
    throw new Error(`there is no database: DATABASE_URL is not set, and ${data} holds none. "npm start" makes one.`);
  return openDatabaseServer(settings, data, logger);
}

/** The address of the running demo's database, as the application; null when none runs. */
async function runningDemo(data: string): Promise<string | null> {
  const text = await readFile(join(data, 'run.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const run = RunFile.parse(JSON.parse(text));
  try {
    process.kill(run.pids.launcher, 0);
  } catch {
    // A demo that was killed leaves the file behind.
    return null;
  }
  // The file names the owner, who is above row-level security; the chain is read by tenant, so as the application.
  const url = new URL(run.database);
  url.username = 'concierge_app';
  url.password = (await readFile(join(data, 'keys', 'postgres-app-password'), 'utf8')).trim();
  return url.href;
}

async function allWhole(url: string, heads: ReadonlyMap<string, AuditHead>): Promise<boolean> {
  const database = createDatabase({ url, logger, maxConnections: 2, statementTimeoutMs: 300_000 });
  try {
    await refuseToSeeEverything(database);
    let whole = true;
    const tenantIds = await allTenantIds(database);
    if (tenantIds.length === 0) console.log('There is no tenant yet.');
    for (const tenantId of heads.keys())
      if (!tenantIds.includes(tenantId)) throw new Error(`--head names ${tenantId}, and there is no such tenant`);
    for (const tenantId of tenantIds) {
      const verdict = await verifyAudit(database, tenantId, heads.get(tenantId));
      const complaints = [
        ...(verdict.fault === null ? [] : [verdict.fault]),
        ...(verdict.unsealed === 0 ? [] : [`${verdict.unsealed} older rows were never sealed`]),
      ];
      if (complaints.length > 0) whole = false;
      const [tenant] = await database.read<{ slug: string }>({ tenantId, sessionId: null }, { text: 'select slug from tenant' });
      console.log(
        `${tenant?.slug ?? tenantId}: ${verdict.blocks} blocks, ${verdict.events} events, ${complaints.length === 0 ? 'whole' : `NOT WHOLE: ${complaints.join('; ')}`}`,
      );
    }
    return whole;
  } finally {
    await database.close();
  }
}

/** A role above row-level security would read all tenants' rows as one chain and call every one of them broken. */
async function refuseToSeeEverything(database: Database): Promise<void> {
  const [row] = await database.directory<{ held: boolean }>("select row_security_active('audit_event') as held");
  if (row?.held !== true)
    throw new Error('DATABASE_URL must name the role concierge_app: the one it names is not held by row-level security.');
}
