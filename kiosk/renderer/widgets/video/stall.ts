/** A film that shows nothing new for so long is given up: with the way to the next scene nobody sees a dead picture for five seconds. */
export const STALLED_AFTER_MS = 3_000;

export interface Progress {
  /** When something new was seen last, by a clock that only counts. */
  readonly movedAtMs: number;
  readonly positionSeconds: number;
  /** How many frames have been drawn. */
  readonly frames: number;
}

/** What was seen of it now, against what was seen before. It moves when its time goes on; but time alone that never draws a frame is a decoder that fails in silence. */
export function progressed(
  before: Progress,
  now: { readonly atMs: number; readonly positionSeconds: number; readonly frames: number },
): Progress {
  const { positionSeconds, frames } = now;
  const moves = frames > before.frames || (frames > 0 && positionSeconds !== before.positionSeconds);
  return { movedAtMs: moves ? now.atMs : before.movedAtMs, positionSeconds, frames };
}

export function isStalled({ movedAtMs }: Progress, atMs: number): boolean {
  return atMs - movedAtMs >= STALLED_AFTER_MS;
}
