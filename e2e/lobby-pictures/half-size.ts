import { PNG } from 'pngjs';

/**
 * The picture at half its size, each pixel the mean of four. Which pixels of a letter's edge are grey depends on the browser's version and on
 * the machine's fonts library; a mean of four hardly does.
 */
export function halfSize(picture: Buffer): Buffer {
  const full = PNG.sync.read(picture);
  const half = new PNG({ width: full.width >> 1, height: full.height >> 1, colorType: 2 });
  const rowBytes = full.width * 4;
  for (let y = 0; y < half.height; y += 1) {
    for (let x = 0; x < half.width; x += 1) {
      const from = 2 * y * rowBytes + 8 * x;
      const to = (y * half.width + x) * 4;
      for (let channel = 0; channel < 4; channel += 1) {
        const sum = [0, 4, rowBytes, rowBytes + 4].reduce((total, offset) => total + (full.data[from + offset + channel] ?? 0), 0);
        half.data[to + channel] = (sum + 2) >> 2;
      }
    }
  }
  return PNG.sync.write(half, { colorType: 2, deflateLevel: 9 });
}

/** Wide enough that the edges of letters drown in it. */
const TILE_PX = 30;

/** The largest difference between the mean colours of two pictures' tiles, in steps of 255: a ground that is a little too white is seen here. */
export function largestTileDifference(one: Buffer, other: Buffer): number {
  const [first, second] = [PNG.sync.read(one), PNG.sync.read(other)];
  if (first.width !== second.width || first.height !== second.height) return 255;
  let largest = 0;
  for (let top = 0; top + TILE_PX <= first.height; top += TILE_PX) {
    for (let left = 0; left + TILE_PX <= first.width; left += TILE_PX) {
      const sums = [0, 0, 0];
      for (let y = top; y < top + TILE_PX; y += 1) {
        for (let at = (y * first.width + left) * 4; at < (y * first.width + left + TILE_PX) * 4; at += 4) {
          for (const [channel, sum] of sums.entries())
            sums[channel] = sum + (first.data[at + channel] ?? 0) - (second.data[at + channel] ?? 0);
        }
      }
      largest = Math.max(largest, ...sums.map((sum) => Math.abs(sum) / TILE_PX ** 2));
    }
  }
  return largest;
}
