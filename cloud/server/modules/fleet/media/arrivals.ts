import { createHash } from 'node:crypto';
import { type FilmType, isFilm, MOST_FILM_BYTES, MOST_PICTURE_BYTES, mediaTypeOf, type PictureType } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { FileStorage } from '#platform/files/file-storage.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { FilmFault } from './films/clean-film.ts';
import { bytesOfFilm, cleanFilm } from './films/film.ts';
import { cleanPicture, type PictureFault } from './pictures/picture.ts';

/** A file that was handed in, without what a screen does not need; let go, nothing of it stays, unless it was kept. */
export interface ArrivedMedia extends AsyncDisposable {
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly kind: { readonly type: PictureType; readonly durationMs: null } | { readonly type: FilmType; readonly durationMs: number };
  /** When it resolves with success the bytes are on disk under their hash. */
  keep(tenantId: string): Promise<Result<null, 'no-room'>>;
}

/** A film takes twice its size of the disk and minutes to come: so many at once, of one office and of all. */
const MOST_FILMS_AT_ONCE = { ofOffice: 3, ofAll: 12 } as const;
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
export function createArrivals(storage: FileStorage) {
  const filmsOnTheirWay = new Map<string, number>();

  async function picture(chunks: AsyncIterable<Uint8Array>): Promise<Result<ArrivedMedia, Failure>> {
    const bytes = await gather(chunks, MOST_PICTURE_BYTES);
    if (bytes === null) return failure({ code: 'media-too-large' });
    const cleaned = cleanPicture(bytes);
    if (!cleaned.ok) return failure(pictureFaults[cleaned.error]);
    const { type, width, height } = cleaned.value;
    const sha256 = createHash('sha256').update(cleaned.value.bytes).digest('hex');
    return success({
      sha256,
      bytes: cleaned.value.bytes.length,
      width,
      height,
      kind: { type, durationMs: null },
      keep: (tenantId) => storage.put(tenantId, sha256, cleaned.value.bytes),
      [Symbol.asyncDispose]: async () => undefined,
    });
  }

  async function film(chunks: AsyncIterable<Uint8Array>): Promise<Result<ArrivedMedia, Failure>> {
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
      keep: (tenantId) => storage.keep(tenantId, written.value),
      [Symbol.asyncDispose]: () => written.value[Symbol.asyncDispose](),
    });
  }

  async function oneOfFew(tenantId: string, work: () => Promise<Result<ArrivedMedia, Failure>>): Promise<Result<ArrivedMedia, Failure>> {
    const ofOffice = filmsOnTheirWay.get(tenantId) ?? 0;
    const ofAll = [...filmsOnTheirWay.values()].reduce((sum, count) => sum + count, 0);
    if (ofOffice >= MOST_FILMS_AT_ONCE.ofOffice || ofAll >= MOST_FILMS_AT_ONCE.ofAll) return failure({ code: 'too-many-requests' });
    filmsOnTheirWay.set(tenantId, ofOffice + 1);
    try {
      return await work();
    } finally {
      const left = (filmsOnTheirWay.get(tenantId) ?? 1) - 1;
      if (left === 0) filmsOnTheirWay.delete(tenantId);
      else filmsOnTheirWay.set(tenantId, left);
    }
  }

  /** Reads no more of the file than it needs to refuse it. */
  return async (tenantId: string, chunks: AsyncIterable<Uint8Array>): Promise<Result<ArrivedMedia, Failure>> => {
    try {
      const { first, all } = await peek(chunks);
      const type = mediaTypeOf(first);
      if (type === null) return failure({ code: 'media-unknown-type' });
      return await (isFilm({ type }) ? oneOfFew(tenantId, () => film(all)) : picture(all));
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

async function gather(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | null> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) return null;
    read.push(chunk);
  }
  return Buffer.concat(read);
}
