import { MOST_PICTURE_PIXELS, MOST_PICTURE_SIDE, mediaTypeOf, PictureType } from '@concierge/contract/media.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { cleanJpeg } from './jpeg.ts';
import { cleanPng } from './png.ts';
import { cleanWebp } from './webp.ts';

export type PictureFault = 'unknown-type' | 'broken' | 'animated' | 'too-many-pixels';

/** A picture that says nothing but itself: no place, no camera, no name, and nothing behind its end. */
export interface CleanPicture {
  readonly type: PictureType;
  /** As it is seen. */
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

export type CleanedPicture = Pick<CleanPicture, 'width' | 'height' | 'bytes'>;

/**
 * The picture without whatever a screen does not need. It is taken apart and put together again from the parts that are known, so that what is not known
 * (where it was taken, a second file behind its end, a chunk of another program) does not go on; its pixels are never decoded here. What does not parse is refused.
 */
export function cleanPicture(bytes: Uint8Array): Result<CleanPicture, PictureFault> {
  const type = PictureType.safeParse(mediaTypeOf(bytes));
  if (!type.success) return failure('unknown-type');
  const cleaned = cleaners[type.data](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (!cleaned.ok) return cleaned;
  const { width, height } = cleaned.value;
  if (Math.max(width, height) > MOST_PICTURE_SIDE || width * height > MOST_PICTURE_PIXELS) return failure('too-many-pixels');
  return success({ type: type.data, ...cleaned.value });
}

const cleaners: { readonly [Type in PictureType]: (bytes: Buffer) => Result<CleanedPicture, PictureFault> } = {
  'image/jpeg': cleanJpeg,
  'image/png': cleanPng,
  'image/webp': cleanWebp,
};
