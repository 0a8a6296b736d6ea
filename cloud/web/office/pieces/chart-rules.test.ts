import { describe, expect, it } from 'vitest';
import { nearest, niceTicks, periodsOf, timeTicks, unbroken } from './chart-rules.ts';

describe('the lines behind a chart', () => {
  it.each([
    [41.2, 63.8, [40, 50, 60, 70]],
    [0, 1, [0, 0.5, 1]],
    [50, 50, [40, 60]],
    [0, 0, [0, 0.5]],
    [-7, 12, [-10, 0, 10, 20]],
    [2_900, 3_050, [2_900, 2_950, 3_000, 3_050]],
    [0.1, 0.3, [0.1, 0.2, 0.3]],
  ])('from %d to %d', (least, most, ticks) => {
    const found = niceTicks(least, most);
    expect(found[0]).toBeLessThanOrEqual(least);
    expect(found.at(-1)).toBeGreaterThanOrEqual(most);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.length).toBeLessThanOrEqual(6);
    if (least !== most) expect(found).toEqual(ticks);
  });
});

it('draws nothing where nothing was measured', () => {
  const points = [0, 5, 10, 30, 35, 90].map((atMs) => ({ atMs, value: 1 }));
  expect(unbroken(points, 5).map((piece) => piece.map((point) => point.atMs))).toEqual([[0, 5, 10], [30, 35], [90]]);
  expect(unbroken([], 5)).toEqual([]);
});

it('tells what went on from step to step as one period, which lasts to the end of its last step', () => {
  expect(periodsOf([5, 10, 15, 40], 5)).toEqual([
    { fromMs: 5, toMs: 20 },
    { fromMs: 40, toMs: 45 },
  ]);
  expect(periodsOf([], 5)).toEqual([]);
});

it('finds the point under the pointer', () => {
  const points = [0, 5, 30].map((atMs) => ({ atMs, value: 1 }));
  expect([-9, 2, 4, 20, 99].map((atMs) => nearest(points, atMs))).toEqual([0, 0, 1, 2, 2]);
});

it('labels full hours as the place has them', () => {
  const hourMs = 3_600_000;
  expect(timeTicks(10.5 * hourMs, 24 * hourMs, 6 * hourMs, 2 * hourMs).map((ms) => ms / hourMs)).toEqual([16, 22]);
});
