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

describe('the axis of time', () => {
  const hourMs = 3_600_000;
  const clock = (atMs: number) => new Date(atMs).toLocaleString('sv-SE', { timeZone: 'Europe/Athens' }).slice(5, 16);
  const ticks = (from: string, to: string, stepHours: number) =>
    timeTicks(Date.parse(from), Date.parse(to), stepHours * hourMs, 'Europe/Athens').map(clock);

  it('has full hours as the place has them', () => {
    expect(ticks('2026-01-10T10:30:00Z', '2026-01-11T00:00:00Z', 6)).toEqual(['01-10 18:00', '01-11 00:00']);
    expect(ticks('2026-01-10T10:00:00Z', '2026-01-10T16:00:00Z', 3)).toEqual(['01-10 12:00', '01-10 15:00', '01-10 18:00']);
  });
  it('has midnights before and after the clocks change', () => {
    expect(ticks('2026-03-27T12:00:00Z', '2026-03-31T12:00:00Z', 24)).toEqual(['03-28 00:00', '03-29 00:00', '03-30 00:00', '03-31 00:00']);
    expect(ticks('2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z', 24)).toEqual(['10-24 00:00', '10-25 00:00', '10-26 00:00', '10-27 00:00']);
    const weeks = ticks('2026-03-01T00:00:00Z', '2026-05-20T00:00:00Z', 7 * 24);
    expect(weeks.length).toBeGreaterThan(9);
    expect(weeks.filter((words) => !words.endsWith('00:00'))).toEqual([]);
  });
  it('has the hour after the one that is left out, and none twice', () => {
    expect(ticks('2026-03-28T22:00:00Z', '2026-03-29T06:30:00Z', 3)).toEqual(['03-29 00:00', '03-29 04:00', '03-29 06:00', '03-29 09:00']);
    expect(ticks('2026-10-24T21:00:00Z', '2026-10-25T07:00:00Z', 3)).toEqual(['10-25 00:00', '10-25 03:00', '10-25 06:00', '10-25 09:00']);
  });
});
