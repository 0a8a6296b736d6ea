import { z } from 'zod';

/** What screens can show and the office may hand in. Told by the first bytes, never by a name. */
export const PictureType = z.enum(['image/jpeg', 'image/png', 'image/webp']);
export type PictureType = z.infer<typeof PictureType>;
/** Without a sound: a lobby is silent. */
export const FilmType = z.enum(['video/mp4', 'video/webm']);
export type FilmType = z.infer<typeof FilmType>;
export const MediaType = z.enum([...PictureType.options, ...FilmType.options]);
export type MediaType = z.infer<typeof MediaType>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const MOST_PICTURE_BYTES = 8 * 1_048_576;
/** Along one side, and together: what a small board can draw beside everything else it does. */
export const MOST_PICTURE_SIDE = 8_192;
export const MOST_PICTURE_PIXELS = 34_000_000;
export const MOST_FILM_BYTES = 64 * 1_048_576;
/** Along one side. How large, fast and demanding a film may be besides is for the cloud to say, by what the weakest board decodes (docs/adr/0026). */
export const MOST_FILM_SIDE = 1_920;
/** Three minutes as a player counts them: whoever stops a recording at 3:00 has a little more. */
export const MOST_FILM_MS = 180_999;
/** How many files an office's library holds, whatever their size: it is read as one list. */
export const MOST_MEDIA = 500;
/** All the media of one arrangement together. A screen has room for two arrangements, so that the next can arrive while one is shown. */
export const MOST_ARRANGEMENT_MEDIA_BYTES = 256 * 1_048_576;

/** A file of the library by what it is: the hash of its bytes. Whoever holds the bytes can tell whether they are these. */
export const PictureRef = z
  .strictObject({ sha256: Sha256, type: PictureType, bytes: z.int().positive().max(MOST_PICTURE_BYTES) })
  .meta({ id: 'PictureRef' });
export type PictureRef = z.infer<typeof PictureRef>;

/** How long it plays is known beforehand, so that a round can be reckoned without opening the file. */
export const FilmRef = z
  .strictObject({
    sha256: Sha256,
    type: FilmType,
    bytes: z.int().positive().max(MOST_FILM_BYTES),
    durationMs: z.int().positive().max(MOST_FILM_MS),
  })
  .meta({ id: 'FilmRef' });
export type FilmRef = z.infer<typeof FilmRef>;

export type MediaRef = PictureRef | FilmRef;

export function isFilm<Media extends { readonly type: MediaType }>(media: Media): media is Extract<Media, { readonly type: FilmType }> {
  return FilmType.safeParse(media.type).success;
}

/** The type that the first bytes tell; null for anything that is no picture and no film of ours. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | null {
  const begins = (signature: readonly number[], at = 0) => signature.every((byte, index) => bytes[at + index] === byte);
  if (begins([0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (begins([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  // RIFF, four bytes of length, WEBP.
  if (begins([0x52, 0x49, 0x46, 0x46]) && begins([0x57, 0x45, 0x42, 0x50], 8)) return 'image/webp';
  // A length, then ftyp.
  if (begins([0x66, 0x74, 0x79, 0x70], 4)) return 'video/mp4';
  if (begins([0x1a, 0x45, 0xdf, 0xa3])) return 'video/webm';
  return null;
}
