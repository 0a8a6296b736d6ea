import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** Every name there is below the folder of releases; nothing else is looked for. */
const NAMES = /^(root\/[1-9]\d{0,5}\.jws|[1-9]\d{0,8}\/(manifest|timestamp)\.jws|[1-9]\d{0,8}\/(x64|arm64)-(electron|chromium)\.bundle)$/;

/** So many devices download from one replica at once; the others ask again a little later. */
const MAX_OPEN = 200;

/** The files of releases as devices fetch them. */
export interface ReleaseFiles {
  /** `busy` when too many are being read; null when there is no such file. Whoever gets one must read or close it. */
  open(name: string): Promise<ReleaseFile | 'busy' | null>;
}

export interface ReleaseFile {
  readonly bytes: number;
  readonly etag: string;
  /** Said anew every day or two; all else never changes under its name. */
  readonly changes: boolean;
  /** From the first of these bytes to the last; closes the file at its end. */
  read(from: number, to: number): Readable;
  close(): Promise<void>;
}

/** `signedOf` gives what the cloud itself signed last for a release, which goes before the file that was published; null where it signed none. */
export function createReleaseFiles(folder: string, signedOf: (sequence: number) => Promise<string | null>): ReleaseFiles {
  let opened = 0;

  async function openTimestamp(name: string): Promise<ReleaseFile | null> {
    // A database that is away must not take what lies on the disk along.
    const signed = await signedOf(Number.parseInt(name, 10)).catch(() => null);
    return signed === null ? openNamed(name) : inMemory(Buffer.from(signed));
  }

  async function openNamed(name: string): Promise<ReleaseFile | null> {
    const handle = await openPlain(join(folder, name));
    if (handle === null) return null;
    const found = await handle.stat();
    if (!found.isFile()) {
      await handle.close();
      return null;
    }
    opened += 1;
    let closed = false;
    const gone = (): void => {
      if (!closed) opened -= 1;
      closed = true;
    };
    return {
      bytes: found.size,
      etag: `"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`,
      changes: name.endsWith('/timestamp.jws'),
      read: (from, to) => handle.createReadStream({ start: from, end: to, highWaterMark: 262_144 }).once('close', gone),
      async close() {
        gone();
        await handle.close();
      },
    };
  }

  return {
    async open(name) {
      if (!NAMES.test(name)) return null;
      if (opened >= MAX_OPEN) return 'busy';
      return name.endsWith('/timestamp.jws') ? openTimestamp(name) : openNamed(name);
    },
  };
}

function inMemory(bytes: Buffer): ReleaseFile {
  return {
    bytes: bytes.length,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    changes: true,
    read: (from, to) => Readable.from([bytes.subarray(from, to + 1)]),
    close: async () => undefined,
  };
}

/** Null when nothing of that name can be read. */
async function openPlain(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}
