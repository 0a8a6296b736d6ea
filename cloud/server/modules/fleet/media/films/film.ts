import { type FilmType, MOST_FILM_BYTES, MOST_FILM_MS, mediaTypeOf } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { CleanedFilm, CleanFilm, FilmFault, FilmPart, FilmSource } from './clean-film.ts';
import { cleanMp4 } from './mp4.ts';
import { cleanWebm } from './webm.ts';

const FIRST_BYTES = 12;

/**
 * The film without whatever a screen does not need. Its container is taken apart and a new one is made round the frames of its one picture track; only these are copied, so that place, camera,
 * titles, sound, and tracks that no player shows do not go on. Frames are not decoded. What does not parse is refused, and nothing is read that the file does not hold.
 */
export async function cleanFilm(source: FilmSource): Promise<Result<CleanFilm, FilmFault>> {
  const type = mediaTypeOf(await source.read(0, FIRST_BYTES));
  if (type !== 'video/mp4' && type !== 'video/webm') return failure('unknown-type');
  const cleaned = await cleaners[type](source);
  if (!cleaned.ok) return cleaned;
  const { durationMs, parts } = cleaned.value;
  if (durationMs > MOST_FILM_MS) return failure('too-long');
  if (durationMs < 1) return failure('broken');
  if (lengthOfParts(parts) > MOST_FILM_BYTES) return failure('too-large');
  return success({ type, ...cleaned.value });
}

const cleaners: { readonly [Type in FilmType]: (source: FilmSource) => Promise<Result<CleanedFilm, FilmFault>> } = {
  'video/mp4': cleanMp4,
  'video/webm': cleanWebm,
};

function lengthOfParts(parts: readonly FilmPart[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

const COPY_BYTES = 262_144;

/** The bytes of the cleaned film, a piece at a time. */
export async function* bytesOfFilm(source: FilmSource, { parts }: Pick<CleanFilm, 'parts'>): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (Buffer.isBuffer(part)) {
      yield part;
      continue;
    }
    for (let done = 0; done < part.length; ) {
      const piece = await source.read(part.at + done, Math.min(COPY_BYTES, part.length - done));
      if (piece.length === 0) throw new Error('the file has become shorter since it was looked at');
      done += piece.length;
      yield piece;
    }
  }
}
