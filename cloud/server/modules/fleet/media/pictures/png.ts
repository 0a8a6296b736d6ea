import { crc32 } from 'node:zlib';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { CleanedPicture, PictureFault } from './picture.ts';

// PNG (W3C, third edition), section 5: a signature, then chunks of length, name, data and checksum.

const SIGNATURE_BYTES = 8;
const FRAME_BYTES = 12;
/** The picture and how its colours are meant. The chunks of an animation are not among them: it stands still at its first frame. */
const KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'iCCP', 'cICP']);
/** A colour profile is compressed: one that is larger than any real one is left out rather than unpacked by a screen. */
const MOST_PROFILE_BYTES = 262_144;
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

export function cleanPng(bytes: Buffer): Result<CleanedPicture, PictureFault> {
  const kept: Buffer[] = [bytes.subarray(0, SIGNATURE_BYTES)];
  let size: { width: number; height: number } | null = null;
  let data: 'before' | 'within' | 'after' = 'before';
  for (let at = SIGNATURE_BYTES; ; ) {
    if (at + FRAME_BYTES > bytes.length) return failure('broken');
    const end = at + FRAME_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.length) return failure('broken');
    const chunk = bytes.subarray(at, end);
    const name = chunk.toString('latin1', 4, 8);
    const body = chunk.subarray(8, -4);
    if (!/^[A-Za-z]{4}$/.test(name) || crc32(chunk.subarray(4, -4)) !== bytes.readUInt32BE(end - 4)) return failure('broken');
    if ((size === null) !== (name === 'IHDR')) return failure('broken');
    if (name === 'IHDR') {
      size = headerSize(body);
      if (size === null) return failure('broken');
    }
    if (name === 'IDAT' && data === 'after') return failure('broken');
    if (name === 'IDAT') data = 'within';
    else if (data === 'within') data = 'after';
    // Its first letter says whether a picture can be drawn without the chunk.
    if (!KEPT.has(name) && /^[A-Z]/.test(name)) return failure('broken');
    if (KEPT.has(name) && !(name === 'iCCP' && body.length > MOST_PROFILE_BYTES)) kept.push(chunk);
    at = end;
    if (name === 'IEND') break;
  }
  if (size === null || data === 'before') return failure('broken');
  return success({ ...size, bytes: Buffer.concat(kept) });
}

function headerSize(body: Buffer): { width: number; height: number } | null {
  if (body.length !== 13) return null;
  const [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
  const [depth = 0, colour = -1, compression, filter, interlace = 2] = body.subarray(8);
  const known = DEPTHS[colour]?.includes(depth) === true && compression === 0 && filter === 0 && interlace <= 1;
  return known && width > 0 && height > 0 ? { width, height } : null;
}
