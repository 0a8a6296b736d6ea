import { MOST_PICTURE_SIDE } from '@concierge/contract/media.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aJpeg, aPng, aWebp, extendedChunk, jpegSegment, losslessChunk, lossyChunk, pngChunk, webpChunk } from '../testing/pictures.ts';
import { orientationOf, orientationSegment } from './exif.ts';
import { cleanPicture } from './picture.ts';

const home = Buffer.from('Κυψέλης 12, 37.9977 N 23.7384 E', 'utf8');
const page = Buffer.from('<html><script>alert(1)</script>PK\x03\x04', 'latin1');
const ascii = (text: string, rest: Buffer = home) => Buffer.concat([Buffer.from(text, 'latin1'), rest]);

/** An Exif segment with a place and an orientation, in either byte order. */
function exif(orientation: number, order: 'II' | 'MM' = 'MM'): Buffer {
  const tiff = Buffer.alloc(8 + 2 + 2 * 12 + 4);
  const short = (value: number, at: number) => (order === 'II' ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  const long = (value: number, at: number) => (order === 'II' ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
  tiff.write(order, 'latin1');
  short(42, 2);
  long(8, 4);
  short(2, 8);
  short(0x8825, 10);
  short(4, 12);
  short(0x0112, 22);
  short(3, 24);
  long(1, 26);
  short(orientation, 30);
  return jpegSegment(0xe1, ascii('Exif\0\0', Buffer.concat([tiff, home])));
}

function cleaned(bytes: Uint8Array) {
  const result = cleanPicture(bytes);
  return result.ok ? result.value : result.error;
}

describe('a JPEG', () => {
  const plain = aJpeg({ width: 640, height: 480 });

  it('is as it was when there is nothing to take out', () => {
    expect(cleaned(plain)).toEqual({ type: 'image/jpeg', width: 640, height: 480, bytes: plain });
  });

  it.each<[string, Buffer]>([
    ['Exif without a turn', exif(1)],
    ['XMP', jpegSegment(0xe1, ascii('http://ns.adobe.com/xap/1.0/\0'))],
    ['IPTC', jpegSegment(0xed, ascii('Photoshop 3.0\0'))],
    ['a comment', jpegSegment(0xfe, home)],
    ['pictures of other apps', jpegSegment(0xe2, ascii('MPF\0'))],
    ['an unknown application', jpegSegment(0xe9, home)],
    ['an Adobe segment that is too short to be one', jpegSegment(0xee, ascii('Adobe', Buffer.alloc(2)))],
  ])('loses %s', (_what, segment) => {
    expect(cleaned(aJpeg({ width: 640, height: 480, extra: [segment] }))).toMatchObject({ bytes: plain });
  });

  it('keeps its colours, and of JFIF only that it is that', () => {
    const profile = jpegSegment(0xe2, ascii('ICC_PROFILE\0', Buffer.from([1, 1, 5, 5])));
    const adobe = jpegSegment(0xee, ascii('Adobe', Buffer.from([0, 100, 0, 0, 0, 0, 1])));
    const jfif = jpegSegment(0xe0, ascii('JFIF\0', Buffer.from([1, 2, 1, 0, 72, 0, 72, 1, 1, 9, 9, 9])));
    const result = cleaned(aJpeg({ width: 640, height: 480, extra: [jfif, profile, adobe] }));
    const bare = Buffer.from('ffe000104a46494600010100000100010000', 'hex');
    expect(result).toMatchObject({ bytes: aJpeg({ width: 640, height: 480, extra: [bare, profile, adobe] }) });
  });

  it.each([2, 3, 4, 5, 6, 7, 8])('stays upright: orientation %i is all that is left of its Exif', (orientation) => {
    for (const order of ['II', 'MM'] as const) {
      const result = cleaned(aJpeg({ width: 640, height: 480, extra: [exif(orientation, order)] }));
      const turned = orientation >= 5;
      expect(result).toMatchObject({ width: turned ? 480 : 640, height: turned ? 640 : 480 });
      expect(result).toMatchObject({ bytes: aJpeg({ width: 640, height: 480, extra: [orientationSegment(orientation)] }) });
    }
    expect(orientationOf(orientationSegment(orientation).subarray(10))).toBe(orientation);
  });

  it('is turned by its first Exif, as browsers do, where an editor has left a second one', () => {
    const result = cleaned(aJpeg({ width: 640, height: 480, extra: [exif(6), exif(1)] }));
    expect(result).toMatchObject({ width: 480, bytes: aJpeg({ width: 640, height: 480, extra: [orientationSegment(6)] }) });
    expect(cleaned(aJpeg({ width: 640, height: 480, extra: [exif(1), exif(6)] }))).toMatchObject({ bytes: plain });
  });

  it('ends where it ends: a page, an archive or a film behind it stays behind', () => {
    expect(cleaned(aJpeg({ width: 640, height: 480, behind: page }))).toMatchObject({ bytes: plain });
  });

  it.each<[string, Buffer]>([
    ['no frame', Buffer.from('ffd8ffd9', 'hex')],
    [
      'a frame and no picture',
      Buffer.concat([plain.subarray(0, 2), jpegSegment(0xc0, Buffer.from([8, 0, 9, 0, 9, 1, 1, 17, 0])), Buffer.from('ffd9', 'hex')]),
    ],
    ['no height', aJpeg({ width: 9, height: 0 })],
    [
      'twelve bits',
      Buffer.from(plain).fill(12, plain.indexOf(Buffer.from([0xff, 0xc0])) + 4, plain.indexOf(Buffer.from([0xff, 0xc0])) + 5),
    ],
    ['two frames', aJpeg({ extra: [jpegSegment(0xc2, Buffer.from([8, 0, 9, 0, 9, 1, 1, 17, 0]))] })],
    ['a lossless frame', aJpeg({ extra: [jpegSegment(0xc3, Buffer.from([8, 0, 9, 0, 9, 1, 1, 17, 0]))] })],
    ['a segment longer than the file', Buffer.from('ffd8ffe0ffff4a464946', 'hex')],
    ['a segment shorter than its length', Buffer.from('ffd8ffe00001ffd9', 'hex')],
    ['a text after its first bytes', Buffer.concat([Buffer.from('ffd8ff', 'hex'), page])],
  ])('is refused with %s', (_what, bytes) => expect(cleaned(bytes)).toBe('broken'));
});

describe('a PNG', () => {
  const plain = aPng({ width: 5, height: 4 });

  it('loses what is not the picture, and what is behind it', () => {
    expect(cleaned(plain)).toEqual({ type: 'image/png', width: 5, height: 4, bytes: plain });
    for (const name of ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'pHYs', 'acTL', 'fcTL', 'fdAT', 'vpAg'])
      expect(cleaned(aPng({ width: 5, height: 4, extra: [name] }))).toMatchObject({ bytes: plain });
    expect(cleaned(Buffer.concat([plain, page]))).toMatchObject({ bytes: plain });
  });

  it('keeps how its colours are meant, but no profile of any size', () => {
    expect(cleaned(aPng({ extra: ['gAMA', 'sRGB', 'iCCP'] }))).toMatchObject({ bytes: aPng({ extra: ['gAMA', 'sRGB', 'iCCP'] }) });
    const [head, rest] = [plain.subarray(0, 33), plain.subarray(33)];
    const large = Buffer.concat([head, pngChunk('iCCP', Buffer.alloc(300_000)), rest]);
    expect(cleaned(large)).toMatchObject({ bytes: plain });
  });

  it.each<[string, Buffer]>([
    ['a checksum that is wrong', Buffer.from(plain).fill(9, 20, 21)],
    ['a chunk nobody knows and nobody may skip', aPng({ extra: ['ABCD'] })],
    ['a name that is none', aPng({ extra: ['a<b>'] })],
    ['two headers', Buffer.concat([plain.subarray(0, 33), plain.subarray(8)])],
    [
      'data in two places',
      Buffer.concat([plain.subarray(0, -12), pngChunk('gAMA', Buffer.alloc(4)), pngChunk('IDAT', Buffer.alloc(4)), plain.subarray(-12)]),
    ],
    ['no data', Buffer.concat([plain.subarray(0, 33), plain.subarray(-12)])],
    ['no end', plain.subarray(0, -12)],
    ['no width', aPng({ width: 0 })],
  ])('is refused with %s', (_what, bytes) => expect(cleaned(bytes)).toBe('broken'));
});

describe('a WebP', () => {
  const plain = aWebp([lossyChunk(300, 200)]);
  const lossless = aWebp([losslessChunk(300, 200)]);

  it('keeps the picture, its transparency and its colours', () => {
    expect(cleaned(plain)).toEqual({ type: 'image/webp', width: 300, height: 200, bytes: plain });
    expect(cleaned(lossless)).toMatchObject({ width: 300, height: 200, bytes: lossless });
    const alpha = aWebp([extendedChunk(300, 200, 0x10), webpChunk('ALPH', Buffer.from([1, 2, 3])), lossyChunk(300, 200)]);
    expect(cleaned(alpha)).toMatchObject({ bytes: alpha });
    const profile = aWebp([extendedChunk(300, 200, 0x20), webpChunk('ICCP', Buffer.from([1, 2, 3])), lossyChunk(300, 200)]);
    expect(cleaned(profile)).toMatchObject({ bytes: profile });
  });

  it('loses Exif, XMP and what is behind it, and says no longer that it has them', () => {
    const full = aWebp([extendedChunk(300, 200, 0x0c), lossyChunk(300, 200), webpChunk('EXIF', home), webpChunk('XMP ', home)]);
    expect(cleaned(full)).toMatchObject({ bytes: plain });
    expect(cleaned(aWebp([webpChunk('LIES', home), lossyChunk(300, 200)]))).toMatchObject({ bytes: plain });
    expect(cleaned(Buffer.concat([plain, page]))).toMatchObject({ bytes: plain });
  });

  it.each<[string, Buffer, string]>([
    ['that moves', aWebp([extendedChunk(300, 200, 0x02), webpChunk('ANIM', Buffer.alloc(6))]), 'animated'],
    ['that moves and does not say so', aWebp([extendedChunk(300, 200, 0), webpChunk('ANMF', Buffer.alloc(16))]), 'animated'],
    ['of another size than its canvas', aWebp([extendedChunk(300, 201, 0), lossyChunk(300, 200)]), 'broken'],
    ['without a picture', aWebp([extendedChunk(300, 200, 0)]), 'broken'],
    ['that says it is longer', Buffer.from(plain).fill(0xff, 4, 5), 'broken'],
    ['whose picture is none', aWebp([webpChunk('VP8 ', page)]), 'broken'],
  ])('is refused %s', (_what, bytes, fault) => expect(cleaned(bytes)).toBe(fault));
});

describe('any file', () => {
  it.each([
    ['image/gif', Buffer.from('GIF89a', 'latin1')],
    ['image/svg+xml', Buffer.from('<svg/>')],
    ['image/avif', Buffer.from('\0\0\0\x1cftypavif', 'latin1')],
    ['video/mp4', Buffer.from('\0\0\0\x1cftypisom', 'latin1')],
    ['application/pdf', Buffer.from('%PDF-1.7')],
    ['half a signature', Buffer.from([0xff, 0xd8])],
  ])('of another type is none of ours: %s', (_type, bytes) => expect(cleaned(bytes)).toBe('unknown-type'));

  it('is not taken with more pixels than a screen can draw, whichever way it is turned', () => {
    expect(cleaned(aJpeg({ width: MOST_PICTURE_SIDE + 1, height: 1 }))).toBe('too-many-pixels');
    expect(cleaned(aWebp([losslessChunk(1, MOST_PICTURE_SIDE + 1)]))).toBe('too-many-pixels');
    expect(cleaned(aPng({ width: 4_294_967_295, height: 4_294_967_295, empty: true }))).toBe('too-many-pixels');
    expect(cleaned(aJpeg({ width: MOST_PICTURE_SIDE, height: 4_000 }))).toMatchObject({ width: MOST_PICTURE_SIDE });
    expect(cleaned(aJpeg({ width: MOST_PICTURE_SIDE, height: 5_000 }))).toBe('too-many-pixels');
  });

  const wholes: readonly Buffer[] = [
    aJpeg({ width: 64, height: 48, extra: [exif(6)] }),
    aPng({ width: 6, height: 6, extra: ['tEXt'] }),
    aWebp([extendedChunk(30, 20, 0x1c), webpChunk('ALPH', Buffer.from([1])), lossyChunk(30, 20), webpChunk('EXIF', home)]),
  ];

  it('cut anywhere before its picture ends is refused, or is the same picture', () => {
    for (const whole of wholes) {
      const clean = cleaned(whole);
      for (let bytes = 0; bytes < whole.length; bytes += 1) {
        const result = cleaned(whole.subarray(0, bytes));
        if (typeof result !== 'string') expect(result, `${bytes} of ${whole.length}`).toEqual(clean);
      }
    }
  });

  it('with any bytes changed is refused or comes out clean, and clean once is clean for ever', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...wholes),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        (whole, changes, behind) => {
          const bytes = Buffer.concat([whole, behind]);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const once = cleanPicture(bytes);
          if (!once.ok) return;
          const { value } = once;
          expect(value.bytes.length).toBeLessThanOrEqual(bytes.length + 64);
          expect(cleanPicture(value.bytes)).toEqual(once);
          expect(value.width * value.height).toBeGreaterThan(0);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('of bytes without sense is refused in time that grows with its length only', () => {
    for (const start of ['ffd8ff', '89504e470d0a1a0a', '52494646ffffff7f57454250'])
      expect(cleaned(Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(8 * 1_048_576, 0xff)]))).toBe('broken');
  });
});
