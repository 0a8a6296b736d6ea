import { describe, expect, it } from 'vitest';
import { dateIn, isTimeZone } from './rules.ts';

describe('the calendar date in Athens', () => {
  it.each([
    ['the last second of a winter day', '2026-01-01T21:59:59.999Z', '2026-01-01'],
    ['midnight in winter', '2026-01-01T22:00:00.000Z', '2026-01-02'],
    ['midnight in summer', '2026-07-01T21:00:00.000Z', '2026-07-02'],
    ['the hour that is skipped in spring', '2026-03-29T01:00:00.000Z', '2026-03-29'],
    ['midnight after it', '2026-03-29T21:00:00.000Z', '2026-03-30'],
    ['the hour that comes twice in autumn', '2026-10-25T01:30:00.000Z', '2026-10-25'],
    ['midnight after that', '2026-10-25T22:00:00.000Z', '2026-10-26'],
    ['a leap day', '2028-02-28T22:00:00.000Z', '2028-02-29'],
  ])('%s', (_name, instant, date) => {
    expect(dateIn('Europe/Athens', Date.parse(instant))).toBe(date);
  });
});

describe('a time zone', () => {
  it.each(['Europe/Athens', 'Asia/Nicosia', 'UTC'])('%s is one', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });
  it.each(['', ' ', '+02:00', '-0300', 'Athens', 'Europe/Athens ', 'Europe/', '../etc', 'undefined'])('%j is none', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
