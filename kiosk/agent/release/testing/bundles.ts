import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { ReleaseTarget } from '@concierge/contract/release/manifest.ts';

/** A bundle in memory, right or wrong as a test wants it: the index is whatever it is told to be. */
export interface TestBundle {
  readonly bytes: Buffer;
  readonly target: Pick<ReleaseTarget, 'bytes' | 'sha256' | 'files' | 'unpackedBytes'>;
}

export type BundleContent = Readonly<Record<string, string | Buffer>>;

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Fit to be installed. The first file is the entry. */
export function aBundle(content: BundleContent): TestBundle {
  const paths = Object.keys(content).sort();
  const bodies = paths.map((path) => Buffer.from(content[path] ?? ''));
  return rawBundle(
    { entry: Object.keys(content)[0], files: paths.map((path, at) => entryOf(path, bodies[at] ?? Buffer.alloc(0))) },
    bodies,
  );
}

export function entryOf(path: string, body: Buffer | string, change: Record<string, unknown> = {}): Record<string, unknown> {
  return { path, bytes: Buffer.byteLength(body), sha256: sha256(body), executable: false, ...change };
}

/** Any index over any bytes; `target` says what an honest manifest would say of them. */
export function rawBundle(index: unknown, bodies: readonly Buffer[]): TestBundle {
  const json = Buffer.from(JSON.stringify(index));
  const body = brotliCompressSync(Buffer.concat(bodies), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const bytes = Buffer.concat([Buffer.from('NCBNDL01'), length, json, body]);
  const unpackedBytes = bodies.reduce((sum, one) => sum + one.length, 0);
  return { bytes, target: { bytes: bytes.length, sha256: sha256(bytes), files: bodies.length, unpackedBytes } };
}

/** Every file below a folder with its hash; anything that is no regular file by its kind. */
export function hashesBelow(folder: string, prefix = ''): Record<string, string> {
  return Object.assign(
    {},
    ...readdirSync(join(folder, prefix)).map((name) => {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const found = lstatSync(join(folder, path));
      if (found.isDirectory()) return hashesBelow(folder, path);
      return { [path]: found.isFile() ? sha256(readFileSync(join(folder, path))) : 'no regular file' };
    }),
  );
}
