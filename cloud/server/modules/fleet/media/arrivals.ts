import { createHash } from 'node:crypto';
import { type FilmType, isFilm, MOST_FILM_BYTES, MOST_PICTURE_BYTES, mediaTypeOf, type PictureType } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { FileStorage } from '#platform/files/file-storage.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { FilmFault } from './films/clean-film.ts';
import { bytesOfFilm, cleanFilm } from './films/film.ts';
import { cleanPicture, type PictureFault } from './pictures/picture.ts';
import { createPlaces } from './places.ts';

/** A file that was handed in, without what a screen does not need; let go, nothing of it stays, unless it was kept. */
export interface ArrivedMedia extends AsyncDisposable {
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly kind: { readonly type: PictureType; readonly durationMs: null } | { readonly type: FilmType; readonly durationMs: number };
  /** When it resolves with success the bytes are on disk under their hash. */
  keep(): Promise<Result<null, 'no-room'>>;
}

/** A film takes twice its size of the disk and minutes to come. */
const MOST_FILMS_AT_ONCE = { ofOffice: 3, ofAll: 12 } as const;
/** A picture is held in memory until it is stored: together a hundred megabytes of a replica that has five hundred. */
const MOST_PICTURES_AT_ONCE = { ofOffice: 4, ofAll: 12 } as const;
/** The largest picture over a line that carries half a megabit a second; a film has the whole time of its route. */
const PICTURE_WITHIN_MS = 120_000;
/** Enough to tell any type. */
const FIRST_BYTES = 12;

const pictureFaults: Readonly<Record<PictureFault, Failure>> = {
  'unknown-type': { code: 'media-unknown-type' },
  broken: { code: 'media-broken' },
  animated: { code: 'media-unknown-type' },
  'too-many-pixels': { code: 'media-too-large' },
};

const filmFaults: Readonly<Record<FilmFault, Failure>> = {
  'unknown-type': { code: 'media-unknown-type' },
  broken: { code: 'film-broken' },
  codec: { code: 'film-codec' },
  fragmented: { code: 'film-unfinished' },
  protected: { code: 'film-protected' },
  elsewhere: { code: 'film-broken' },
  'too-many-pixels': { code: 'film-too-large' },
  'too-demanding': { code: 'film-too-demanding' },
  'too-fast': { code: 'film-too-fast' },
  'too-large': { code: 'film-too-large' },
  'too-long': { code: 'film-too-long' },
};

const storageFaults = {
  'too-large': { code: 'film-too-large' },
  'no-room': { code: 'unavailable' },
  'cut-off': { code: 'bad-request' },
} as const satisfies Readonly<Record<string, Failure>>;

/** Takes in what people hand in: a picture in memory, a film through the disk, and each cleaned before anybody is told that it is here. */
export function createArrivals({ storage, nowMs }: { readonly storage: FileStorage; nowMs(): number }) {
  const pictures = createPlaces(MOST_PICTURES_AT_ONCE);
  const films = createPlaces(MOST_FILMS_AT_ONCE);

  async function picture(tenantId: string, chunks: AsyncIterable<Uint8Array>, untilMs: number): Promise<Result<ArrivedMedia, Failure>> {
    const place = pictures.take(tenantId);
    if (!place.ok) return place;
    using held = new DisposableStack();
    held.use(place.value);
    const gathered = await gather(chunks, { most: MOST_PICTURE_BYTES, inTime: () => nowMs() <= untilMs });
    if (!gathered.ok) return failure({ code: gathered.error });
    const cleaned = cleanPicture(gathered.value);
    if (!cleaned.ok) return failure(pictureFaults[cleaned.error]);
    const { type, width, height } = cleaned.value;
    const sha256 = createHash('sha256').update(cleaned.value.bytes).digest('hex');
    // It keeps its place until it is let go: until then its bytes are here.
    const keeps = held.move();
    return success({
      sha256,
      bytes: cleaned.value.bytes.length,
      width,
      height,
      kind: { type, durationMs: null },
      keep: () => storage.put(tenantId, sha256, cleaned.value.bytes),
      [Symbol.asyncDispose]: async () => keeps.dispose(),
    });
  }

  async function film(tenantId: string, chunks: AsyncIterable<Uint8Array>): Promise<Result<ArrivedMedia, Failure>> {
    const place = films.take(tenantId);
    if (!place.ok) return place;
    using _held = place.value;
    const received = await storage.receive(chunks, MOST_FILM_BYTES);
    if (!received.ok) return failure(storageFaults[received.error]);
    await using original = received.value;
    const cleaned = await cleanFilm(original);
    if (!cleaned.ok) return failure(filmFaults[cleaned.error]);
    // The hash is that of the film as it is kept, taken while it is written.
    const written = await storage.receive(bytesOfFilm(original, cleaned.value), MOST_FILM_BYTES);
    if (!written.ok) return failure(storageFaults[written.error]);
    const { type, width, height, durationMs } = cleaned.value;
    const { sha256, bytes } = written.value;
    return success({
      sha256,
      bytes,
      width,
      height,
      kind: { type, durationMs },
      keep: () => storage.keep(tenantId, written.value),
      [Symbol.asyncDispose]: () => written.value[Symbol.asyncDispose](),
    });
  }

  /** Reads no more of the file than it needs to refuse it. */
  return async (tenantId: string, chunks: AsyncIterable<Uint8Array>): Promise<Result<ArrivedMedia, Failure>> => {
    try {
      const untilMs = nowMs() + PICTURE_WITHIN_MS;
      const { first, all } = await peek(chunks);
      const type = mediaTypeOf(first);
      if (type === null) return failure({ code: 'media-unknown-type' });
      return await (isFilm({ type }) ? film(tenantId, all) : picture(tenantId, all, untilMs));
    } catch (error) {
      if (error instanceof CutOff) return failure(storageFaults['cut-off']);
      throw error;
    }
  };
}

/** Whoever sent it broke off. */
export class CutOff extends Error {}

/** The first bytes, and the whole as if nobody had looked. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{ first: Buffer; all: AsyncIterable<Uint8Array> }> {
  const coming = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < FIRST_BYTES) {
    const next = await coming.next();
    if (next.done === true) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* read;
    for (let next = await coming.next(); next.done !== true; next = await coming.next()) yield next.value;
  }
  return { first: Buffer.concat(read), all: all() };
}

/** The pieces of a file, in one stretch: a piece may be a single byte, and each would cost a hundred if it were kept. */
async function gather(
  chunks: AsyncIterable<Uint8Array>,
  { most, inTime }: { readonly most: number; inTime(): boolean },
): Promise<Result<Buffer, 'media-too-large' | 'media-too-slow'>> {
  let gathered = Buffer.allocUnsafe(FIRST_ROOM_BYTES);
  let bytes = 0;
  for await (const chunk of chunks) {
    if (!inTime()) return failure('media-too-slow');
    const needed = bytes + chunk.length;
    if (needed > most) return failure('media-too-large');
    if (needed > gathered.length) {
      const larger = Buffer.allocUnsafe(Math.min(most, Math.max(needed, 2 * gathered.length)));
      gathered.copy(larger, 0, 0, bytes);
      gathered = larger;
    }
    gathered.set(chunk, bytes);
    bytes = needed;
  }
  return success(gathered.subarray(0, bytes));
}

const FIRST_ROOM_BYTES = 65_536;
