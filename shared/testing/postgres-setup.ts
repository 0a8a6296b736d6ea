import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedPostgres } from '@concierge/cloud-server/platform/postgres/embedded.ts';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The one PostgreSQL of this test run; see testDatabase. */
    readonly postgres: { readonly ownerUrl: string; readonly appPassword: string };
  }
}

/** Vitest's global set-up of the `database` project: one PostgreSQL for the run, in a directory that goes with it. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'concierge-tests-'));
  // Started by root it runs as nobody, who must be able to pass through.
  await chmod(home, 0o755);
  const dataDir = join(home, 'postgres');
  const postgres = createEmbeddedPostgres({
    dataDir,
    port: 0,
    password: randomBytes(16).toString('hex'),
    fsync: false,
    logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  const started = await postgres.start();
  if (!started.ok) throw new Error(`The database tests need PostgreSQL: ${started.error.message}`);
  project.provide('postgres', { ownerUrl: started.value.url, appPassword: randomBytes(16).toString('hex') });
  return async () => {
    await postgres.stop();
    for (const path of [await realpath(dataDir), home]) await rm(path, { recursive: true, force: true });
  };
}
