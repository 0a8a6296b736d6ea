import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress } from 'node:zlib';
import { type BundleFile, BundleIndex, encodeBundleHead, unpackedBytes } from '@concierge/contract/release/bundle.ts';
import type { ReleaseTarget } from '@concierge/contract/release/manifest.ts';

/** What a manifest says of a bundle. */
export type BundleFacts = Pick<ReleaseTarget, 'bytes' | 'sha256' | 'files' | 'unpackedBytes'>;

/**
 * Makes a bundle of all files below a folder, the same bytes for the same files. Without `to` it is only measured. Throws, with a sentence for people,
 * on whatever a device would refuse: links, devices, names that are no plain ASCII, too much of anything.
 */
export async function buildBundle(folder: string, entry: string, to: string | null): Promise<BundleFacts> {
  const index = await indexOf(folder, entry);
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  measured.write(encodeBundleHead(index));
  const into = (out: Writable): Promise<void> =>
    pipeline(bodiesOf(folder, index.files), createBrotliCompress({ params: compression }), measured, out);
  if (to === null) await into(nowhere());
  else await writeWhole(to, into);
  return { bytes, sha256: hash.digest('hex'), files: index.files.length, unpackedBytes: unpackedBytes(index.files) };
}

/** The window is the largest that every decoder takes. One step below the best quality is ten times as fast and one per cent larger. */
const compression = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };

async function indexOf(folder: string, entry: string): Promise<BundleIndex> {
  const files: BundleFile[] = [];
  for (const path of await pathsBelow(folder, '')) {
    const { size, mode } = await lstat(join(folder, path));
    files.push({ path, bytes: size, sha256: await hashOf(join(folder, path)), executable: (mode & 0o100) !== 0 });
  }
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  const checked = BundleIndex.safeParse({ entry, files });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const at = issue?.path[0] === 'files' && typeof issue.path[1] === 'number' ? `: ${files[issue.path[1]]?.path}` : '';
  throw new Error(`${folder} cannot be a release${at}: ${issue?.message}`);
}

async function pathsBelow(folder: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const found of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? found.name : `${prefix}/${found.name}`;
    if (found.isDirectory()) paths.push(...(await pathsBelow(folder, path)));
    else if (found.isFile()) paths.push(path);
    else throw new Error(`${path} in ${folder} is neither a file nor a folder, and a release holds nothing else.`);
  }
  return paths;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Throws when a file is no longer as it was in the index. */
async function* bodiesOf(folder: string, files: readonly BundleFile[]): AsyncGenerator<Buffer> {
  for (const { path, sha256 } of files) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, path))) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== sha256) throw new Error(`${path} in ${folder} changed while it was read.`);
  }
}

function nowhere(): Writable {
  return new Transform({ transform: (_chunk, _encoding, done) => done() }).resume();
}

/** After a failure nothing half made stays. */
async function writeWhole(to: string, into: (out: Writable) => Promise<void>): Promise<void> {
  const partial = `${to}.partial`;
  try {
    await into(createWriteStream(partial, { flush: true }));
    await rename(partial, to);
  } finally {
    await rm(partial, { force: true });
  }
}
