import { join } from 'node:path';
import type { HeldKind } from '@concierge/contract/signed-document.ts';
import type Database from 'better-sqlite3';
import type { Logger } from 'pino';
import { type DatabaseLimits, emptyJournal, eraseFiles, openDatabase, setAside, type Trouble, troubleOf } from './database.ts';
import { type CacheRows, prepareRows, type StoredDocument } from './document-rows.ts';
import { readCopy, type StoredCopy } from './read-copy.ts';

export type CacheIncident = 'cache-recovered' | 'cache-not-durable' | 'cache-durable-again';

/**
 * What survives a restart. Nothing here throws for the state of the disk: when it is full or failing the agent goes on with what it holds in
 * memory and the newest documents are written once the disk takes them. The only thing `open` throws for is a second agent on the same files.
 */
export interface KioskCache {
  open(): void;
  close(): void;
  /** Whether what was stored is on disk. */
  durable(): boolean;
  /** What is stored of a kind, the current generation first, unverified. */
  stored(kind: HeldKind): readonly StoredDocument[];
  /** Says which generation passed its checks, so that the next write does not overwrite it. */
  settle(kind: HeldKind, document: StoredDocument): void;
  store(kind: HeldKind, jws: string): void;
  clockFloorMs(): number | null;
  saveClockFloor(timeMs: number): void;
  waitingEvents(limit: number): readonly { id: number; payload: string }[];
  addEvent(payload: string): void;
  removeEvent(id: number): void;
  /** Notes that a command is begun; false when it was before. Without a disk this holds until the agent ends. */
  beginCommand(id: string): boolean;
  /**
   * Forgets everything, on disk too, what was set aside included; begins anew with an empty file. With `but: 'events'` what waits to be told is kept: it is the device's own and says nothing
   * of any building. Returns whether nothing is left on the disk: one that takes no writes keeps what it has.
   */
  erase(but?: 'events'): boolean;
}

export const CACHE_FILE = 'cache.db';
/** Far above two generations of the three largest documents with their journal, far below any card. */
export const DEFAULT_LIMITS: DatabaseLimits = { maxBytes: 16_777_216 };
export const MAX_WAITING_EVENTS = 500;
/** A command lives for a minute, so far fewer would do. */
const MAX_BEGUN_COMMANDS = 200;
const MAX_EVENTS_IN_MEMORY = 50;
const RETRY_EVERY_MS = 60_000;

export function createCache(deps: {
  dataDir: string;
  /** Read at each opening. */
  limits(): DatabaseLimits;
  nowMs(): number;
  retryEveryMs?: number;
  onIncident(incident: CacheIncident): void;
  logger: Logger;
}): KioskCache {
  const path = join(deps.dataDir, CACHE_FILE);
  /** The newest good document of each kind, by which a new file is filled when the old one had to be set aside. */
  const newest = new Map<HeldKind, string>();
  /** Those of them that are not on disk yet. */
  const unsaved = new Set<HeldKind>();
  /** Events that the disk did not take; their ids are negative so that they meet none of the table's. */
  const eventsInMemory: { id: number; payload: string }[] = [];
  const begunInMemory = new Set<string>();
  let lastMemoryId = 0;
  let database: Database.Database | null = null;
  let rows: CacheRows | null = null;
  /** What was found at the start on a disk that takes no writes. */
  let copy: StoredCopy | null = null;
  let retryTimer: NodeJS.Timeout | undefined;

  function reopen(): void {
    drop();
    const opened = openDatabase(path, deps.limits(), deps.nowMs());
    database = opened.database;
    rows = prepareRows(opened.database);
    if (opened.openedAs !== 'existing') for (const kind of newest.keys()) unsaved.add(kind);
    if (opened.openedAs === 'recovered') reportIncident('cache-recovered');
    copy = null;
    save(rows);
  }

  function save(open: CacheRows): void {
    if (unsaved.size === 0) return;
    for (const kind of unsaved) {
      open.replace(kind, newest.get(kind) ?? '');
      unsaved.delete(kind);
    }
    if (database !== null) emptyJournal(database);
  }

  function drop(): void {
    try {
      database?.close();
    } catch (error) {
      deps.logger.warn({ error }, 'the cache did not close well');
    }
    database = null;
    rows = null;
  }

  /** Runs a statement; on trouble mends what can be mended and returns the fallback. */
  function attempt<Value>(run: (rows: CacheRows) => Value, fallback: Value): Value {
    if (rows === null) return fallback;
    try {
      return run(rows);
    } catch (error) {
      meet(troubleOf(error), error);
      return fallback;
    }
  }

  function meet(trouble: Trouble, error: unknown): void {
    deps.logger.error({ trouble, error: messageOf(error) }, 'the cache is in trouble');
    if (trouble === 'damaged') {
      drop();
      try {
        setAside(path, deps.nowMs());
        reportIncident('cache-recovered');
        reopen();
        return;
      } catch (again) {
        deps.logger.error({ error: messageOf(again) }, 'a new cache could not be made');
      }
    }
    goOnInMemory();
  }

  function goOnInMemory(): void {
    drop();
    if (retryTimer !== undefined) return;
    reportIncident('cache-not-durable');
    retryTimer = setInterval(tryDiskAgain, deps.retryEveryMs ?? RETRY_EVERY_MS).unref();
  }

  function tryDiskAgain(): void {
    try {
      reopen();
    } catch (error) {
      deps.logger.warn({ error: messageOf(error) }, 'the cache is still not durable');
      drop();
      return;
    }
    clearInterval(retryTimer);
    retryTimer = undefined;
    reportIncident('cache-durable-again');
  }

  /** Later, because the event of an incident is itself written to the cache. */
  function reportIncident(incident: CacheIncident): void {
    setImmediate(() => deps.onIncident(incident));
  }

  function waitingEvents(limit: number): readonly { id: number; payload: string }[] {
    return [...attempt((open) => open.waitingEvents(limit), []), ...eventsInMemory].slice(0, limit);
  }

  function keepEvents(payloads: readonly string[]): void {
    if (payloads.length === 0) return;
    const saved = attempt((open) => {
      open.addEvents(payloads, MAX_WAITING_EVENTS);
      return true;
    }, false);
    if (saved) return;
    for (const payload of payloads) {
      lastMemoryId -= 1;
      eventsInMemory.push({ id: lastMemoryId, payload });
    }
    eventsInMemory.splice(0, eventsInMemory.length - MAX_EVENTS_IN_MEMORY);
  }

  return {
    open() {
      try {
        reopen();
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === 'in-use') throw new Error(`another agent is running with ${deps.dataDir}`, { cause: error });
        meet(trouble, error);
        if (rows === null) copy = readCopy(path, deps.limits());
      }
    },
    close() {
      clearInterval(retryTimer);
      retryTimer = undefined;
      drop();
    },
    durable: () => rows !== null && unsaved.size === 0,
    stored: (kind) => attempt((open) => open.documents(kind), copy?.documents.get(kind) ?? []),
    settle(kind, document) {
      newest.set(kind, document.jws);
      attempt((open) => open.pointTo(kind, document.generation), undefined);
    },
    store(kind, jws) {
      newest.set(kind, jws);
      unsaved.add(kind);
      attempt((open) => save(open), undefined);
    },
    clockFloorMs: () => attempt((open) => open.clockFloorMs(), copy?.clockFloorMs ?? null),
    saveClockFloor(timeMs) {
      attempt((open) => open.saveClockFloor(timeMs), undefined);
    },
    waitingEvents,
    addEvent: (payload) => keepEvents([payload]),
    removeEvent(id) {
      const inMemory = eventsInMemory.findIndex((event) => event.id === id);
      if (inMemory >= 0) eventsInMemory.splice(inMemory, 1);
      else attempt((open) => open.removeEvent(id), undefined);
    },
    beginCommand(id) {
      if (begunInMemory.has(id)) return false;
      begunInMemory.add(id);
      if (begunInMemory.size > MAX_BEGUN_COMMANDS) for (const oldest of [...begunInMemory].slice(0, 1)) begunInMemory.delete(oldest);
      return attempt((open) => open.beginCommand(id, deps.nowMs(), MAX_BEGUN_COMMANDS), true);
    },
    erase(but) {
      const kept = but === 'events' ? waitingEvents(MAX_WAITING_EVENTS).map(({ payload }) => payload) : [];
      drop();
      newest.clear();
      unsaved.clear();
      eventsInMemory.length = 0;
      copy = null;
      let gone = false;
      try {
        eraseFiles(path);
        gone = true;
        reopen();
      } catch (error) {
        meet(troubleOf(error), error);
      }
      keepEvents(kept);
      return gone;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
