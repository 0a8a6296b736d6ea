import type { Truth } from '../world/truth.ts';
import type { Invariant } from './invariant.ts';
import { BLANK_LIMIT_MS } from './never-blank.ts';

const STANDING_SCENES: ReadonlySet<string | null> = new Set(['safe', 'starting', 'unclaimed']);

/** A kiosk that said it holds a building shows it: the safe scene instead would be true, and useless. */
export function neverIdle(truth: Truth): Invariant {
  return {
    name: 'never idle',
    rule: `A device that told that it holds content in force shows it; another scene at most for ${BLANK_LIMIT_MS / 1_000} s.`,
    graceMs: BLANK_LIMIT_MS,
    see({ reading, trueMs }) {
      const held = truth.reportedContent();
      if (held === null || held.expiresAtMs <= trueMs || !STANDING_SCENES.has(reading.scene)) return [];
      return [{ key: 'idle', says: `the scene is ${reading.scene}, though the device holds content ${held.sequence}` }];
    },
  };
}

/** Every change of the page was looked at: a soak that misses some proves less than it says. */
export function nothingMissed(): Invariant {
  return {
    name: 'nothing missed',
    rule: 'Every change of the page was read, however short it lasted.',
    graceMs: 0,
    see: ({ reading }) => (reading.lost > 0 ? [{ key: `lost ${reading.lost}`, says: `${reading.lost} changes were not looked at` }] : []),
  };
}
