import type { FilmSource } from './clean-film.ts';

const WINDOW_BYTES = 65_536;

/** Small reads one after the other, out of larger ones. Null where the file does not hold so much. */
export function readThroughWindow(source: FilmSource): (at: number, length: number) => Promise<Buffer | null> {
  let window: { readonly at: number; readonly bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };
  return async (at, length) => {
    if (at < 0 || at + length > source.bytes) return null;
    if (at < window.at || at + length > window.at + window.bytes.length)
      window = { at, bytes: await source.read(at, Math.max(length, WINDOW_BYTES)) };
    const bytes = window.bytes.subarray(at - window.at, at - window.at + length);
    return bytes.length === length ? bytes : null;
  };
}
