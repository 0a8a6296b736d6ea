import { describe, expect, it } from 'vitest';
import { daylightAt, partOfDay, sunPosition } from './daylight.ts';
import { PIXEL_SHIFT_PX, pixelShiftAt } from './pixel-shift.ts';

describe('daylightAt', () => {
  it.each([
    [0, 'night'],
    [5, 'night'],
    [6, 'day'],
    [19, 'day'],
    [20, 'evening'],
    [22, 'evening'],
    [23, 'night'],
    [null, 'day'],
  ] as const)('at %s it is %s', (hour, light) => {
    expect(daylightAt(hour)).toBe(light);
  });
});

it('greets by the hour', () => {
  expect([4, 5, 11, 12, 20, 21].map(partOfDay)).toEqual(['night', 'morning', 'morning', 'afternoon', 'afternoon', 'night']);
});

it('the sun stays in its window the whole day, highest at one', () => {
  for (let minute = 0; minute < 1440; minute += 1) {
    const { across, up } = sunPosition(minute);
    expect(across).toBeGreaterThan(0.1);
    expect(across).toBeLessThan(0.9);
    expect(up).toBeGreaterThanOrEqual(0);
    expect(up).toBeLessThanOrEqual(1);
  }
  expect(sunPosition(13 * 60).up).toBeCloseTo(1, 5);
});

describe('pixelShiftAt', () => {
  it('moves each minute, never further than eight pixels a step, and comes round', () => {
    const places = Array.from({ length: 9 }, (_, minute) => pixelShiftAt(minute * 60_000));
    expect(new Set(places.map(({ xPx, yPx }) => `${xPx},${yPx}`)).size).toBe(9);
    for (const { xPx, yPx } of places) expect(Math.max(Math.abs(xPx), Math.abs(yPx))).toBeLessThanOrEqual(PIXEL_SHIFT_PX);
    for (const [index, { xPx, yPx }] of places.entries()) {
      const next = pixelShiftAt((index + 1) * 60_000);
      expect(Math.max(Math.abs(next.xPx - xPx), Math.abs(next.yPx - yPx))).toBeLessThanOrEqual(PIXEL_SHIFT_PX);
    }
  });
  it('stands still within a minute', () => {
    expect(pixelShiftAt(60_000)).toEqual(pixelShiftAt(119_999));
  });
});
