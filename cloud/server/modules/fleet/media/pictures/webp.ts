import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { CleanedPicture, PictureFault } from './picture.ts';

// WebP (RFC 9649): a RIFF container of chunks, each padded to an even length. VP8 and VP8L are the picture; VP8X comes first where there is more than that.

const HEADER_BYTES = 12;
const CHUNK_HEAD_BYTES = 8;
const FLAG = { animation: 0x02, alpha: 0x10, profile: 0x20 } as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

export function cleanWebp(bytes: Buffer): Result<CleanedPicture, PictureFault> {
  if (bytes.length < HEADER_BYTES) return failure('broken');
  const fileEnd = 8 + bytes.readUInt32LE(4);
  if (fileEnd > bytes.length) return failure('broken');
  let canvas: Size | null = null;
  let profile: Buffer | null = null;
  let alpha: Buffer | null = null;
  for (let at = HEADER_BYTES; at + CHUNK_HEAD_BYTES <= fileEnd; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const end = at + CHUNK_HEAD_BYTES + length;
    if (end > fileEnd) return failure('broken');
    const body = bytes.subarray(at + CHUNK_HEAD_BYTES, end);
    if (name === 'VP8X') {
      const flags = body[0] ?? 0;
      if (at !== HEADER_BYTES || length !== 10) return failure('broken');
      if ((flags & FLAG.animation) !== 0) return failure('animated');
      canvas = { width: 1 + body.readUIntLE(4, 3), height: 1 + body.readUIntLE(7, 3) };
    } else if (name === 'ANIM' || name === 'ANMF') return failure('animated');
    else if (name === 'ICCP' && canvas !== null) profile = chunk('ICCP', body);
    else if (name === 'ALPH' && canvas !== null) alpha = chunk('ALPH', body);
    else if (name === 'VP8 ' || name === 'VP8L') {
      const size = name === 'VP8L' ? losslessSize(body) : lossySize(body);
      if (size === null || (canvas !== null && (canvas.width !== size.width || canvas.height !== size.height))) return failure('broken');
      // Nothing that is shown stands behind the picture: Exif, XMP and whatever else ends here.
      return success({ ...size, bytes: file(size, profile, name === 'VP8L' ? null : alpha, chunk(name, body), name === 'VP8L') });
    }
    at = end + (length % 2);
  }
  return failure('broken');
}

function file(size: Size, profile: Buffer | null, alpha: Buffer | null, picture: Buffer, lossless: boolean): Buffer {
  const parts = profile === null && alpha === null ? [picture] : [extended(size, profile !== null, alpha !== null || lossless)];
  if (profile !== null) parts.push(profile);
  if (alpha !== null) parts.push(alpha);
  if (parts[0] !== picture) parts.push(picture);
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...parts]);
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), lengthOf(body.length), body]);
}

function extended({ width, height }: Size, hasProfile: boolean, hasAlpha: boolean): Buffer {
  const body = Buffer.alloc(10);
  body[0] = (hasProfile ? FLAG.profile : 0) | (hasAlpha ? FLAG.alpha : 0);
  body.writeUIntLE(width - 1, 4, 3);
  body.writeUIntLE(height - 1, 7, 3);
  return chunk('VP8X', body);
}

function chunk(name: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(name, 'latin1'), lengthOf(body.length), body, Buffer.alloc(body.length % 2)]);
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

/** RFC 6386, 9.1: a key frame, its start code, then width and height with a scale in their upper two bits. */
function lossySize(body: Buffer): Size | null {
  if (body.length < 10 || ((body[0] ?? 1) & 1) !== 0 || body.readUIntBE(3, 3) !== 0x9d012a) return null;
  const [width, height] = [body.readUInt16LE(6) & 0x3fff, body.readUInt16LE(8) & 0x3fff];
  return width > 0 && height > 0 ? { width, height } : null;
}

/** RFC 9649, 3.4: a signature, then width and height less one in fourteen bits each, and three bits of version that are 0. */
function losslessSize(body: Buffer): Size | null {
  if (body.length < 5 || body[0] !== 0x2f) return null;
  const bits = body.readUInt32LE(1);
  return bits >>> 29 === 0 ? { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) } : null;
}
