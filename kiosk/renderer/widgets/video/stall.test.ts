import { describe, expect, it } from 'vitest';
import { isStalled, type Progress, progressed, STALLED_AFTER_MS } from './stall.ts';

/** Whether it is given up, and when, if this is what is seen of it every half second. */
function givenUpAtMs(seen: readonly { positionSeconds: number; frames: number }[]): number | null {
  let progress: Progress = { movedAtMs: 0, positionSeconds: 0, frames: 0 };
  for (const [index, now] of seen.entries()) {
    const atMs = (index + 1) * 500;
    progress = progressed(progress, { atMs, ...now });
    if (isStalled(progress, atMs)) return atMs;
  }
  return null;
}
const halfSeconds = (count: number, at: (index: number) => { positionSeconds: number; frames: number }) =>
  Array.from({ length: count }, (_, index) => at(index + 1));

describe('a film', () => {
  it.each<[string, number | null, ReturnType<typeof halfSeconds>]>([
    ['that plays is left alone', null, halfSeconds(40, (index) => ({ positionSeconds: index / 2, frames: index * 12 }))],
    ['that never begins is given up', STALLED_AFTER_MS, halfSeconds(40, () => ({ positionSeconds: 0, frames: 0 }))],
    [
      'whose time passes without a frame is given up',
      STALLED_AFTER_MS,
      halfSeconds(40, (index) => ({ positionSeconds: index / 2, frames: 0 })),
    ],
    [
      'that stops in the middle is given up then',
      2_000 + STALLED_AFTER_MS,
      halfSeconds(40, (index) => ({ positionSeconds: Math.min(index, 4) / 2, frames: Math.min(index, 4) })),
    ],
    ['that begins again is left alone', null, halfSeconds(40, (index) => ({ positionSeconds: (index % 4) / 2, frames: index }))],
    [
      'of one picture in ten seconds is left alone',
      null,
      halfSeconds(40, (index) => ({ positionSeconds: index / 2, frames: 1 + Math.floor(index / 20) })),
    ],
  ])('%s', (_what, expected, seen) => expect(givenUpAtMs(seen)).toBe(expected));
});
