import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type MediaRef, mediaTypeOf, Sha256 } from '@concierge/contract/media.ts';

export const MEDIA_FOLDER = 'media';
const PART = '.part';
const FOLDER_MODE = 0o700;

/** A file that lies there, whatever its bytes are. */
export interface LyingFile {
  readonly sha256: string;
  /** Of a download that has not ended. */
  readonly isPart: boolean;
  readonly bytes: number;
  /** When an arrangement last named it. */
  readonly usedMs: number;
}

const CHUNK_BYTES = 131_072;

/** The bytes of a file of the library if they are those: size, hash and type. Null for anything else, also for what cannot be read. */
export async function readMediaFile(folder: string, media: MediaRef): Promise<Buffer | null> {
  const bytes = Buffer.allocUnsafe(media.bytes);
  return (await isMedia(join(folder, media.sha256), media, bytes)) ? bytes : null;
}

/** The same question without the bytes: an agent that looks after hundreds of megabytes holds none of them. */
export function isMediaFile(folder: string, media: MediaRef): Promise<boolean> {
  return isMedia(join(folder, media.sha256), media, null);
}

/** A film that was found to be the signed one, open to be read in pieces. */
export interface OpenFilm extends AsyncDisposable {
  readonly bytes: number;
  readonly type: string;
  /** The bytes from `at` on, at most `length` of them; fewer at the end. */
  read(at: number, length: number): Promise<Buffer>;
}

/**
 * Opens films. A whole one is held against its hash once, and then again only when the file is not the one that was looked at: a player asks for hundreds of pieces, and hashing 64 MB for each
 * would take all of a board. What turns on the card without a write is found by the look that the shelf takes every few hours.
 */
export function createFilmOpener(folder: string): (media: MediaRef) => Promise<OpenFilm | null> {
  const found = new Map<string, string>();
  return async (media) => {
    const path = join(folder, media.sha256);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
    if (file === null) return null;
    const { ino, size, mtimeMs } = await file.stat();
    const mark = `${ino} ${size} ${mtimeMs}`;
    if (found.get(media.sha256) !== mark) {
      found.delete(media.sha256);
      if (!(await isMedia(path, media, null))) {
        await file.close();
        return null;
      }
      if (found.size >= MOST_MARKS) found.clear();
      found.set(media.sha256, mark);
    }
    return {
      bytes: size,
      type: media.type,
      async read(at, length) {
        const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        return buffer.subarray(0, bytesRead);
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  };
}

/** More than an arrangement may name. */
const MOST_MARKS = 1_000;

/** Whether the part has become the whole file. */
export function isWholePart(folder: string, media: MediaRef): Promise<boolean> {
  return isMedia(partOf(folder, media.sha256), media, null);
}

/** A type that lies would be shown as another one than was looked at when it was handed in. `whole` is filled with the bytes. */
async function isMedia(path: string, media: MediaRef, whole: Buffer | null): Promise<boolean> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const found = await file.stat();
    if (!found.isFile() || found.size !== media.bytes) return false;
    const hash = createHash('sha256');
    const chunk = whole ?? Buffer.allocUnsafe(Math.min(CHUNK_BYTES, media.bytes));
    for (let at = 0; at < media.bytes; ) {
      const place = whole === null ? 0 : at;
      const { bytesRead } = await file.read(chunk, place, Math.min(CHUNK_BYTES, media.bytes - at, chunk.length - place), at);
      if (bytesRead === 0) return false;
      const read = chunk.subarray(place, place + bytesRead);
      if (at === 0 && mediaTypeOf(read) !== media.type) return false;
      hash.update(read);
      at += bytesRead;
    }
    return hash.digest('hex') === media.sha256;
  } catch {
    return false;
  }
}

export function partOf(folder: string, sha256: string): string {
  return join(folder, `${sha256}${PART}`);
}

export async function makeMediaFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
}

/** What lies in the folder; whatever is not named like a file of ours is thrown away. */
export async function lyingFiles(folder: string): Promise<LyingFile[]> {
  const files: LyingFile[] = [];
  for (const name of await readdir(folder)) {
    const isPart = name.endsWith(PART);
    const sha256 = isPart ? name.slice(0, -PART.length) : name;
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found === null) continue;
    if (Sha256.safeParse(sha256).success && found.isFile()) files.push({ sha256, isPart, bytes: found.size, usedMs: found.mtimeMs });
    else await rm(join(folder, name), { recursive: true, force: true });
  }
  return files;
}

/** Gives the part, whose bytes have been checked and are on disk, its name: after a power cut it has it or has it not. */
export async function keepPart(folder: string, sha256: string): Promise<void> {
  await rename(partOf(folder, sha256), join(folder, sha256));
  if (process.platform === 'win32') return;
  await using directory = await open(folder, 'r');
  await directory.sync();
}

export async function throwAway(folder: string, file: Pick<LyingFile, 'sha256' | 'isPart'>): Promise<void> {
  await rm(file.isPart ? partOf(folder, file.sha256) : join(folder, file.sha256), { recursive: true, force: true });
}

export async function noteUse(folder: string, sha256: string, atMs: number): Promise<void> {
  // A disk that takes no writes keeps an older date; the order is then a little wrong.
  await utimes(join(folder, sha256), atMs / 1_000, atMs / 1_000).catch(() => undefined);
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
