import { describe, expect, it } from 'vitest';
import { hearRun, type Takeover, twinsSinceMs, WITHIN_MS } from './rules.ts';

const heard = (runs: string, everyMs = 1_000) =>
  runs.split('').reduce<readonly Takeover[]>((before, run, index) => hearRun(before, run, index * everyMs), []);

describe('two machines with one identity', () => {
  it.each([
    ['one that loses its connection often', 'AAAAAA', false],
    ['one whose program starts again and again', 'ABCDEFGHIJKL', false],
    ['one that was started anew and once heard late', 'ABA', false],
    ['a message of before that a broker brings again', 'ABAAAA', false],
    ['two in turns', 'ABAB', true],
    ['two of which one starts anew in between', 'ABACA', true],
    ['three in turns', 'ABCABC', true],
    ['two, each for a while', 'AAABBBAAABBB', true],
  ])('%s', (_what, runs, twins) => {
    expect(twinsSinceMs(heard(runs)) !== null).toBe(twins);
  });

  it('counts only what is of now, and says since when', () => {
    expect(twinsSinceMs(heard('ABAB', WITHIN_MS / 2))).toBeNull();
    expect(twinsSinceMs(heard('ABAB', WITHIN_MS / 4))).toBe(0);
  });

  it('keeps a bounded number of them', () => {
    expect(heard('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 1)).toHaveLength(12);
  });
});
