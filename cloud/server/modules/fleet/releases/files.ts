import { createHash } from 'node:crypto';
import { constants, type ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** Every name there is below the folder of releases; nothing else is looked for. */
const NAMES = /^(root\/[1-9]\d{0,5}\.jws|[1-9]\d{0,8}\/(manifest|timestamp)\.jws|[1-9]\d{0,8}\/(x64|arm64)-(electron|chromium)\.bundle)$/;

/** A statement is read whole: nobody has to wait for one, and nobody keeps it open. */
const MAX_STATEMENT_BYTES = 65_536;

/** What bundles may be read from one replica. Whoever is turned away, or cut off, goes on a little later from where it was. */
export interface DownloadLimits {
  readonly open: number;
  /** Of one line: the screens of an office behind one address take turns, and a stranger takes nobody else's place. */
  readonly openOfLine: number;
  /** Whoever takes less within a window only holds a place. It is less than the worst line brings that a release comes over within the six hours that a device gives it. */
  readonly leastBytes: number;
  readonly windowMs: number;
}

const LIMITS: DownloadLimits = { open: 200, openOfLine: 20, leastBytes: 393_216, windowMs: 60_000 };

/** The files of releases as devices fetch them. */
export interface ReleaseFiles {
  /** For somebody on that line. `busy` when too many bundles are being read; null when there is no such file. Whoever gets one must read or close it. */
  open(name: string, line: string): Promise<ReleaseFile | 'busy' | null>;
}

export interface ReleaseFile {
  readonly bytes: number;
  readonly etag: string;
  /** Said anew every day or two; all else never changes under its name. */
  readonly changes: boolean;
  /** From the first of these bytes to the last; closes the file at its end, and breaks off when too little is taken. */
  read(from: number, to: number): Readable;
  close(): Promise<void>;
}

/** `signedOf` gives what the cloud itself signed last for a release, which goes before the file that was published; null where it signed none. */
export function createReleaseFiles(
  folder: string,
  signedOf: (sequence: number) => Promise<string | null>,
  limits: DownloadLimits = LIMITS,
): ReleaseFiles {
  let opened = 0;
  const openedOf = new Map<string, number>();

  function take(line: string): void {
    opened += 1;
    openedOf.set(line, (openedOf.get(line) ?? 0) + 1);
  }

  function giveBack(line: string): void {
    opened -= 1;
    const left = (openedOf.get(line) ?? 0) - 1;
    if (left > 0) openedOf.set(line, left);
    else openedOf.delete(line);
  }

  async function openTimestamp(name: string): Promise<ReleaseFile | null> {
    // A database that is away must not take what lies on the disk along.
    const signed = await signedOf(Number.parseInt(name, 10)).catch(() => null);
    return signed === null ? openStatement(name) : inMemory(Buffer.from(signed), true);
  }

  async function openStatement(name: string): Promise<ReleaseFile | null> {
    const handle = await openPlain(join(folder, name));
    if (handle === null) return null;
    try {
      const found = await handle.stat();
      if (!found.isFile() || found.size > MAX_STATEMENT_BYTES) return null;
      return inMemory(await handle.readFile(), name.endsWith('/timestamp.jws'));
    } finally {
      await handle.close();
    }
  }

  async function openBundle(name: string, line: string): Promise<ReleaseFile | 'busy' | null> {
    if (opened >= limits.open || (openedOf.get(line) ?? 0) >= limits.openOfLine) return 'busy';
    take(line);
    let closed = false;
    const gone = (): void => {
      if (!closed) giveBack(line);
      closed = true;
    };
    const handle = await openPlain(join(folder, name));
    const found = await handle?.stat();
    if (handle === null || found?.isFile() !== true) {
      gone();
      await handle?.close();
      return null;
    }
    return {
      bytes: found.size,
      etag: `"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`,
      changes: false,
      read: (from, to) =>
        breakOffWhenSlow(handle.createReadStream({ start: from, end: to, highWaterMark: 131_072 }).once('close', gone), limits),
      async close() {
        gone();
        await handle.close();
      },
    };
  }

  return {
    async open(name, line) {
      if (!NAMES.test(name)) return null;
      if (name.endsWith('.bundle')) return openBundle(name, line);
      return name.endsWith('/timestamp.jws') ? openTimestamp(name) : openStatement(name);
    },
  };
}

function breakOffWhenSlow(stream: ReadStream, { leastBytes, windowMs }: DownloadLimits): Readable {
  let before = 0;
  const watch = setInterval(() => {
    if (stream.bytesRead - before < leastBytes) stream.destroy(new Error('too little was taken of a release'));
    before = stream.bytesRead;
  }, windowMs).unref();
  return stream.once('close', () => clearInterval(watch));
}

function inMemory(bytes: Buffer, changes: boolean): ReleaseFile {
  return {
    bytes: bytes.length,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    changes,
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
