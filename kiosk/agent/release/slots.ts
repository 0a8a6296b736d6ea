import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RollbackReason } from '@concierge/contract/release/outcome.ts';
import { createPrivateDirectory } from '../device/private-directory.ts';
import {
  type BootPointer,
  type FoundRelease,
  MAX_STARTS,
  newPointer,
  rebuildPointer,
  type SlotName,
  type SlotRelease,
  type UnprovenStarts,
} from './boot-rules.ts';
import type { SlotHashes } from './slot-decay.ts';

// What the release folder holds, read by hand: the boot chooser uses this before any package is loaded.
//
//   boot.json                 the pointer
//   starts.json               how often the good release was started in a row and has shown nothing; gone once it has
//   trust.json                the root statement that is followed
//   download/<sha256>.part    a bundle on its way
//   slots/a/release.json      what the slot holds; without it the slot is empty, whatever else lies there
//   slots/a/hashes.json       of its files, as they were unpacked
//   slots/a/proven            that it was good once
//   slots/a/files/…           the program

const POINTER_FILE = 'boot.json';
const RELEASE_FILE = 'release.json';
const PROVEN_FILE = 'proven';
const HASHES_FILE = 'hashes.json';
const STARTS_FILE = 'starts.json';
/** Of as many files as a bundle may have, with the longest names. */
const MAX_HASHES_BYTES = 2_097_152;

/** What a slot says of itself. */
export interface SlotRecord extends Omit<SlotRelease, 'slot'> {
  readonly version: string;
  /** The file below the slot's files that starts the program. */
  readonly entry: string;
}

/** The two slots and the pointer of one device. Reads never throw for what they find; writes throw what the disk says. */
export interface SlotStore {
  /** Null when there is none, or none that can be read. */
  pointer(): BootPointer | null;
  /** The pointer, or what the slots say of themselves. */
  pointerOrRebuilt(): BootPointer;
  writePointer(pointer: BootPointer): void;
  record(slot: SlotName): SlotRecord | null;
  found(slot: SlotName): FoundRelease | null;
  filesOf(slot: SlotName): string;
  /** Makes a slot invalid first and then empty. */
  clear(slot: SlotName): void;
  /** Says that a slot's files are complete. They must be on disk. */
  seal(slot: SlotName, record: SlotRecord, hashes: SlotHashes): void;
  /** Takes that back; the files stay. */
  invalidate(slot: SlotName): void;
  /** What was unpacked into a slot; null when nobody noted it, or when it cannot be read. */
  hashes(slot: SlotName): SlotHashes | null;
  markProven(slot: SlotName): void;
  unprovenStarts(): UnprovenStarts | null;
  writeUnprovenStarts(starts: UnprovenStarts): void;
  /** The good release has shown itself. Writes nothing when there is no count. */
  forgetUnprovenStarts(): void;
}

export function createSlotStore(folder: string): SlotStore {
  const pointerDirectory = createPrivateDirectory(folder);
  const slotFolder = (slot: SlotName): string => join(folder, 'slots', slot);

  function record(slot: SlotName): SlotRecord | null {
    const found = readJson(() => createPrivateDirectory(slotFolder(slot)).read(RELEASE_FILE));
    if (!isObject(found) || !isSequence(found['sequence']) || !isSha256(found['sha256'])) return null;
    const { sequence, sha256, version, entry } = found;
    if (typeof version !== 'string' || typeof entry !== 'string' || !isPlainPath(entry)) return null;
    return isFile(join(slotFolder(slot), 'files', entry)) ? { sequence, sha256, version, entry } : null;
  }

  function found(slot: SlotName): FoundRelease | null {
    const complete = record(slot);
    if (complete === null) return null;
    return { sequence: complete.sequence, sha256: complete.sha256, proven: isFile(join(slotFolder(slot), PROVEN_FILE)) };
  }

  function invalidate(slot: SlotName): void {
    rmSync(join(slotFolder(slot), RELEASE_FILE), { recursive: true, force: true });
    syncFolder(slotFolder(slot));
  }

  const unprovenStarts = (): UnprovenStarts | null => {
    const counted = readJson(() => pointerDirectory.read(STARTS_FILE));
    return isUnprovenStarts(counted) ? counted : null;
  };

  const pointer = (): BootPointer | null => pointerOf(readJson(() => pointerDirectory.read(POINTER_FILE)));

  return {
    pointer,
    pointerOrRebuilt: () => pointer() ?? rebuildPointer({ a: found('a'), b: found('b') }) ?? newPointer,
    writePointer(next) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      pointerDirectory.write(POINTER_FILE, `${JSON.stringify(next)}\n`);
    },
    record,
    found,
    filesOf: (slot) => join(slotFolder(slot), 'files'),
    clear(slot) {
      const path = slotFolder(slot);
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) invalidate(slot);
      rmSync(path, { recursive: true, force: true });
      mkdirSync(join(path, 'files'), { recursive: true, mode: 0o700 });
      for (const made of [path, join(folder, 'slots'), folder]) syncFolder(made);
    },
    seal(slot, sealed, hashes) {
      const directory = createPrivateDirectory(slotFolder(slot));
      directory.write(HASHES_FILE, `${JSON.stringify(hashes)}\n`);
      directory.write(RELEASE_FILE, `${JSON.stringify(sealed)}\n`);
    },
    invalidate,
    hashes: (slot) => hashesOf(readJson(() => readSmall(join(slotFolder(slot), HASHES_FILE), MAX_HASHES_BYTES))),
    unprovenStarts,
    writeUnprovenStarts: (starts) => pointerDirectory.write(STARTS_FILE, `${JSON.stringify(starts)}\n`),
    forgetUnprovenStarts() {
      if (isFile(join(folder, STARTS_FILE))) pointerDirectory.remove(STARTS_FILE);
    },
    markProven: (slot) => createPrivateDirectory(slotFolder(slot)).write(PROVEN_FILE, ''),
  };
}

/** A new name is durable only when the folder is. Windows cannot open folders and does not need it. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const rollbackReasons: Record<RollbackReason, true> = {
  'starts-used-up': true,
  'cache-not-opened': true,
  'nothing-painted': true,
  'cloud-not-reached': true,
  'slot-damaged': true,
};

/** A pointer of any other form is a damaged one. */
function pointerOf(found: unknown): BootPointer | null {
  if (!isObject(found) || !isCount(found['floorSequence'])) return null;
  const { current, waiting, pending, rolledBack, floorSequence } = found;
  if (current !== null && !isSlotRelease(current)) return null;
  if (pending !== null && !isPending(pending)) return null;
  if (rolledBack !== null && !isRolledBack(rolledBack)) return null;
  // An older agent writes none; what waited is then brought here once more.
  return { current, waiting: pending === null && isWaiting(waiting) ? waiting : null, pending, floorSequence, rolledBack };
}

function isSlotRelease(value: unknown): value is SlotRelease {
  return isObject(value) && (value['slot'] === 'a' || value['slot'] === 'b') && isSequence(value['sequence']) && isSha256(value['sha256']);
}

function isWaiting(value: unknown): value is NonNullable<BootPointer['waiting']> {
  return isSlotRelease(value) && 'cloudWasReachable' in value && typeof value.cloudWasReachable === 'boolean';
}

function isPending(value: unknown): value is NonNullable<BootPointer['pending']> {
  return isWaiting(value) && 'starts' in value && isCount(value.starts) && value.starts <= MAX_STARTS;
}

function isUnprovenStarts(value: unknown): value is UnprovenStarts {
  return isObject(value) && (value['slot'] === 'a' || value['slot'] === 'b') && isSha256(value['sha256']) && isCount(value['starts']);
}

function hashesOf(found: unknown): SlotHashes | null {
  if (!Array.isArray(found)) return null;
  const hashes = found.flatMap((entry: unknown): [string, string][] => {
    const [path, sha256] = Array.isArray(entry) ? entry : [];
    return typeof path === 'string' && isPlainPath(path) && isSha256(sha256) ? [[path, sha256]] : [];
  });
  return hashes.length === found.length ? hashes : null;
}

function isRolledBack(value: unknown): value is NonNullable<BootPointer['rolledBack']> {
  if (!isObject(value) || !isSequence(value['sequence']) || !isSha256(value['sha256']) || !isSequence(value['trials'])) return false;
  return typeof value['reason'] === 'string' && Object.hasOwn(rollbackReasons, value['reason']);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isSequence(value: unknown): value is number {
  return isCount(value) && value > 0;
}

function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** What we wrote ourselves; a damaged card may have changed it. */
function isPlainPath(path: string): boolean {
  return path.length <= 200 && path.split('/').every((name) => /^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*$/.test(name));
}

function isFile(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false;
  }
}

function readSmall(path: string, maxBytes: number): string | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= maxBytes ? readFileSync(path, 'utf8') : null;
}

function readJson(read: () => string | null): unknown {
  try {
    return JSON.parse(read() ?? '');
  } catch {
    return undefined;
  }
}
