import { randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

export function pngChunk(name: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  return Buffer.concat([uint32(body.length), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

interface PngParts {
  readonly width?: number;
  readonly height?: number;
  /** Names of chunks that stand before the picture's data. */
  readonly extra?: readonly string[];
  /** With pixels that do not compress. */
  readonly noise?: boolean;
  /** Without pixels, for one that is only said to be large. */
  readonly empty?: boolean;
}

/** A greyscale PNG. */
export function aPng({ width = 2, height = 2, extra = [], noise = false, empty = false }: PngParts): Buffer {
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 0, 0, 0, 0])]);
  const rows = empty
    ? []
    : Array.from({ length: height }, () => Buffer.concat([Buffer.alloc(1), noise ? randomBytes(width) : Buffer.alloc(width, 0x80)]));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...extra.map((name) => pngChunk(name, Buffer.from('Taken at home by a resident', 'latin1'))),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function jpegSegment(marker: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

interface JpegParts {
  readonly width?: number;
  readonly height?: number;
  /** Segments after the beginning. */
  readonly extra?: readonly Buffer[];
  /** What follows the end. */
  readonly behind?: Buffer;
  readonly noise?: boolean;
}

/** What a JPEG file is made of, in their order; its picture is no picture, because nothing here decodes one. */
export function aJpeg({ width = 2, height = 2, extra = [], behind = Buffer.alloc(0), noise = false }: JpegParts): Buffer {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  const data = noise ? randomBytes(2_000).map((byte) => (byte === 0xff ? 0 : byte)) : Buffer.from('12ff00ffd0345678', 'hex');
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...extra,
    jpegSegment(0xdb, Buffer.alloc(65, 1)),
    jpegSegment(0xc0, frame),
    jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    data,
    Buffer.from([0xff, 0xd9]),
    behind,
  ]);
}

export function webpChunk(name: string, body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(name, 'latin1'), length, body, Buffer.alloc(body.length % 2)]);
}

export function aWebp(chunks: readonly Buffer[]): Buffer {
  return webpChunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]));
}

export function lossyChunk(width: number, height: number): Buffer {
  const body = Buffer.alloc(20, 7);
  body.set([0, 0, 0, 0x9d, 0x01, 0x2a]);
  body.writeUInt16LE(width, 6);
  body.writeUInt16LE(height, 8);
  return webpChunk('VP8 ', body);
}

export function losslessChunk(width: number, height: number): Buffer {
  const body = Buffer.alloc(9, 3);
  body[0] = 0x2f;
  body.writeUInt32LE((width - 1) | ((height - 1) << 14), 1);
  return webpChunk('VP8L', body);
}

export function extendedChunk(width: number, height: number, flags: number): Buffer {
  const body = Buffer.alloc(10);
  body[0] = flags;
  body.writeUIntLE(width - 1, 4, 3);
  body.writeUIntLE(height - 1, 7, 3);
  return webpChunk('VP8X', body);
}
