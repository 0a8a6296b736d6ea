import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HeldKind, heldKinds } from '@concierge/contract/signed-document.ts';
import { type DatabaseLimits, openChecked } from './database.ts';
import { prepareRows, type StoredDocument } from './document-rows.ts';

/** What a file holds that could not be opened where it lies. */
export interface StoredCopy {
  readonly documents: ReadonlyMap<HeldKind, readonly StoredDocument[]>;
  readonly clockFloorMs: number | null;
}

/** Memory first: the other one may lie on the very card that fails. */
const PLACES = ['/dev/shm', tmpdir()];

/**
 * Reads the cache on a disk that takes no writes: a card that fails is made read-only by the system, and a full one may refuse the little that
 * opening wants to write. After a power cut the newest documents are in the journal, which SQLite joins to the file only where it may write, so
 * both are copied into memory and read there. Null when there is nothing to read, or no place to read it.
 */
export function readCopy(path: string, limits: DatabaseLimits): StoredCopy | null {
  for (const place of PLACES) {
    try {
      return readCopyIn(place, path, limits);
    } catch {
      // Not in this place, or the file is damaged too; the retries say so in the log.
    }
  }
  return null;
}

function readCopyIn(place: string, path: string, limits: DatabaseLimits): StoredCopy | null {
  // Reading a pipe would wait for ever for somebody to write.
  if (!existsSync(path) || !statSync(path).isFile()) return null;
  const folder = mkdtempSync(join(place, 'kiosk-cache-'));
  try {
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', '-wal']) {
      if (!existsSync(path + suffix)) continue;
      const { size } = statSync(path + suffix);
      if (size > limits.maxBytes) throw new Error('larger than any cache may be');
      copyFileSync(path + suffix, copy + suffix);
      // A copy has the rights of the original, which may be why that could not be opened.
      chmodSync(copy + suffix, 0o600);
    }
    const database = openChecked(copy, limits);
    try {
      const rows = prepareRows(database);
      return { documents: new Map(heldKinds.map((kind) => [kind, rows.documents(kind)])), clockFloorMs: rows.clockFloorMs() };
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
