import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { migrate } from './schema.ts';

export interface OpenDatabase {
  readonly database: Database.Database;
  /** `recovered`: a file was there, could not be used, and was set aside. */
  readonly openedAs: 'existing' | 'new' | 'recovered';
}

export interface DatabaseLimits {
  /** SQLite refuses to grow the file past this, so the cache can never fill the card. */
  readonly maxBytes: number;
}

/** What a failure of SQLite asks for. */
export type Trouble =
  /** The file is not what we wrote: set it aside, begin anew. */
  | 'damaged'
  /** The disk is full, failing or read-only: go on in memory, try again later. */
  | 'disk'
  /** Another agent has it open. */
  | 'in-use';

export const KEEP_SET_ASIDE = 3;
const PAGE_BYTES = 4_096;
const WAIT_FOR_PREDECESSOR_MS = 2_000;

/** Opens the cache; a file that cannot be used is renamed with the time, at most three are kept, and a new one is made. Throws on trouble with the disk. */
export function openDatabase(path: string, limits: DatabaseLimits, nowMs: number): OpenDatabase {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const existed = isThere(path);
  try {
    return { database: openChecked(path, limits), openedAs: existed ? 'existing' : 'new' };
  } catch (error) {
    if (troubleOf(error) !== 'damaged') throw error;
  }
  setAside(path, nowMs);
  return { database: openChecked(path, limits), openedAs: 'recovered' };
}

/** Renames the file and its journal out of the way. */
export function setAside(path: string, nowMs: number): void {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '');
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { recursive: true, force: true });
  if (isThere(path)) renameSync(path, unusedName(`${path}.damaged-${stamp}`));
  const kept = readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${basename(path)}.damaged-`))
    .sort();
  for (const name of kept.slice(0, -KEEP_SET_ASIDE)) rmSync(join(dirname(path), name), { recursive: true, force: true });
}

/** Removes the file, its journal, and every one that was set aside. */
export function eraseFiles(path: string): void {
  const directory = dirname(path);
  if (!isThere(directory)) return;
  for (const name of readdirSync(directory))
    if (name.startsWith(basename(path))) rmSync(join(directory, name), { recursive: true, force: true });
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof FailedCheck) return 'damaged';
  const code = codeOf(error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'in-use';
  if (/^SQLITE_(FULL|IOERR|READONLY|PERM|NOMEM|AUTH)/.test(code)) return 'disk';
  // Whatever else SQLite may say about a file that we wrote means that it is no longer as we wrote it.
  if (code.startsWith('SQLITE_') || /^(EISDIR|ENOTDIR)$/.test(code)) return 'damaged';
  // Any other word of the operating system about files: full, read-only, forbidden, or a card whose file system needs cleaning. Node has no code for some that it met while removing a file.
  if (/^E(?!RR_)[A-Z0-9]+$/.test(code) || (error instanceof Error && 'syscall' in error)) return 'disk';
  throw error;
}

/**
 * One process at a time (EXCLUSIVE), durable at every commit (FULL), and looked through once at every start: with at most a few hundred pages
 * the check takes milliseconds, so it is not kept for unclean stops only.
 */
export function openChecked(path: string, limits: DatabaseLimits): Database.Database {
  const database = new Database(path, { timeout: WAIT_FOR_PREDECESSOR_MS });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('journal_size_limit = 2097152');
    database.pragma('cache_size = -1024');
    database.pragma(`max_page_count = ${Math.floor(limits.maxBytes / PAGE_BYTES)}`);
    const check = database.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw new FailedCheck(String(check));
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Moves what the journal holds into the file. SQLite drops a journal from its first decayed byte on, without a word; until the next checkpoint, which four
 * megabytes would bring about, that byte would take both generations of every document with it. A disk that has no room for it now still has the journal.
 */
export function emptyJournal(database: Database.Database): void {
  try {
    database.pragma('wal_checkpoint(PASSIVE)');
  } catch (error) {
    if (troubleOf(error) !== 'disk') throw error;
  }
}

class FailedCheck extends Error {}

/** Whether anything has the name, even a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function unusedName(name: string): string {
  let candidate = name;
  for (let count = 1; isThere(candidate); count += 1) candidate = `${name}-${count}`;
  return candidate;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
