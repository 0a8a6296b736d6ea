import { describe, expect, it } from 'vitest';
import { expiryOf, instantOfWallClock, leftOffTheLobby, stateAt, wallClockOf } from './lifetime.ts';

const athens = 'Europe/Athens';
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

describe('the wall clock of a building', () => {
  it.each([
    ['2026-11-21T18:05', '2026-11-21T16:05:00.000Z'],
    ['2026-07-01T00:00', '2026-06-30T21:00:00.000Z'],
    // 03:00–04:00 happens twice on 25 October 2026: the first.
    ['2026-10-25T03:30', '2026-10-25T00:30:00.000Z'],
  ])('%s in Athens is %s', (wallClock, instant) => {
    expect(iso(instantOfWallClock(wallClock, athens))).toBe(instant);
    expect(wallClockOf(Date.parse(instant), athens)).toBe(wallClock);
  });
  it('gives an hour that daylight saving skips a moment after it', () => {
    expect(iso(instantOfWallClock('2026-03-29T03:30', athens))).toBe('2026-03-29T01:30:00.000Z');
  });
  it('refuses what is no date', () => {
    expect(instantOfWallClock('', athens)).toBeNull();
    expect(instantOfWallClock('2026-13-40T10:00', athens)).toBeNull();
  });
});

describe('expiryOf', () => {
  const published = Date.parse('2026-11-21T21:30:00.000Z');
  it('counts days on the wall clock of the building', () => {
    expect(wallClockOf(expiryOf('tonight', published, athens) ?? 0, athens)).toBe('2026-11-22T00:00');
    expect(wallClockOf(expiryOf('week', published, athens) ?? 0, athens)).toBe('2026-11-28T00:00');
    expect(expiryOf('never', published, athens)).toBeNull();
  });
});

describe('stateAt', () => {
  const row = { state: 'scheduled' as const, publishAt: '2026-11-21T10:00:00.000Z', expiresAt: '2026-11-21T12:00:00.000Z' };
  it.each([
    ['2026-11-21T09:59:59.999Z', 'scheduled'],
    ['2026-11-21T10:00:00.000Z', 'current'],
    ['2026-11-21T12:00:00.000Z', 'expired'],
  ])('at %s it is %s, whatever it was when it was read', (at, state) => {
    expect(stateAt(row, Date.parse(at))).toBe(state);
  });
  it('believes the server before a clock that is behind', () => {
    expect(stateAt({ ...row, state: 'current' }, Date.parse('2026-11-21T09:59:00.000Z'))).toBe('current');
  });
  it('stays withdrawn', () => {
    expect(stateAt({ ...row, state: 'withdrawn' }, Date.parse('2026-11-21T11:00:00.000Z'))).toBe('withdrawn');
  });
});

it.each([
  [0, 0],
  [40, 0],
  [43, 3],
])('of %i that hold now the lobby leaves out %i', (current, leftOff) => {
  expect(leftOffTheLobby(current)).toBe(leftOff);
});
