import { PictureType } from '@concierge/contract/media.ts';

/** No glass has more pixels along a side. */
const MOST_SIDE = 3_840;
const QUALITY = 0.88;

/**
 * The picture no larger than a screen can show: a phone's photograph is sent in seconds, and drawn by a small board without effort. What is small enough, or what
 * this browser cannot read, stays as it is, and the cloud says what is wrong with it.
 */
export async function shrunkPicture(file: Blob): Promise<Blob> {
  if (!PictureType.safeParse(file.type).success) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return file;
  try {
    const scale = MOST_SIDE / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const drawing = canvas.getContext('2d');
    if (drawing === null) return file;
    drawing.imageSmoothingQuality = 'high';
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const shrunk = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', QUALITY));
    return shrunk ?? file;
  } finally {
    picture.close();
  }
}
