import type { FilmType } from '@concierge/contract/media.ts';

/** Why a film is not taken. `codec` is one that screens do not play, `too-demanding` one of a level that they do not, `fragmented` a recording that was never finished, `elsewhere` one whose frames lie in another file. */
export type FilmFault =
  | 'unknown-type'
  | 'broken'
  | 'codec'
  | 'fragmented'
  | 'protected'
  | 'elsewhere'
  | 'too-many-pixels'
  | 'too-demanding'
  | 'too-fast'
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
