export const PIXEL_SHIFT_PX = 8;

/** Eight places round a square and its middle, no two neighbours far apart, so that the step of a minute is not noticed. */
const PLACES = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const;

/** Where the picture stands in this minute, so that still lines do not burn in. */
export function pixelShiftAt(nowMs: number): { xPx: number; yPx: number } {
  const [x, y] = PLACES[Math.floor(nowMs / 60_000) % PLACES.length] ?? PLACES[0];
  return { xPx: x * PIXEL_SHIFT_PX, yPx: y * PIXEL_SHIFT_PX };
}
