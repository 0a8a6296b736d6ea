import { describe, expect, it } from 'vitest';
import { mean, median, medianRatio, percentile, slope } from './statistics.ts';

describe('percentile', () => {
  const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('takes the nearest rank at %d', (share, expected) => expect(percentile(oneToHundred, share)).toBe(expected));
  it('is the largest of a few values at 99 %', () => expect(percentile([3, 1, 2], 0.99)).toBe(3));
  it('refuses no values', () => expect(() => percentile([], 0.5)).toThrow('no values'));
});

describe('median', () => {
  it('is the middle', () => expect(median([9, 1, 5])).toBe(5));
  it('is the mean of two middles', () => expect(median([4, 1, 2, 100])).toBe(3));
  it('refuses no values', () => expect(() => median([])).toThrow('no values'));
});

describe('medianRatio', () => {
  it('pairs what was measured together, so a slow minute meets both', () =>
    expect(
      medianRatio([
        { ours: 50, baseline: 100 },
        { ours: 5, baseline: 10 },
        { ours: 80, baseline: 100 },
      ]),
    ).toBe(0.5));
  it('refuses a baseline of nothing', () => expect(() => medianRatio([{ ours: 1, baseline: 0 }])).toThrow('says nothing'));
});

describe('slope', () => {
  it('is exact on a line', () => expect(slope([0, 1, 2, 3].map((x) => ({ x, y: 7 + 2.5 * x })))).toBeCloseTo(2.5));
  it('is nought when flat', () => expect(slope([0, 1, 2].map((x) => ({ x, y: 4 })))).toBe(0));
  it('needs two points apart', () => expect(() => slope([{ x: 1, y: 1 }])).toThrow('two points'));
});

it('takes a mean', () => expect(mean([1, 2, 6])).toBe(3));
