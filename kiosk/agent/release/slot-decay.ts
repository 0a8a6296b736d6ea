import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** What was unpacked into a slot: each file's path and SHA-256. */
export type SlotHashes = readonly (readonly [path: string, sha256: string])[];

const CHUNK_BYTES = 1_048_576;

/** Whether a file below `folder` is not what was unpacked there, or cannot be read. Reads until it finds one, which takes as long as the card does. */
export function hasDecayed(folder: string, hashes: SlotHashes): boolean {
  return hashes.some(([path, sha256]) => hashOf(join(folder, path)) !== sha256);
}

/** Null for what is no regular file, and for one that the card does not give back. */
function hashOf(path: string): string | null {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if (!fstatSync(descriptor).isFile()) return null;
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) hash.update(chunk.subarray(0, read));
    return hash.digest('hex');
  } catch {
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
