import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createEmbeddedPostgres } from '#platform/postgres/embedded.ts';
import { migrate } from '../db/migrate.ts';
import type { Settings } from '../settings.ts';

export interface DatabaseServer {
  /** As the application role. */
  readonly url: string;
  /** As the owner, where this process has it. */
  readonly ownerUrl: string | null;
  stop(): Promise<void>;
}

const FIRST_PORT = 15_432;

/** The database of the settings, migrated: an external one by its URLs, else the embedded one in the data folder. */
export async function openDatabaseServer(settings: Settings, dataFolder: string, logger: Logger): Promise<DatabaseServer> {
  if (settings.DATABASE_URL !== undefined) {
    if (settings.DATABASE_OWNER_URL !== undefined) {
      await migrate(settings.DATABASE_OWNER_URL, { appPassword: decodeURIComponent(new URL(settings.DATABASE_URL).password) });
    }
    return { url: settings.DATABASE_URL, ownerUrl: settings.DATABASE_OWNER_URL ?? null, stop: async () => undefined };
  }
  const passwords = join(dataFolder, 'keys');
  await mkdir(passwords, { recursive: true, mode: 0o700 });
  const embedded = createEmbeddedPostgres({
    dataDir: join(dataFolder, 'postgres'),
    port: FIRST_PORT,
    password: await passwordFile(join(passwords, 'postgres-owner-password')),
    fsync: true,
    logger: logger.child({ part: 'postgres' }),
  });
  const started = await embedded.start();
  if (!started.ok) throw new Error(`The embedded PostgreSQL did not start: ${started.error.message}`);
  const appPassword = await passwordFile(join(passwords, 'postgres-app-password'));
  const report = await migrate(started.value.url, { appPassword });
  if (report.applied.length > 0) logger.info({ applied: report.applied }, 'the database schema was brought up to date');
  const url = new URL(started.value.url);
  url.username = 'concierge_app';
  url.password = appPassword;
  return { url: url.href, ownerUrl: started.value.url, stop: embedded.stop };
}

async function passwordFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const password = randomBytes(24).toString('base64url');
    await writeFile(path, password, { mode: 0o600, flag: 'wx' });
    return password;
  }
}
