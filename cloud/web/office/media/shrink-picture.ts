import { MOST_PICTURE_BYTES, MOST_PICTURE_PIXELS, MOST_PICTURE_SIDE, PictureType } from '@concierge/contract/media.ts';

/** No glass has more pixels along a side. A square of it is smaller than the largest canvas of a telephone, 16,777,216 pixels. */
const MOST_SIDE = 3_840;
const QUALITY = 0.88;
/** How many lines of pixels are looked at in one go, so that a telephone need not hold the picture twice. */
const STRIP = 64;

/**
 * The picture no larger than a screen can show: a phone's photograph is sent in seconds, and drawn by a small board without effort. What is small enough, or what
 * this browser cannot read, stays as it is, and the cloud says what is wrong with it.
 */
export async function shrunkPicture(file: Blob): Promise<Blob> {
  if (!PictureType.safeParse(file.type).success) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return file;
  const canvas = document.createElement('canvas');
  try {
    const { width, height } = picture;
    const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
    if (scale === 1 && file.size <= MOST_PICTURE_BYTES) return file;
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const drawing = canvas.getContext('2d', { willReadFrequently: true });
    if (drawing === null) return file;
    drawing.imageSmoothingQuality = 'high';
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const isOpaque = isOpaqueOn(drawing, canvas);
    // A canvas that had no memory for the picture is empty, and says nothing.
    if (file.type === 'image/jpeg' && !isOpaque) return file;
    const shrunk = await encoded(canvas, isOpaque);
    const mayBeSent =
      file.size <= MOST_PICTURE_BYTES && Math.max(width, height) <= MOST_PICTURE_SIDE && width * height <= MOST_PICTURE_PIXELS;
    return shrunk === null || (mayBeSent && shrunk.size >= file.size) ? file : shrunk;
  } finally {
    picture.close();
    // Safari keeps a canvas's memory until its next sweep, and has little of it.
    canvas.width = 0;
    canvas.height = 0;
  }
}

/** As WebP. A browser that does not write it answers with PNG, many times as large: then as JPEG, unless one can see through the picture. */
async function encoded(canvas: HTMLCanvasElement, isOpaque: boolean): Promise<Blob | null> {
  const written = async (type: PictureType) => new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  const first = await written('image/webp');
  return first?.type === 'image/webp' || !isOpaque ? first : written('image/jpeg');
}

function isOpaqueOn(drawing: CanvasRenderingContext2D, { width, height }: HTMLCanvasElement): boolean {
  for (let top = 0; top < height; top += STRIP) {
    const { data } = drawing.getImageData(0, top, width, Math.min(STRIP, height - top));
    for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  }
  return true;
}
