import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type {} from './postgres-setup.ts';

export interface TestDatabase {
  /** As the owner, who may do everything: for arranging a test. */
  readonly ownerUrl: string;
  /** As the application role, which row-level security holds: for what is tested. */
  readonly appUrl: string;
  /** Removes the database. Throws when somebody is still connected, because then the code under test does not clean up. */
  drop(): Promise<void>;
}

/** Brings an empty database to the newest schema and gives the application role its password. Must close every connection it opens. */
export type PrepareTemplate = (ownerUrl: string, appPassword: string) => Promise<unknown>;

/** Any constant: workers that need the same template wait for the one that makes it. */
const TEMPLATE_LOCK = 7_310_443;
const LEAVE_TIMEOUT_MS = 3_000;

/**
 * A database of one's own, cloned from a template that the first caller of the run prepares. A clone takes some 50 ms, so a test file makes one for itself.
 * Callers that prepare differently name their template.
 */
export async function testDatabase(
  prepareTemplate: PrepareTemplate,
  templateName: 'product' | `other_${string}` = 'product',
): Promise<TestDatabase> {
  const { ownerUrl, appPassword } = inject('postgres');
  const template = `template_${templateName}`;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asOwner(ownerUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) await makeTemplate(client, template, ownerUrl, (url) => prepareTemplate(url, appPassword));
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
    await client.query(`create database ${name} template ${template}`);
  });
  const appUrl = new URL(urlOf(ownerUrl, name));
  appUrl.username = 'concierge_app';
  appUrl.password = appPassword;
  return { ownerUrl: urlOf(ownerUrl, name), appUrl: appUrl.href, drop: () => drop(ownerUrl, name) };
}

/** Prepared under another name and renamed, so that a template with this name is whole. */
async function makeTemplate(
  client: pg.Client,
  template: string,
  ownerUrl: string,
  prepare: (url: string) => Promise<unknown>,
): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`drop database if exists ${draft} with (force)`);
  await client.query(`create database ${draft}`);
  await prepare(urlOf(ownerUrl, draft));
  await everybodyLeft(client, draft);
  // Cloning needs a source nobody is connected to, so from now on nobody can be.
  await client.query(`alter database ${draft} allow_connections false`);
  await client.query(`alter database ${draft} rename to ${template}`);
}

async function drop(ownerUrl: string, name: string): Promise<void> {
  await asOwner(ownerUrl, async (client) => {
    const left = await everybodyLeft(client, name).then(
      () => null,
      (error: unknown) => error,
    );
    await client.query(`drop database if exists ${name} with (force)`);
    if (left !== null) throw left;
  });
}

/** Returns when nobody is connected to the database; throws, naming who, when somebody stays. A closed connection needs a moment to go. */
async function everybodyLeft(client: pg.Client, database: string): Promise<void> {
  const deadlineMs = performance.now() + LEAVE_TIMEOUT_MS;
  for (;;) {
    const { rows } = await client.query<{ who: string }>(
      `select format('%s (%s, last: %s)', coalesce(nullif(application_name, ''), 'unnamed'), usename, left(query, 80)) as who
       from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [database],
    );
    if (rows.length === 0) return;
    if (performance.now() > deadlineMs)
      throw new Error(`Still connected to the test database: ${rows.map((row) => row.who).join('; ')}. Close it first.`);
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

async function asOwner(ownerUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(ownerUrl, 'postgres'), application_name: 'concierge-test-database' });
  client.on('error', () => {
    // The running query rejects as well.
  });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(ownerUrl: string, database: string): string {
  const url = new URL(ownerUrl);
  url.pathname = `/${database}`;
  return url.href;
}
