import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure, type Result, success } from '@concierge/kernel/result.ts';

/**
 * Where large files lie: each tenant's apart, each under the hash of its bytes, so that a file never changes. A port: this machine's disk is its one adapter, which several replicas can
 * share as a mounted folder; an object store can follow without anybody above noticing.
 */
export interface FileStorage {
  /** When it resolves with success the bytes are on disk. What is there already is read again, and written anew where it is not what it was. */
  put(tenantId: string, sha256: string, bytes: Uint8Array): Promise<Result<null, 'no-room'>>;
  /**
   * Takes in a file whose bytes come one after the other, too many to hold: it lies aside, without a name, until it is kept or let go. `cut-off` when whoever sends it breaks off.
   */
  receive(chunks: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Result<ArrivingFile, 'too-large' | 'no-room' | 'cut-off'>>;
  /** Gives a file that has arrived its name. When it resolves with success the bytes are on disk, as with `put`. */
  keep(tenantId: string, file: ArrivingFile): Promise<Result<null, 'no-room'>>;
  /** Null when there is no such file. `read` takes the first and the last byte wanted. */
  open(tenantId: string, sha256: string): Promise<{ readonly bytes: number; read(first: number, last: number): Promise<Readable> } | null>;
  remove(tenantId: string, sha256: string): Promise<void>;
}

/** All of its bytes are here; let go, it is gone, unless it was kept. */
export interface ArrivingFile extends AsyncDisposable {
  readonly sha256: string;
  readonly bytes: number;
  /** The bytes from `at` on: `length` of them, fewer only at its end. */
  read(at: number, length: number): Promise<Buffer>;
}

/** No tenant has such a name. */
const ARRIVING_FOLDER = 'arriving';
/** What has been lying there so long was left by a process that was ended. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export function createFileStorage(folder: string): FileStorage {
  function pathOf(tenantId: string, sha256: string): string {
    if (!/^[0-9a-f-]{36}$/.test(tenantId) || !/^[0-9a-f]{64}$/.test(sha256)) throw new Error('a file is named by a tenant and a hash');
    return join(folder, tenantId, sha256.slice(0, 2), sha256.slice(2));
  }

  /** Where the files that are on their way lie; only files made here can be kept. */
  const arriving = new WeakMap<ArrivingFile, { readonly path: string; readonly handle: FileHandle }>();

  return {
    async receive(chunks, mostBytes) {
      await mkdir(join(folder, ARRIVING_FOLDER), { recursive: true, mode: FOLDER_MODE });
      await forgetAbandoned(join(folder, ARRIVING_FOLDER));
      const path = join(folder, ARRIVING_FOLDER, randomUUID());
      const handle = await open(path, 'wx+', FILE_MODE);
      const letGo = async () => {
        await handle.close();
        await rm(path, { force: true });
      };
      try {
        const received = await writeChunks(handle, chunks, mostBytes);
        if (!received.ok) {
          await letGo();
          return received;
        }
        const file: ArrivingFile = {
          ...received.value,
          read: async (at, length) => readFrom(handle, at, length),
          [Symbol.asyncDispose]: letGo,
        };
        arriving.set(file, { path, handle });
        return success(file);
      } catch (error) {
        await letGo();
        if (isNoRoom(error)) return failure('no-room');
        throw error;
      }
    },

    async keep(tenantId, file) {
      const path = pathOf(tenantId, file.sha256);
      const from = arriving.get(file);
      if (from === undefined) throw new Error('this file has not arrived here');
      if (await isWhole(path, file)) return success(null);
      try {
        await from.handle.sync();
        await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
        await rename(from.path, path);
        await syncFolder(dirname(path));
        return success(null);
      } catch (error) {
        if (isNoRoom(error)) return failure('no-room');
        throw error;
      }
    },

    async put(tenantId, sha256, bytes) {
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('these bytes have another hash');
      const path = pathOf(tenantId, sha256);
      if (await isWhole(path, { sha256, bytes: bytes.length })) return success(null);
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

async function writeChunks(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<Result<{ sha256: string; bytes: number }, 'too-large' | 'cut-off'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const coming = chunks[Symbol.asyncIterator]();
  for (;;) {
    // Apart from the writes, so that a sender's failure is not taken for the disk's.
    const next = await coming.next().catch(() => null);
    if (next === null) return failure('cut-off');
    if (next.done === true) return success({ sha256: hash.digest('hex'), bytes });
    const chunk = next.value;
    if (bytes + chunk.length > mostBytes) return failure('too-large');
    for (let written = 0; written < chunk.length; )
      written += (await handle.write(chunk, written, chunk.length - written, bytes + written)).bytesWritten;
    hash.update(chunk);
    bytes += chunk.length;
  }
}

async function readFrom(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, at + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

async function forgetAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another replica may do the same at this moment.
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
  }
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

/** Whether these bytes are on the disk: a disk that turns one of them keeps their number, and then every device refuses what it fetches. */
async function isWhole(path: string, file: { readonly sha256: string; readonly bytes: number }): Promise<boolean> {
  if ((await sizeOf(path)) !== file.bytes) return false;
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex') === file.sha256;
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
