import { z } from 'zod';

/**
 * A bundle is what one kind of device downloads: twelve bytes (`NCBNDL01` and the length of the index, big-endian), the index as JSON, then one
 * Brotli stream (RFC 7932) of the files' bytes in the order of the index. It can say nothing but regular files: no link, device, owner or mode.
 */
export const BUNDLE_MAGIC = 'NCBNDL01';
export const BUNDLE_HEAD_BYTES = 12;

export const BUNDLE_LIMITS = {
  maxBundleBytes: 419_430_400,
  maxIndexBytes: 1_048_576,
  maxFiles: 4_000,
  maxUnpackedBytes: 1_073_741_824,
} as const;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Below the slot: plain ASCII names, so that no two spellings mean one file and none leads out. */
const BundlePath = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]{0,99}(\/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]{0,99}){0,15}$/);

const BundleFile = z.strictObject({
  path: BundlePath,
  bytes: z.int().nonnegative().max(BUNDLE_LIMITS.maxUnpackedBytes),
  sha256: Sha256,
  executable: z.boolean(),
});
export type BundleFile = z.infer<typeof BundleFile>;

export const BundleIndex = z
  .strictObject({
    /** The file that starts the program. */
    entry: BundlePath,
    files: z.array(BundleFile).min(1).max(BUNDLE_LIMITS.maxFiles),
  })
  .refine(({ files }) => files.every(({ path }, index) => index === 0 || (files[index - 1]?.path ?? '') < path), {
    error: 'files are sorted by path, each once',
  })
  .refine(({ files }) => noneInAnother(files), {
    error: 'no two paths mean one file, even where case does not count, and no file is a folder',
  })
  .refine(({ files }) => unpackedBytes(files) <= BUNDLE_LIMITS.maxUnpackedBytes, { error: 'the files are too large together' })
  .refine(({ entry, files }) => files.some(({ path }) => path === entry), { error: 'the entry is one of the files' });
export type BundleIndex = z.infer<typeof BundleIndex>;

export function unpackedBytes(files: readonly BundleFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The bundle's first bytes, up to the Brotli stream. Throws on an index that a device would refuse. */
export function encodeBundleHead(index: BundleIndex): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(BundleIndex.parse(index)));
  if (json.length > BUNDLE_LIMITS.maxIndexBytes) throw new RangeError('the index is longer than a device reads');
  const head = new Uint8Array(BUNDLE_HEAD_BYTES + json.length);
  head.set(new TextEncoder().encode(BUNDLE_MAGIC));
  new DataView(head.buffer).setUint32(BUNDLE_MAGIC.length, json.length);
  head.set(json, BUNDLE_HEAD_BYTES);
  return head;
}

function noneInAnother(files: readonly BundleFile[]): boolean {
  const paths = new Set(files.map(({ path }) => path.toLowerCase()));
  if (paths.size < files.length) return false;
  return files.every(({ path }) => foldersOf(path.toLowerCase()).every((folder) => !paths.has(folder)));
}

function foldersOf(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}
