import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PinnedKeys } from '@concierge/contract/signed-claims.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHeldDocuments, loadFromCache } from '../sync/held-documents.ts';
import { aContent, aDesired, createTestSigner, type TestSigner, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { CACHE_FILE, type CacheIncident, createCache, DEFAULT_LIMITS, type KioskCache, MAX_WAITING_EVENTS } from './cache.ts';
import { KEEP_SET_ASIDE } from './database.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let signer: TestSigner;
let keys: PinnedKeys;
let incidents: CacheIncident[] = [];
/** Loads that met a document which had decayed. */
let unusable = 0;
const open: KioskCache[] = [];

beforeEach(async () => {
  directory = temporaryDirectory();
  signer = await createTestSigner();
  keys = new Map([[signer.publicKey.kid, signer.verifyingKey]]);
  incidents = [];
  unusable = 0;
});
afterEach(() => {
  for (const cache of open.splice(0)) cache.close();
  directory[Symbol.dispose]();
});

function openCache(maxBytes: () => number = () => DEFAULT_LIMITS.maxBytes, dataDir = directory.path): KioskCache {
  const cache = createCache({
    dataDir,
    limits: () => ({ maxBytes: maxBytes() }),
    nowMs: () => Date.now(),
    retryEveryMs: 50,
    onIncident: (incident) => incidents.push(incident),
    logger: silentLogger,
  });
  open.push(cache);
  cache.open();
  return cache;
}

/** The sequence of the content that a start with this cache would show, or null. */
async function shownFrom(cache: KioskCache): Promise<number | null> {
  const held = createHeldDocuments();
  const addressee = { deviceId: testDeviceId, buildingId: testBuildingId };
  const onUnusable = () => void (unusable += 1);
  await loadFromCache({ cache, held, addressee, keys, onUnusable, logger: silentLogger });
  return held.get('content')?.claims.sequence ?? null;
}

const content = (sequence: number, title?: string): Promise<string> =>
  signer.sign('content', aContent({ sequence, ...(title === undefined ? {} : { title }) }));
const filePath = (): string => join(directory.path, CACHE_FILE);
const setAsideFiles = (): string[] => readdirSync(directory.path).filter((name) => name.includes('.damaged-'));

describe('what is stored', () => {
  it('is there after a restart, exactly as it was received', async () => {
    const jws = await content(1);
    const before = openCache();
    before.store('content', jws);
    before.saveClockFloor(1_800_000_000_000);
    before.close();
    const after = openCache();
    expect(after.stored('content').map((stored) => stored.jws)).toEqual([jws]);
    expect(after.clockFloorMs()).toBe(1_800_000_000_000);
    expect(await shownFrom(after)).toBe(1);
  });

  it('leaves the generation before untouched', async () => {
    const cache = openCache();
    const versions = [await content(1), await content(2), await content(3)];
    for (const jws of versions) cache.store('content', jws);
    expect(cache.stored('content').map(({ jws }) => versions.indexOf(jws) + 1)).toEqual([3, 2]);
  });

  it('keeps kinds apart', async () => {
    const cache = openCache();
    const desired = await signer.sign('desired', aDesired());
    cache.store('content', await content(1));
    cache.store('desired', desired);
    expect(cache.stored('desired').map(({ jws }) => jws)).toEqual([desired]);
    expect(cache.stored('qr')).toEqual([]);
  });

  it('falls back to the generation before when the current one was tampered with, and overwrites the bad one next', async () => {
    const cache = openCache();
    const good = await content(1);
    cache.store('content', good);
    cache.store('content', (await content(2)).replace(/.{5}$/, 'AAAAA'));
    cache.close();
    const restarted = openCache();
    expect(await shownFrom(restarted)).toBe(1);
    // Once for all of them: a card that decays is news to an operator.
    expect(unusable).toBe(1);
    const next = await content(3);
    restarted.store('content', next);
    expect(restarted.stored('content').map(({ jws }) => jws)).toEqual([next, good]);
  });

  it('shows nothing of another key, building or device', async () => {
    const cache = openCache();
    const stranger = await createTestSigner();
    cache.store('content', await stranger.sign('content', aContent({ sequence: 8 })));
    cache.store('content', await signer.sign('content', aContent({ sequence: 9, buildingId: testDeviceId })));
    expect(await shownFrom(cache)).toBeNull();
  });

  it('refuses a second agent on the same files', () => {
    openCache();
    expect(() => openCache()).toThrow(/another agent/);
  });

  it('keeps the newest events when too many wait', () => {
    const cache = openCache();
    for (let count = 1; count <= MAX_WAITING_EVENTS + 20; count += 1) cache.addEvent(String(count));
    const waiting = cache.waitingEvents(10_000);
    expect(waiting).toHaveLength(MAX_WAITING_EVENTS);
    expect(waiting[0]?.payload).toBe('21');
    cache.removeEvent(waiting[0]?.id ?? 0);
    expect(cache.waitingEvents(1)[0]?.payload).toBe('22');
  });
});

describe('a cache file that cannot be used', () => {
  it.each<[string, () => void]>([
    ['is no database', () => writeFileSync(filePath(), 'not a database at all, but long enough to be read as one'.repeat(50))],
    ['is a directory', () => mkdirSync(filePath())],
    [
      'is cut in half',
      () => {
        const bytes = readFileSync(filePath());
        writeFileSync(filePath(), bytes.subarray(0, Math.floor(bytes.length / 2)));
      },
    ],
  ])('because it %s is set aside, and a new one is made', async (_what, damage) => {
    const before = openCache();
    for (const sequence of [1, 2, 3]) before.store('content', await content(sequence));
    before.close();
    if (_what === 'is a directory') rmSync(filePath());
    damage();
    const after = openCache();
    expect(await shownFrom(after)).toBeNull();
    await until('the incident is told', () => incidents.includes('cache-recovered'));
    expect(setAsideFiles()).toHaveLength(1);
    after.store('content', await content(4));
    after.close();
    expect(await shownFrom(openCache())).toBe(4);
  });

  it('is kept at most three times', () => {
    for (let round = 0; round < 5; round += 1) {
      writeFileSync(filePath(), `damaged ${round} `.repeat(200));
      openCache().close();
    }
    expect(setAsideFiles()).toHaveLength(KEEP_SET_ASIDE);
  });

  it('is made anew when it is missing', async () => {
    const before = openCache();
    before.store('content', await content(1));
    before.close();
    rmSync(filePath());
    expect(await shownFrom(openCache())).toBeNull();
    expect(incidents).toEqual([]);
  });

  it('after a power cut still holds a building when any one byte of the journal has decayed', async () => {
    const cache = openCache();
    for (let sequence = 1; sequence <= 4; sequence += 1) cache.store('content', await content(sequence));
    const [file, journal] = [readFileSync(filePath()), readFileSync(`${filePath()}-wal`)];
    for (let offset = 0; offset < journal.length; offset += 211) {
      const dataDir = join(directory.path, `decayed-${offset}`);
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, CACHE_FILE), file);
      const decayed = Buffer.from(journal);
      decayed[offset] = (decayed[offset] ?? 0) ^ 0xff;
      writeFileSync(join(dataDir, `${CACHE_FILE}-wal`), decayed);
      const after = openCache(undefined, dataDir);
      expect(await shownFrom(after), `byte ${offset} of ${journal.length}`).toBeGreaterThanOrEqual(3);
      after.close();
    }
  }, 30_000);

  it('with any few bits turned never shows what was not signed, and always takes new documents', async () => {
    const before = openCache();
    for (const sequence of [1, 2, 3]) before.store('content', await content(sequence, `έκδοση ${sequence} `.repeat(6).slice(0, 100)));
    before.close();
    const whole = readFileSync(filePath());
    const shown = new Map<number | null, number>();
    for (let round = 0; round < 150; round += 1) {
      const dataDir = join(directory.path, `round-${round}`);
      mkdirSync(dataDir);
      const bytes = Buffer.from(whole);
      for (let flip = 0; flip <= round % 4; flip += 1) {
        const at = hashed(round * 31 + flip) % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      }
      writeFileSync(join(dataDir, CACHE_FILE), bytes);
      const cache = openCache(undefined, dataDir);
      const sequence = await shownFrom(cache);
      shown.set(sequence, (shown.get(sequence) ?? 0) + 1);
      expect([null, 2, 3]).toContain(sequence);
      cache.store('content', await content(5));
      cache.close();
      const again = openCache(undefined, dataDir);
      expect(await shownFrom(again)).toBe(5);
      again.close();
    }
    // Most damage misses the current document; some of it must have hit, or this test shows nothing.
    expect(shown.get(3) ?? 0).toBeGreaterThan(0);
    expect(150 - (shown.get(3) ?? 0)).toBeGreaterThan(0);
  }, 60_000);

  it('fills the new file with what is held when the damage shows while running', async () => {
    const before = openCache();
    const held = await content(7);
    before.store('content', held);
    // More than SQLite keeps in memory, so that it must read from the file again.
    for (let count = 0; count < MAX_WAITING_EVENTS; count += 1) before.addEvent(`${count} `.padEnd(4_000, 'x'));
    before.close();
    const running = openCache();
    expect(await shownFrom(running)).toBe(7);
    writeFileSync(filePath(), readFileSync(filePath()).fill(0xa5, 4_096));
    expect(running.waitingEvents(10_000)).toEqual([]);
    await until('the incident is told', () => incidents.includes('cache-recovered'));
    expect(running.durable()).toBe(true);
    expect(running.stored('content').map(({ jws }) => jws)).toEqual([held]);
    running.close();
    expect(await shownFrom(openCache())).toBe(7);
  });
});

describe('a disk that is full', () => {
  it('does not stop the agent; what it holds is written when there is room', async () => {
    let maxBytes = 40_960;
    const cache = openCache(() => maxBytes);
    cache.store('content', await content(1));
    expect(cache.durable()).toBe(true);
    const large = await signer.sign('content', manyAnnouncements(2));
    cache.store('content', large);
    expect(cache.durable()).toBe(false);
    cache.addEvent('told while the disk is full');
    expect(cache.waitingEvents(10).map(({ payload }) => payload)).toEqual(['told while the disk is full']);
    await until('it is reported', () => incidents.includes('cache-not-durable'));

    // A crash now would find the last version that had room.
    mkdirSync(join(directory.path, 'copy'));
    for (const suffix of ['', '-wal']) {
      if (existsSync(filePath() + suffix)) copyFileSync(filePath() + suffix, join(directory.path, 'copy', CACHE_FILE + suffix));
    }
    expect(await shownFrom(openCache(undefined, join(directory.path, 'copy')))).toBe(1);

    maxBytes = DEFAULT_LIMITS.maxBytes;
    await until('it is durable again', () => cache.durable());
    await until('that is reported', () => incidents.includes('cache-durable-again'));
    cache.close();
    expect(await shownFrom(openCache())).toBe(2);
  });

  it('never lets the cache grow past its limit', async () => {
    const maxBytes = 1_048_576;
    const cache = openCache(() => maxBytes);
    for (let sequence = 1; sequence <= 30; sequence += 1) cache.store('content', await signer.sign('content', manyAnnouncements(sequence)));
    await sleep(10);
    expect(cache.durable()).toBe(true);
    cache.close();
    expect(statSync(filePath()).size).toBeLessThanOrEqual(maxBytes);
  });
});

function manyAnnouncements(sequence: number) {
  const claims = aContent({ sequence, title: 'α'.repeat(120) });
  const [first] = claims.document.announcements;
  if (first === undefined) throw new Error('no announcement');
  const body = { el: 'β'.repeat(1_200), en: null };
  return { ...claims, document: { ...claims.document, announcements: Array.from({ length: 40 }, () => ({ ...first, body })) } };
}

/** A repeatable scatter over 32 bits. */
function hashed(seed: number): number {
  let value = Math.imul(seed + 1, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}
