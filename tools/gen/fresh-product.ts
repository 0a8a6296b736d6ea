import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { startCloud } from '../../cloud/server/cloud.ts';
import { migrate } from '../../cloud/server/db/migrate.ts';
import { dumpSchema } from '../../cloud/server/db/schema-dump.ts';
import { createEmbeddedPostgres } from '../../cloud/server/platform/postgres/embedded.ts';
import { readSettings } from '../../cloud/server/settings.ts';

/** What only a running product can tell about itself. */
export interface FreshProduct {
  readonly schemaSql: string;
  readonly apiDescription: object;
}

let underWay: Promise<FreshProduct> | null = null;

/** Starts an empty database and a cloud on it, asks both, and leaves nothing behind. Generators that ask at the same time share one start. */
export function askFreshProduct(): Promise<FreshProduct> {
  underWay ??= startAndAsk().finally(() => {
    underWay = null;
  });
  return underWay;
}

async function startAndAsk(): Promise<FreshProduct> {
  const home = await mkdtemp(join(tmpdir(), 'concierge-gen-'));
  // Started by root, PostgreSQL runs as another user, who must be able to pass through.
  await chmod(home, 0o755);
  const dataDir = join(home, 'postgres');
  const postgres = createEmbeddedPostgres({
    dataDir,
    port: 0,
    password: randomBytes(16).toString('hex'),
    fsync: false,
    logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  try {
    const started = await postgres.start();
    if (!started.ok) throw new Error(`The generators need PostgreSQL: ${started.error.message}`);
    const appPassword = randomBytes(16).toString('hex');
    await migrate(started.value.url, { appPassword });
    const schemaSql = await schemaOf(started.value.url);
    const appUrl = new URL(started.value.url);
    appUrl.username = 'concierge_app';
    appUrl.password = appPassword;
    return { schemaSql, apiDescription: await apiOf(appUrl.href, join(home, 'data')) };
  } finally {
    await postgres.stop();
    // The data may lie elsewhere, behind a link.
    for (const path of [await realpath(dataDir).catch(() => dataDir), home]) await rm(path, { recursive: true, force: true });
  }
}

async function schemaOf(ownerUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'concierge-gen' });
  client.on('error', () => {
    // The running query rejects as well.
  });
  await client.connect();
  try {
    return await dumpSchema(client);
  } finally {
    await client.end();
  }
}

async function apiOf(databaseUrl: string, dataFolder: string): Promise<object> {
  const read = readSettings({
    CONCIERGE_MODE: 'demo',
    CONCIERGE_DATA: dataFolder,
    DATABASE_URL: databaseUrl,
    PORT: '0',
    MQTT_PORT: '0',
  });
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const cloud = await startCloud(read.settings, pino({ level: 'silent' }));
  try {
    return cloud.describe();
  } finally {
    await cloud.stop();
  }
}
