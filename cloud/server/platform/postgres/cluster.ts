import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readlink, rename, rm, rmdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { PostgresLogger } from './embedded.ts';
import { findPrograms, type PostgresPrograms } from './programs.ts';
import { canReach, NOBODY, ROOT_STATE_DIR, type ServerUser } from './server-user.ts';

/** A data directory that is ready to be served, and who serves it with which programs. */
export interface Cluster {
  readonly dataDir: string;
  readonly programs: PostgresPrograms;
  /** Null: the user we are. PostgreSQL refuses to run as root, so root hands over to somebody else. */
  readonly user: ServerUser | null;
}

export interface ClusterFailure {
  readonly reason: 'no-program' | 'not-made' | 'not-ours';
  readonly message: string;
}

export interface ClusterOptions {
  readonly dataDir: string;
  readonly ownerRole: string;
  readonly password: string;
  readonly logger: PostgresLogger;
}

/** The cluster in `dataDir`, made by initdb when there is none yet. A half-made one of an interrupted first start is made anew. */
export async function openCluster(options: ClusterOptions): Promise<Result<Cluster, ClusterFailure>> {
  const place = await placeOf(resolve(options.dataDir));
  const user = await userOf(place);
  if (!user.ok) return user;
  const programs = await findPrograms(user.value);
  if (!programs.ok) return failure({ reason: 'no-program', message: programs.error });
  const cluster: Cluster = { dataDir: place, programs: programs.value, user: user.value };
  if (await exists(join(place, 'PG_VERSION'))) return success(cluster);
  options.logger.info('Making the PostgreSQL cluster (first start)');
  try {
    await makeCluster(cluster, options);
  } catch (error) {
    return failure({ reason: 'not-made', message: `The PostgreSQL cluster could not be made in ${place}: ${messageOf(error)}` });
  }
  return success(cluster);
}

/**
 * Where the data really lies. Root serves it as another user, who may be unable to pass through the directories above (a checkout in root's home): then it
 * lies in the machine's state directory and `dataDir` is a link to it. The link is the truth: when somebody has deleted it, what it pointed to is old.
 */
async function placeOf(dataDir: string): Promise<string> {
  const entry = await lstat(dataDir).catch(() => null);
  if (entry?.isSymbolicLink()) return resolve(dirname(dataDir), await readlink(dataDir));
  await mkdir(dirname(dataDir), { recursive: true });
  const holdsCluster = await exists(join(dataDir, 'PG_VERSION'));
  if (process.getuid?.() !== 0 || holdsCluster || (await canReach(NOBODY, dirname(dataDir)))) return dataDir;
  if (entry !== null) await rmdir(dataDir);
  const place = join(ROOT_STATE_DIR, `cluster-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  await rm(place, { recursive: true, force: true });
  await mkdir(ROOT_STATE_DIR, { recursive: true, mode: 0o755 });
  await symlink(place, dataDir);
  return place;
}

/** Root serves a cluster as whoever owns it, a new one as nobody. An ordinary user serves only what is theirs. */
async function userOf(place: string): Promise<Result<ServerUser | null, ClusterFailure>> {
  const owner = await stat(join(place, 'PG_VERSION')).catch(() => null);
  const ourUid = process.getuid?.();
  if (ourUid === 0) return success(owner === null ? NOBODY : { uid: owner.uid, gid: owner.gid });
  if (owner === null || owner.uid === ourUid) return success(null);
  return failure({
    reason: 'not-ours',
    message: `${place} belongs to another user (uid ${owner.uid}). Start as that user, or choose another data directory.`,
  });
}

/** Built beside its place and renamed, so that a cluster is either whole or not there. */
async function makeCluster(cluster: Cluster, options: ClusterOptions): Promise<void> {
  const draft = `${cluster.dataDir}.draft`;
  const passwordFile = `${cluster.dataDir}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  try {
    await chmod(passwordFile, 0o600);
    if (cluster.user !== null) {
      for (const path of [draft, passwordFile]) await chown(path, cluster.user.uid, cluster.user.gid);
    }
    await promisify(execFile)(
      cluster.programs.initdb,
      [
        '-D',
        draft,
        '-U',
        options.ownerRole,
        '--pwfile',
        passwordFile,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        ...localeFlags(),
        '--no-instructions',
      ],
      { ...cluster.user, cwd: '/', env: { TZ: 'UTC' }, timeout: 120_000 },
    );
    // Replaces an empty directory at most: anything else there is somebody's, and the rename fails.
    await rename(draft, cluster.dataDir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * ICU's Greek sorts and folds Greek as people expect; the C library's locale only matters for character classes, which pg_trgm needs in UTF-8. The bundled
 * Linux builds run where just C, C.UTF-8 and POSIX are sure to exist; macOS always has en_US.UTF-8.
 */
function localeFlags(): string[] {
  return ['--locale-provider=icu', '--icu-locale=el-GR', `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`];
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function messageOf(error: unknown): string {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== '') return error.stderr.trim();
  return error instanceof Error ? error.message : String(error);
}
