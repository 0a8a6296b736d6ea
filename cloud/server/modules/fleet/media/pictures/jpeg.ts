import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { orientationOf, orientationSegment } from './exif.ts';
import type { CleanedPicture, PictureFault } from './picture.ts';

// ITU-T T.81 (JPEG), annex B: markers, each but a few with a length and that many bytes; after SOS the picture itself, in which FF is followed by 00 or a restart.

const MARKER = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  dri: 0xdd,
  dht: 0xc4,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  comment: 0xfe,
} as const;
/** Baseline, extended and progressive, all Huffman: what browsers draw. */
const FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
/** A JFIF segment that says only that it is one: version 1.1, no density, no thumbnail. */
const JFIF = Buffer.from('ffe000104a46494600010100000100010000', 'hex');
const ICC = Buffer.from('ICC_PROFILE\0', 'latin1');
const EXIF = Buffer.from('Exif\0\0', 'latin1');
const ADOBE_BYTES = 12;

export function cleanJpeg(bytes: Buffer): Result<CleanedPicture, PictureFault> {
  const kept: Buffer[] = [];
  let jfif = false;
  /** Of the first Exif, as browsers take it. */
  let said: number | null = null;
  let size: { width: number; height: number } | null = null;
  let scans = 0;
  let at = 2;
  for (;;) {
    if (bytes[at] !== 0xff) return failure('broken');
    // Any number of FF may stand before a marker (B.1.1.2).
    while (bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1];
    if (marker === undefined) return failure('broken');
    if (marker === MARKER.eoi) break;
    const length = at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : 0;
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return failure('broken');
    const segment = bytes.subarray(at, end);
    const body = segment.subarray(4);
    at = end;
    if (FRAMES.includes(marker)) {
      const found = frameSize(body);
      if (found === null || size !== null) return failure('broken');
      size = found;
      kept.push(segment);
    } else if (marker === MARKER.sos) {
      if (size === null) return failure('broken');
      const scanEnd = endOfScan(bytes, end);
      if (scanEnd === null) return failure('broken');
      scans += 1;
      kept.push(segment, bytes.subarray(end, scanEnd));
      at = scanEnd;
    } else if (marker === MARKER.dqt || marker === MARKER.dht || marker === MARKER.dri) kept.push(segment);
    else if (marker === MARKER.app0) jfif ||= begins(body, Buffer.from('JFIF\0', 'latin1'));
    else if (marker === MARKER.app1 && begins(body, EXIF)) said ??= orientationOf(body.subarray(EXIF.length)) ?? 1;
    else if (marker === MARKER.app2 && begins(body, ICC)) kept.push(segment);
    else if (marker === MARKER.app14 && begins(body, Buffer.from('Adobe', 'latin1')) && body.length >= ADOBE_BYTES)
      // How the colours are meant; without it they come out wrong.
      kept.push(Buffer.from([0xff, MARKER.app14, 0, ADOBE_BYTES + 2]), body.subarray(0, ADOBE_BYTES));
    else if (!((marker >= MARKER.app0 && marker <= 0xef) || marker === MARKER.comment)) return failure('broken');
  }
  if (size === null || scans === 0) return failure('broken');
  const orientation = said ?? 1;
  const turned = orientation >= 5;
  return success({
    width: turned ? size.height : size.width,
    height: turned ? size.width : size.height,
    bytes: Buffer.concat([
      Buffer.from([0xff, MARKER.soi]),
      ...(jfif ? [JFIF] : []),
      // A phone writes the picture as its sensor lies and says how to turn it: without that word the lobby would see it on its side.
      ...(orientation === 1 ? [] : [orientationSegment(orientation)]),
      ...kept,
      Buffer.from([0xff, MARKER.eoi]),
    ]),
  });
}

/** Eight bits a sample, one, three or four components, a height that is known from the beginning. */
function frameSize(body: Buffer): { width: number; height: number } | null {
  const components = body[5] ?? 0;
  if (body.length !== 6 + 3 * components || body[0] !== 8 || ![1, 3, 4].includes(components)) return null;
  const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)];
  return width > 0 && height > 0 ? { width, height } : null;
}

/** Where the marker stands that ends the picture's bytes; null when none does. */
function endOfScan(bytes: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) return null;
    const inside = next === 0x00 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!inside) return at;
  }
  return null;
}

function begins(body: Buffer, signature: Buffer): boolean {
  return body.subarray(0, signature.length).equals(signature);
}
