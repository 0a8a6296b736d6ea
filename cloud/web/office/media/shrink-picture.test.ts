import { MOST_PICTURE_BYTES } from '@concierge/contract/media.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shrunkPicture } from './shrink-picture.ts';

const MIB = 1_048_576;

interface Browser {
  /** What its encoders write; asked for anything else it writes PNG, as the HTML standard says. */
  readonly encodes: readonly string[];
  readonly bytesOf: Readonly<Record<string, number>>;
  readonly width?: number;
  readonly height?: number;
  /** Of each pixel that it draws. */
  readonly alpha?: number;
}

/** A browser's canvas, which no test of this kind has; the journey of the pictures asks a real one. */
function inBrowser({ encodes, bytesOf, width = 4_032, height = 504, alpha = 255 }: Browser): { sides: () => readonly number[] } {
  let drawn: readonly number[] = [];
  const canvas = {
    width: 0,
    height: 0,
    getContext: () => ({
      drawImage: (_picture: unknown, _left: number, _top: number, ...sides: number[]) => (drawn = sides),
      getImageData: (_left: number, _top: number, columns: number, rows: number) => ({
        data: new Uint8ClampedArray(columns * rows * 4).fill(alpha),
      }),
    }),
    toBlob: (done: (blob: Blob | null) => void, wanted: string) => {
      const type = encodes.includes(wanted) ? wanted : 'image/png';
      done(new Blob([new Uint8Array(bytesOf[type] ?? 0)], { type }));
    },
  };
  vi.stubGlobal('createImageBitmap', async () => ({ width, height, close: () => undefined }));
  vi.stubGlobal('document', { createElement: () => canvas });
  return { sides: () => drawn };
}
afterEach(() => void vi.unstubAllGlobals());

const aFile = (type: string, bytes: number) => new Blob([new Uint8Array(bytes)], { type });
const told = ({ type, size }: Blob) => [type, size];
const chromium = ['image/webp', 'image/jpeg'];
const safari = ['image/jpeg'];
const sizes = { 'image/png': 18 * MIB, 'image/webp': 2 * MIB, 'image/jpeg': 3 * MIB };

describe('shrunkPicture', () => {
  it('is no larger than a glass, and WebP where the browser writes it', async () => {
    const browser = inBrowser({ encodes: chromium, bytesOf: sizes });
    expect(told(await shrunkPicture(aFile('image/jpeg', 5 * MIB)))).toEqual(['image/webp', 2 * MIB]);
    expect(browser.sides()).toEqual([3_840, 480]);
  });

  it('is a JPEG where the browser answers with PNG instead: a telephone’s photograph is not made too large', async () => {
    inBrowser({ encodes: safari, bytesOf: sizes });
    expect(told(await shrunkPicture(aFile('image/jpeg', 5 * MIB)))).toEqual(['image/jpeg', 3 * MIB]);
    expect(told(await shrunkPicture(aFile('image/png', 20 * MIB)))).toEqual(['image/jpeg', 3 * MIB]);
  });

  it('stays PNG there when one can see through it, which no JPEG can say', async () => {
    inBrowser({ encodes: safari, bytesOf: { ...sizes, 'image/png': 4 * MIB }, alpha: 128 });
    expect(told(await shrunkPicture(aFile('image/png', 6 * MIB)))).toEqual(['image/png', 4 * MIB]);
  });

  it('is the original when that is smaller and may be sent', async () => {
    const original = aFile('image/jpeg', MIB);
    inBrowser({ encodes: chromium, bytesOf: sizes });
    expect(await shrunkPicture(original)).toBe(original);
    // As it is, this one would be refused.
    inBrowser({ encodes: chromium, bytesOf: sizes, width: 9_000, height: 1_000 });
    expect((await shrunkPicture(original)).type).toBe('image/webp');
  });

  it('is made anew when it has too many bytes, however few pixels', async () => {
    const browser = inBrowser({ encodes: chromium, bytesOf: sizes, width: 3_000, height: 2_000 });
    expect((await shrunkPicture(aFile('image/png', MOST_PICTURE_BYTES + 1))).type).toBe('image/webp');
    expect(browser.sides()).toEqual([3_000, 2_000]);
    const small = aFile('image/png', MOST_PICTURE_BYTES);
    expect(await shrunkPicture(small)).toBe(small);
  });

  it('is the original where the canvas took no picture: a telephone without memory draws nothing, and says nothing', async () => {
    inBrowser({ encodes: safari, bytesOf: sizes, alpha: 0 });
    const photograph = aFile('image/jpeg', 5 * MIB);
    expect(await shrunkPicture(photograph)).toBe(photograph);
  });

  it('is the original when the browser reads no such picture', async () => {
    vi.stubGlobal('createImageBitmap', async () => Promise.reject(new Error('not decoded')));
    const broken = aFile('image/jpeg', 40);
    expect(await shrunkPicture(broken)).toBe(broken);
  });
});
