import { z } from 'zod';

/** What screens can show and the office may hand in. Told by the first bytes, never by a name. */
export const MediaType = z.enum(['image/jpeg', 'image/png', 'image/webp']);
export type MediaType = z.infer<typeof MediaType>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const MOST_MEDIA_BYTES = 8 * 1_048_576;
/** Along one side, and together: what a small board can draw beside everything else it does. */
export const MOST_MEDIA_SIDE = 8_192;
export const MOST_MEDIA_PIXELS = 34_000_000;
/** All the media of one arrangement together. A screen has room for two arrangements, so that the next can arrive while one is shown. */
export const MOST_ARRANGEMENT_MEDIA_BYTES = 256 * 1_048_576;

/** A file of the library by what it is: the hash of its bytes. Whoever holds the bytes can tell whether they are these. */
export const MediaRef = z
  .strictObject({ sha256: Sha256, type: MediaType, bytes: z.int().positive().max(MOST_MEDIA_BYTES) })
  .meta({ id: 'MediaRef' });
export type MediaRef = z.infer<typeof MediaRef>;

/** The type that the first bytes tell; null for anything that is no picture of ours. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | null {
  const begins = (signature: readonly number[], at = 0) => signature.every((byte, index) => bytes[at + index] === byte);
  if (begins([0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  // RIFF, four bytes of length, WEBP.
  if (begins([0x52, 0x49, 0x46, 0x46]) && begins([0x57, 0x45, 0x42, 0x50], 8)) return 'image/webp';
  return null;
}
