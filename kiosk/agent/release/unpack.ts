import { createHash, type Hash } from 'node:crypto';
import { constants, mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import {
  BUNDLE_HEAD_BYTES,
  BUNDLE_LIMITS,
  BUNDLE_MAGIC,
  type BundleFile,
  BundleIndex,
  unpackedBytes,
} from '@concierge/contract/release/bundle.ts';
import type { ReleaseTarget } from '@concierge/contract/release/manifest.ts';
import type { InstallRefusal } from '@concierge/contract/release/outcome.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { diskFault } from '../download/disk-fault.ts';
import { syncFolder } from './slots.ts';

export type UnpackFault = Extract<InstallRefusal, 'bundle-malformed' | 'disk-full' | 'disk-failing'>;

/** What the signed manifest says of the bundle and of what comes out. */
export type SignedBundle = Pick<ReleaseTarget, 'sha256' | 'files' | 'unpackedBytes'>;

/**
 * Writes a bundle's files into an empty folder and returns their index. Names, sizes and number are checked before the first byte is written, each
 * file's hash while it is, and the whole bundle's once more; no more is unpacked than the index says. On success all is on disk; on failure the folder
 * holds what is to be thrown away.
 */
export async function unpackBundle(bundle: string, into: string, signed: SignedBundle): Promise<Result<BundleIndex, UnpackFault>> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(bundle, constants.O_RDONLY | constants.O_NOFOLLOW);
    const head = await readHead(handle);
    if (head === null) return failure('bundle-malformed');
    const { index, bytes } = head;
    // The disk may have changed what was right when it arrived, and no file's hash covers the names in the index.
    const hash = createHash('sha256').update(bytes);
    if (index.files.length !== signed.files || unpackedBytes(index.files) !== signed.unpackedBytes) return failure('bundle-malformed');

    const folders = makeFolders(into, index.files);
    const decoder = createBrotliDecompress();
    // An error of either ends the loop that reads the decoder, which reports it.
    pipeline(handle.createReadStream({ start: bytes.length, autoClose: false }), hashed(hash), decoder, () => undefined);
    if (!(await writeFiles(decoder, into, index.files)) || hash.digest('hex') !== signed.sha256) return failure('bundle-malformed');
    // A file's name is durable only when its folder is, a folder's when the one around it is.
    for (const folder of folders.reverse()) syncFolder(folder);
    return success(index);
  } catch (error) {
    return failure(isDecoderError(error) ? 'bundle-malformed' : diskFault(error));
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

async function readHead(handle: FileHandle): Promise<{ index: BundleIndex; bytes: Buffer } | null> {
  const start = await readExactly(handle, 0, BUNDLE_HEAD_BYTES);
  if (start?.toString('latin1', 0, BUNDLE_MAGIC.length) !== BUNDLE_MAGIC) return null;
  const length = start.readUInt32BE(BUNDLE_MAGIC.length);
  const json = length > BUNDLE_LIMITS.maxIndexBytes ? null : await readExactly(handle, BUNDLE_HEAD_BYTES, length);
  const index = json === null ? null : BundleIndex.safeParse(jsonOrUndefined(json));
  return json !== null && index?.success === true ? { index: index.data, bytes: Buffer.concat([start, json]) } : null;
}

function hashed(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer | null> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return bytesRead === length ? buffer : null;
}

/** Every folder of the index, outer before inner. */
function makeFolders(into: string, files: readonly BundleFile[]): string[] {
  const folders = new Set([into]);
  for (const { path } of files) {
    const inner: string[] = [];
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) inner.unshift(join(into, folder));
    for (const folder of inner) folders.add(folder);
  }
  const inOrder = [...folders].sort((left, right) => left.length - right.length);
  for (const folder of inOrder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return inOrder;
}

/** Whether exactly the files of the index came out. */
async function writeFiles(stream: AsyncIterable<unknown>, into: string, files: readonly BundleFile[]): Promise<boolean> {
  const incoming = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  async function nextBytes(atMost: number): Promise<Buffer | null> {
    if (rest.length === 0) {
      const { done, value } = await incoming.next();
      if (done === true || !Buffer.isBuffer(value)) return null;
      rest = value;
    }
    const taken = rest.subarray(0, atMost);
    rest = rest.subarray(taken.length);
    return taken;
  }
  try {
    for (const file of files) {
      if (!(await writeFile(join(into, file.path), file, nextBytes))) return false;
    }
    return (await nextBytes(1)) === null;
  } finally {
    // Ends the decoder, too, when a file was refused half way.
    await incoming.return?.();
  }
}

async function writeFile(path: string, file: BundleFile, nextBytes: (atMost: number) => Promise<Buffer | null>): Promise<boolean> {
  const handle = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    file.executable ? 0o700 : 0o600,
  );
  try {
    const hash = createHash('sha256');
    for (let missing = file.bytes; missing > 0; ) {
      const chunk = await nextBytes(missing);
      if (chunk === null) return false;
      for (let written = 0; written < chunk.length; ) written += (await handle.write(chunk, written)).bytesWritten;
      hash.update(chunk);
      missing -= chunk.length;
    }
    if (hash.digest('hex') !== file.sha256) return false;
    await handle.sync();
    return true;
  } finally {
    await handle.close();
  }
}

/** As Node names what zlib and Brotli say of bytes that are none of theirs. */
function isDecoderError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ERR__ERROR_)/.test(String(error.code));
}
