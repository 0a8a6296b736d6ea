import { decodePresenceToken } from '@concierge/contract/qr-token.ts';
import jsqr from 'jsqr';

export interface ReadCode {
  readonly url: string;
  readonly slot: number;
  readonly mac: Uint8Array;
}

/** What a phone reads of a code on the glass; null when it reads none of ours. */
export type CodeReader = (path: string) => ReadCode | null;

const QUIET_ZONE = 4;
const PIXELS_PER_MODULE = 3;
const KEPT = 64;

/** Reads codes as a phone does, from pixels, and remembers the last few. */
export function createCodeReader(): CodeReader {
  const known = new Map<string, ReadCode | null>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const code = read(path);
    if (known.size >= KEPT) for (const oldest of [...known.keys()].slice(0, 1)) known.delete(oldest);
    known.set(path, code);
    return code;
  };
}

function read(path: string): ReadCode | null {
  const picture = drawn(path);
  if (picture === null) return null;
  const url = jsqr.default(picture.pixels, picture.side, picture.side)?.data;
  const token = decodePresenceToken(url?.slice(url.lastIndexOf('/') + 1) ?? '');
  return url === undefined || token === null ? null : { url, slot: token.slot, mac: token.mac };
}

/** The pixels of a path of runs, `M3 0h7v1h-7z`, dark on light. */
function drawn(path: string): { pixels: Uint8ClampedArray; side: number } | null {
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
  }));
  if (runs.length === 0) return null;
  const modules = Math.max(...runs.map(({ x, width }) => x + width));
  const side = (modules + 2 * QUIET_ZONE) * PIXELS_PER_MODULE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const { x, y, width } of runs) {
    for (let row = 0; row < PIXELS_PER_MODULE; row += 1) {
      const from = ((y + QUIET_ZONE) * PIXELS_PER_MODULE + row) * side + (x + QUIET_ZONE) * PIXELS_PER_MODULE;
      for (let pixel = from; pixel < from + width * PIXELS_PER_MODULE; pixel += 1) pixels.fill(0, pixel * 4, pixel * 4 + 3);
    }
  }
  return { pixels, side };
}
