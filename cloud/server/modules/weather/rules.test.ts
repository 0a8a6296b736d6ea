import { describe, expect, it } from 'vitest';
import { askAgainInMs, beaufortOf, retryInMs, SHOWN_FOR_MS, skyOf, weatherFact, windFromOf } from './rules.ts';

describe('beaufortOf', () => {
  // Each force at its least and its most speed, by the table of the WMO.
  it.each([
    [0, 0, 0],
    [1, 1, 5],
    [2, 6, 11],
    [3, 12, 19],
    [4, 20, 28],
    [5, 29, 38],
    [6, 39, 49],
    [7, 50, 61],
    [8, 62, 74],
    [9, 75, 88],
    [10, 89, 102],
    [11, 103, 117],
    [12, 118, 408],
  ])('force %i is from %i to %i km/h', (force, least, most) => {
    expect([beaufortOf(least), beaufortOf(most)]).toEqual([force, force]);
  });
});

it('windFromOf names the nearest eighth, north on both sides of it', () => {
  expect([0, 22, 23, 90, 135, 180, 225, 270, 315, 337, 338, 360].map(windFromOf)).toEqual([
    'n',
    'n',
    'ne',
    'e',
    'se',
    's',
    'sw',
    'w',
    'nw',
    'nw',
    'n',
    'n',
  ]);
});

it('skyOf knows every code forecasts use, and no other', () => {
  const known = Array.from({ length: 100 }, (_, code) => code).filter((code) => skyOf(code) !== null);
  expect(known).toEqual([0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80, 81, 82, 85, 86, 95, 96, 99]);
});

it('waits twice as long after each failure, up to two hours, and never all at once', () => {
  const minutes = (failures: number, random = 0.5) => retryInMs(failures, random) / 60_000;
  expect([1, 2, 3, 4, 5, 6, 50].map((failures) => minutes(failures))).toEqual([5, 10, 20, 40, 80, 120, 120]);
  expect([minutes(1, 0), minutes(1, 1)]).toEqual([3.75, 6.25]);
  expect([askAgainInMs(0), askAgainInMs(1)].map((ms) => ms / 60_000)).toEqual([27, 33]);
});

it('weatherFact carries its own end, and is none after it', () => {
  const measuredAt = '2026-11-21T12:00:00.000Z';
  const reading = { measuredAt, now: { temperatureC: 1, sky: 'snow', isDay: false, windBeaufort: 0, windFrom: 'n' }, days: [] } as const;
  const nowMs = Date.parse(measuredAt);
  expect(weatherFact({ el: 'Α', en: null }, { ...reading, days: [] }, nowMs)?.showUntil).toBe('2026-11-21T15:00:00.000Z');
  expect(weatherFact({ el: 'Α', en: null }, { ...reading, days: [] }, nowMs + SHOWN_FOR_MS)).toBeNull();
});
