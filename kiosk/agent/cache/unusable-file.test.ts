import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHeldDocuments, loadFromCache } from '../sync/held-documents.ts';
import { aContent, createTestSigner, type TestSigner, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory } from '../testing/kiosk.ts';
import { CACHE_FILE, type CacheIncident, createCache, DEFAULT_LIMITS, type KioskCache } from './cache.ts';

// Whatever lies where the cache should be: the agent starts, shows nothing that was not signed, and stores what comes next.

let directory: ReturnType<typeof temporaryDirectory>;
let signer: TestSigner;
let incidents: CacheIncident[] = [];
const open: KioskCache[] = [];

beforeEach(async () => {
  directory = temporaryDirectory();
  signer = await createTestSigner();
  incidents = [];
});
afterEach(() => {
  for (const cache of open.splice(0)) cache.close();
  chmodSync(directory.path, 0o700);
  directory[Symbol.dispose]();
});

const path = (suffix = ''): string => join(directory.path, CACHE_FILE + suffix);
const setAsideFiles = (): string[] => readdirSync(directory.path).filter((name) => name.includes('.damaged-'));

function openCache(): KioskCache {
  const cache = createCache({
    dataDir: directory.path,
    limits: () => DEFAULT_LIMITS,
    nowMs: () => Date.now(),
    onIncident: (incident) => incidents.push(incident),
    logger: silentLogger,
  });
  open.push(cache);
  cache.open();
  return cache;
}

const content = (sequence: number): Promise<string> => signer.sign('content', aContent({ sequence }));

async function shownFrom(cache: KioskCache): Promise<number | null> {
  const held = createHeldDocuments();
  await loadFromCache({
    cache,
    held,
    addressee: { deviceId: testDeviceId, buildingId: testBuildingId },
    keys: new Map([[signer.publicKey.kid, signer.verifyingKey]]),
    logger: silentLogger,
  });
  return held.get('content')?.claims.sequence ?? null;
}

/** A file with two generations of the content, closed in order. */
async function leaveGoodFile(): Promise<void> {
  const cache = openCache();
  cache.store('content', await content(1));
  cache.store('content', await content(2));
  cache.close();
}

function inDatabase(statements: string): void {
  const database = new Database(path());
  database.exec(statements);
  database.close();
}

it.each<{ what: string; damage: () => void; shown: number | null; setAside: number }>([
  { what: 'a file of no length', damage: () => truncateSync(path(), 0), shown: null, setAside: 0 },
  // SQLite takes a byte for no file at all, and so it is.
  { what: 'a file of one byte', damage: () => writeFileSync(path(), 'S'), shown: null, setAside: 0 },
  { what: 'a file cut within a page', damage: () => truncateSync(path(), 4_096 + 100), shown: null, setAside: 1 },
  { what: 'a header and then nothing but zeros', damage: () => blank(100), shown: null, setAside: 1 },
  { what: 'garbage in the middle', damage: () => garbageFrom(4_096, 12_288), shown: null, setAside: 1 },
  {
    what: "a newer agent's form, which adds",
    damage: () => inDatabase('CREATE TABLE mood (id INTEGER); ALTER TABLE document ADD COLUMN size INTEGER; PRAGMA user_version = 99'),
    shown: 2,
    setAside: 0,
  },
  {
    what: "a newer agent's form, in which something goes by another name",
    damage: () => inDatabase('ALTER TABLE document RENAME TO document_of_two; PRAGMA user_version = 99'),
    shown: null,
    setAside: 1,
  },
  { what: 'a form that lies about its version', damage: () => inDatabase('PRAGMA user_version = 0'), shown: null, setAside: 1 },
  { what: 'a table that is missing', damage: () => inDatabase('DROP TABLE waiting_event'), shown: null, setAside: 1 },
  { what: 'the pointer pointing nowhere', damage: () => inDatabase('DELETE FROM current_generation'), shown: 1, setAside: 0 },
  {
    what: 'the database of another program',
    damage: () => {
      rmSync(path());
      inDatabase('CREATE TABLE document (name TEXT); PRAGMA user_version = 1');
    },
    shown: null,
    setAside: 1,
  },
  { what: 'a journal that is garbage', damage: () => writeFileSync(path('-wal'), 'x'.repeat(50_000)), shown: 2, setAside: 0 },
  { what: 'a directory where the journal should be', damage: () => mkdirSync(path('-wal')), shown: null, setAside: 1 },
  {
    what: 'a directory with files in it',
    damage: () => {
      rmSync(path());
      mkdirSync(path());
      writeFileSync(join(path(), 'file'), '');
    },
    shown: null,
    setAside: 1,
  },
  { what: 'a link that goes round in circles', damage: () => (rmSync(path()), symlinkSync(path(), path())), shown: null, setAside: 1 },
])('$what', async ({ damage, shown, setAside }) => {
  await leaveGoodFile();
  damage();
  const cache = openCache();
  expect(await shownFrom(cache)).toBe(shown);
  cache.store('content', await content(5));
  expect(cache.durable()).toBe(true);
  cache.close();
  expect(setAsideFiles()).toHaveLength(setAside);
  expect(await shownFrom(openCache())).toBe(5);
});

it.skipIf(process.platform === 'win32')('a pipe that nobody writes to: nothing waits for it', async () => {
  execFileSync('mkfifo', [path()]);
  const cache = openCache();
  expect(await shownFrom(cache)).toBeNull();
  cache.store('content', await content(5));
  expect(cache.durable()).toBe(false);
});

const mayDropRights = process.getuid?.() === 0;

it.each([
  ['a file that may not be read', () => chmodSync(path(), 0), null, true],
  ['a file that may be read but not written', () => chmodSync(path(), 0o444), 2, false],
  ['a folder that may not be written', () => chmodSync(directory.path, 0o555), 2, false],
  ['a folder that may not be entered', () => chmodSync(directory.path, 0), null, false],
] as const)('%s', async (_what, forbid, shown, durable) => {
  if (mayDropRights) {
    process.setegid?.(65_534);
    process.seteuid?.(65_534);
  }
  const kept = directory;
  try {
    using own = temporaryDirectory();
    directory = own;
    await leaveGoodFile();
    forbid();
    const cache = openCache();
    expect(await shownFrom(cache)).toBe(shown);
    cache.store('content', await content(5));
    expect(cache.durable()).toBe(durable);
    cache.close();
    chmodSync(own.path, 0o700);
  } finally {
    directory = kept;
    if (mayDropRights) {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  }
});

function blank(from: number): void {
  writeFileSync(path(), readFileSync(path()).fill(0, from));
}

function garbageFrom(from: number, to: number): void {
  writeFileSync(path(), readFileSync(path()).fill(0xa5, from, to));
}
