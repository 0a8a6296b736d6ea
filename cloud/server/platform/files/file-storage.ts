import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure, type Result, success } from '@concierge/kernel/result.ts';

/**
 * Where large files lie: each tenant's apart, each under the hash of its bytes, so that a file never changes. A port: this machine's disk is its one adapter, which several replicas can
 * share as a mounted folder; an object store can follow without anybody above noticing.
 */
export interface FileStorage {
  /** When it resolves with success the bytes are on disk. Storing what is there already changes nothing. */
  put(tenantId: string, sha256: string, bytes: Uint8Array): Promise<Result<null, 'no-room'>>;
  /** Null when there is no such file. `read` takes the first and the last byte wanted. */
  open(tenantId: string, sha256: string): Promise<{ readonly bytes: number; read(first: number, last: number): Promise<Readable> } | null>;
  remove(tenantId: string, sha256: string): Promise<void>;
}

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export function createFileStorage(folder: string): FileStorage {
  function pathOf(tenantId: string, sha256: string): string {
    if (!/^[0-9a-f-]{36}$/.test(tenantId) || !/^[0-9a-f]{64}$/.test(sha256)) throw new Error('a file is named by a tenant and a hash');
    return join(folder, tenantId, sha256.slice(0, 2), sha256.slice(2));
  }

  return {
    async put(tenantId, sha256, bytes) {
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('these bytes have another hash');
      const path = pathOf(tenantId, sha256);
      if ((await sizeOf(path)) === bytes.length) return success(null);
      const partial = `${path}.${randomUUID()}.partial`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
        await writeThrough(partial, bytes);
        await rename(partial, path);
        await syncFolder(dirname(path));
        return success(null);
      } catch (error) {
        await rm(partial, { force: true });
        if (isNoRoom(error)) return failure('no-room');
        throw error;
      }
    },

    async open(tenantId, sha256) {
      const path = pathOf(tenantId, sha256);
      const bytes = await sizeOf(path);
      if (bytes === null) return null;
      return {
        bytes,
        // Opened here, so that a file that has gone meanwhile is an error of this call and not of a reply that is under way.
        read: async (start, end) => (await open(path, 'r')).createReadStream({ start, end }),
      };
    },

    async remove(tenantId, sha256) {
      await rm(pathOf(tenantId, sha256), { force: true });
    },
  };
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
