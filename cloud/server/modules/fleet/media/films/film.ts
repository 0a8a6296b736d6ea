import { type FilmType, MOST_FILM_BYTES, MOST_FILM_MS, MOST_FILM_SIDE, mediaTypeOf } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { cleanMp4 } from './mp4.ts';
import { cleanWebm } from './webm.ts';

/** Why a film is not taken. `codec` is one that screens do not play, `fragmented` a recording that was never finished, `elsewhere` one whose frames lie in another file. */
export type FilmFault =
  | 'unknown-type'
  | 'broken'
  | 'codec'
  | 'fragmented'
  | 'protected'
  | 'elsewhere'
  | 'too-many-pixels'
  | 'too-long'
  | 'too-large';

/** A file that lies somewhere and is read in pieces: a film is never whole in memory. */
export interface FilmSource {
  readonly bytes: number;
  /** The bytes from `at` on: `length` of them, fewer only at the end of the file. */
  read(at: number, length: number): Promise<Buffer>;
}

/** A piece of the cleaned film: bytes made here, or a stretch of the file that came. */
export type FilmPart = Buffer | { readonly at: number; readonly length: number };

/** A silent film that says nothing but itself, as the pieces it is put together from. */
export interface CleanFilm {
  readonly type: FilmType;
  /** As it is seen. */
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
  readonly parts: readonly FilmPart[];
}

export type CleanedFilm = Omit<CleanFilm, 'type'>;

/** More than three minutes at a hundred frames a second. */
export const MOST_FRAMES = 22_000;
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
  const { width, height, durationMs, parts } = cleaned.value;
  if (Math.max(width, height) > MOST_FILM_SIDE) return failure('too-many-pixels');
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
