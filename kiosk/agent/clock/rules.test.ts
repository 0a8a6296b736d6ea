import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AGREEMENT_MS,
  bestTimeMs,
  type ClockModel,
  type ClockReading,
  hearSigned,
  isBounded,
  observe,
  startClock,
  timeBounds,
} from './rules.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;
const floors = { signedMs: noon - HOUR, savedMs: noon - HOUR / 2 };

/** A reading `monotonicMs` after boot. */
function reading(systemMs: number, monotonicMs: number, synchronized = false): ClockReading {
  return { systemMs, monotonicMs, synchronized };
}
const view = (model: ClockModel, monotonicMs: number) => ({
  state: model.state,
  timeMs: bestTimeMs(model, monotonicMs),
  bounded: isBounded(model),
});

describe('at boot', () => {
  it.each([
    ['1970, no network: unknown, from the saved floor', reading(0, 0), { state: 'unknown', timeMs: floors.savedMs, bounded: false }],
    ['1970 although network time is claimed', reading(0, 0, true), { state: 'unknown', timeMs: floors.savedMs, bounded: false }],
    ['a likely time that nobody vouches for', reading(noon, 0), { state: 'estimated', timeMs: noon, bounded: false }],
    ['network time', reading(noon, 0, true), { state: 'trusted', timeMs: noon, bounded: true }],
    [
      'a little behind the newest document',
      reading(floors.savedMs - 60_000, 0, true),
      { state: 'trusted', timeMs: floors.savedMs - 60_000, bounded: true },
    ],
  ])('%s', (_what, first, outcome) => {
    expect(view(startClock(floors, first), 0)).toEqual(outcome);
  });

  it('goes on from the floor by the counter, and believes the wall clock once network time arrives', () => {
    const woken = startClock(floors, reading(0, 0));
    const later = observe(woken, reading(60_000, 60_000));
    expect(view(later, 60_000)).toEqual({ state: 'unknown', timeMs: floors.savedMs + 60_000, bounded: false });
    const set = observe(later, reading(noon + 70_000, 70_000, true));
    expect(view(set, 70_000)).toEqual({ state: 'trusted', timeMs: noon + 70_000, bounded: true });
  });
});

describe('when the wall clock jumps while running', () => {
  const trusted = startClock(floors, reading(noon, 0, true));
  it.each([
    ['back to 1970', 0, true],
    ['back an hour', noon - HOUR, false],
    ['forward an hour', noon + HOUR, false],
    ['forward a year', noon + YEAR, false],
    ['forward a year, although network time is claimed', noon + YEAR, true],
  ])('%s: the time goes on by the counter', (_what, systemMs, synchronized) => {
    const after = observe(trusted, reading(systemMs, 10_000, synchronized));
    expect(view(after, 10_000)).toEqual({ state: 'estimated', timeMs: noon + 10_000, bounded: true });
  });

  it('trusts again when the wall clock comes back', () => {
    const jumped = observe(trusted, reading(0, 10_000));
    expect(view(observe(jumped, reading(noon + 20_500, 20_000)), 20_000)).toEqual({
      state: 'trusted',
      timeMs: noon + 20_500,
      bounded: true,
    });
  });

  it('trusts the new wall clock once a live document agrees with it: the machine had slept', () => {
    const awake = observe(trusted, reading(noon + 8 * HOUR, 10_000));
    const told = hearSigned(awake, reading(noon + 8 * HOUR, 10_000), { issuedAtMs: noon + 8 * HOUR - 2_000, delivery: 'live' });
    expect(view(told, 10_000)).toEqual({ state: 'trusted', timeMs: noon + 8 * HOUR, bounded: true });
  });

  it('follows a clock that is steered or slightly stepped by network time', () => {
    expect(view(observe(trusted, reading(noon + 11_000, 10_000)), 10_000).timeMs).toBe(noon + 11_000);
    expect(view(observe(trusted, reading(noon + 100_000, 10_000, true)), 10_000)).toEqual({
      state: 'trusted',
      timeMs: noon + 100_000,
      bounded: true,
    });
  });
});

describe('what a signed document says about the time', () => {
  const guessing = startClock(floors, reading(noon, 0));
  const in1970 = startClock(floors, reading(0, 0));
  const yearAhead = startClock(floors, reading(noon + YEAR, 0));
  const trusted = startClock(floors, reading(noon, 0, true));

  it.each([
    ['agrees with the wall clock', guessing, noon, noon - 5_000, 'live', { state: 'trusted', timeMs: noon, bounded: true }],
    [
      'never seen before and agrees, though kept by the broker',
      guessing,
      noon,
      noon - 80_000,
      'retained',
      { state: 'trusted', timeMs: noon, bounded: true },
    ],
    ['kept by the broker for hours', guessing, noon, noon - 2 * HOUR, 'retained', { state: 'estimated', timeMs: noon, bounded: false }],
    ['live, wall clock in 1970', in1970, 0, noon, 'live', { state: 'estimated', timeMs: noon, bounded: true }],
    ['kept by the broker, wall clock in 1970', in1970, 0, noon, 'retained', { state: 'unknown', timeMs: noon, bounded: false }],
    ['live, wall clock a year ahead', yearAhead, noon + YEAR, noon, 'live', { state: 'estimated', timeMs: noon, bounded: true }],
    ['content only proves that its instant has been', in1970, 0, noon, 'floor', { state: 'unknown', timeMs: noon, bounded: false }],
    ['content that agrees is no proof', guessing, noon, noon - 1_000, 'floor', { state: 'estimated', timeMs: noon, bounded: false }],
    ['late, against a trusted clock', trusted, noon, noon - HOUR / 2, 'live', { state: 'trusted', timeMs: noon, bounded: true }],
    ['ahead of a trusted clock', trusted, noon, noon + 200_000, 'live', { state: 'estimated', timeMs: noon + 200_000, bounded: true }],
  ] as const)('%s', (_what, model, systemMs, issuedAtMs, delivery, outcome) => {
    expect(view(hearSigned(model, reading(systemMs, 0, model === trusted), { issuedAtMs, delivery }), 0)).toEqual(outcome);
  });

  it('a held-up document does not turn an estimate back', () => {
    const estimate = hearSigned(in1970, reading(0, 0), { issuedAtMs: noon, delivery: 'live' });
    const after = hearSigned(estimate, reading(HOUR, HOUR), { issuedAtMs: noon + 1_000, delivery: 'live' });
    expect(view(after, HOUR)).toEqual({ state: 'estimated', timeMs: noon + HOUR, bounded: true });
  });

  it('a wrong floor on disk does not lock the clock for ever', () => {
    const poisoned = startClock({ ...floors, savedMs: noon + YEAR }, reading(noon, 0, true));
    expect(poisoned.state).toBe('unknown');
    const told = hearSigned(poisoned, reading(noon, 0, true), { issuedAtMs: noon - 1_000, delivery: 'live' });
    expect(view(told, 0)).toEqual({ state: 'trusted', timeMs: noon, bounded: true });
    expect(told.savedFloorMs).toBeLessThanOrEqual(noon);
  });

  it('no wall clock, however it behaves, brings the time below the newest signed date', () => {
    const step = fc.record({
      systemMs: fc.integer({ min: 0, max: noon + 2 * YEAR }),
      passedMs: fc.integer({ min: 0, max: HOUR }),
      synchronized: fc.boolean(),
      issuedAtMs: fc.option(fc.integer({ min: noon - HOUR, max: noon + HOUR })),
      delivery: fc.constantFrom('live' as const, 'retained' as const, 'floor' as const, 'answered' as const),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let model = startClock(floors, reading(0, 0));
        let monotonicMs = 0;
        for (const { systemMs, passedMs, synchronized, issuedAtMs, delivery } of steps) {
          monotonicMs += passedMs;
          const now = reading(systemMs, monotonicMs, synchronized);
          model = issuedAtMs === null ? observe(model, now) : hearSigned(model, now, { issuedAtMs, delivery, waitedMs: 400 });
          if (bestTimeMs(model, monotonicMs) < model.signedFloorMs - AGREEMENT_MS) return false;
        }
        return true;
      }),
    );
  });
});

describe('what an answer to a question of our own says about the time', () => {
  const trusted = startClock(floors, reading(noon, 0, true));
  const in1970 = startClock(floors, reading(0, 0));
  const answer = (model: ClockModel, systemMs: number, issuedAtMs: number, waitedMs = 400, synchronized = false) =>
    hearSigned(model, reading(systemMs, 0, synchronized), { issuedAtMs, delivery: 'answered', waitedMs });

  it.each([
    ['wall clock in 1970', in1970, 0, { state: 'estimated', timeMs: noon + 200, bounded: true }],
    [
      'wall clock a year ahead',
      startClock(floors, reading(noon + YEAR, 0)),
      noon + YEAR,
      { state: 'estimated', timeMs: noon + 200, bounded: true },
    ],
    [
      'wall clock about right, which nobody vouched for',
      startClock(floors, reading(noon + 5_000, 0)),
      noon + 5_000,
      { state: 'trusted', timeMs: noon + 5_000, bounded: true },
    ],
    [
      'a wrong floor on disk',
      startClock({ ...floors, savedMs: noon + YEAR }, reading(0, 0)),
      0,
      { state: 'estimated', timeMs: noon + 200, bounded: true },
    ],
  ])('%s', (_what, model, systemMs, outcome) => {
    expect(view(answer(model, systemMs, noon), 0)).toEqual(outcome);
  });

  it('is as exact as the wait for it was short', () => {
    expect(timeBounds(answer(in1970, 0, noon, 400), 0)).toEqual({ earliestMs: noon + 200 - 1_200, latestMs: noon + 200 + 1_200 });
    expect(timeBounds(answer(in1970, 0, noon, 8_000), 0)).toEqual({ earliestMs: noon + 4_000 - 5_000, latestMs: noon + 4_000 + 5_000 });
  });

  it('corrects what a document that somebody held back had made believe, either way round', () => {
    const deceived = hearSigned(in1970, reading(0, 0), { issuedAtMs: noon - HOUR, delivery: 'live' });
    expect(view(answer(deceived, 0, noon), 0)).toEqual({ state: 'estimated', timeMs: noon + 200, bounded: true });
    const late = answer(in1970, 0, noon);
    const replayed = hearSigned(late, reading(0, 0), { issuedAtMs: noon - HOUR, delivery: 'live' });
    expect(view(replayed, 0)).toEqual({ state: 'estimated', timeMs: noon + 200, bounded: true });
  });

  it('stands against network time that says something else, and gives way when that agrees', () => {
    const answered = answer(trusted, noon, noon + HOUR, 400, true);
    expect(view(answered, 0)).toEqual({ state: 'estimated', timeMs: noon + HOUR + 200, bounded: true });
    expect(view(observe(answered, reading(noon + 5_000, 5_000, true)), 5_000)).toEqual({
      state: 'estimated',
      timeMs: noon + HOUR + 5_200,
      bounded: true,
    });
    expect(view(observe(answered, reading(noon + HOUR + 9_000, 9_000)), 9_000)).toEqual({
      state: 'trusted',
      timeMs: noon + HOUR + 9_000,
      bounded: true,
    });
  });

  it('does not follow a wall clock that jumps to 1970 and back', () => {
    const answered = answer(in1970, 0, noon);
    const ahead = observe(answered, reading(noon + YEAR, 10_000));
    expect(view(ahead, 10_000)).toEqual({ state: 'estimated', timeMs: noon + 10_200, bounded: true });
    expect(view(observe(ahead, reading(0, 20_000)), 20_000)).toEqual({ state: 'estimated', timeMs: noon + 20_200, bounded: true });
  });

  it('is not believed below a date that was signed: then the cloud itself is wrong', () => {
    expect(answer(in1970, 0, floors.signedMs - AGREEMENT_MS - 1).errorBoundMs).toBeNull();
  });

  it('gives way to a later date that was signed', () => {
    const later = hearSigned(answer(in1970, 0, noon), reading(0, 0), { issuedAtMs: noon + HOUR, delivery: 'live' });
    expect(view(later, 0)).toEqual({ state: 'estimated', timeMs: noon + HOUR, bounded: true });
  });
});

describe('what is known of the time for certain', () => {
  const in1970 = startClock(floors, reading(0, 0));
  it.each([
    ['network time: a second either way', startClock(floors, reading(noon, 0, true)), { earliestMs: noon - 1_000, latestMs: noon + 1_000 }],
    ['1970: it is after the newest signed date; the floor on disk proves nothing', in1970, { earliestMs: floors.signedMs, latestMs: null }],
    [
      'a likely time that nobody vouches for: the same',
      startClock(floors, reading(noon, 0)),
      { earliestMs: floors.signedMs, latestMs: null },
    ],
    [
      'a live document: its date, give or take the tolerance',
      hearSigned(in1970, reading(0, 0), { issuedAtMs: noon, delivery: 'live' }),
      { earliestMs: noon - AGREEMENT_MS, latestMs: noon + AGREEMENT_MS },
    ],
    [
      'a document that the broker kept: a later floor',
      hearSigned(in1970, reading(0, 0), { issuedAtMs: noon, delivery: 'retained' }),
      { earliestMs: noon, latestMs: null },
    ],
  ])('%s', (_what, model, bounds) => {
    expect(timeBounds(model, 0)).toEqual(bounds);
  });
});
