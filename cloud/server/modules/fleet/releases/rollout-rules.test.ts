import type { InstallRefusal, RollbackReason } from '@concierge/contract/release/outcome.ts';
import { type DeviceRelease, passingRefusals } from '@concierge/contract/release/outcome.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPlan, Plan } from './plan.ts';
import {
  isQuiet,
  nextStep,
  type OfferedDevice,
  placesLeft,
  type RingCounts,
  type RolledOutRelease,
  type RolloutPlan,
  reasonToPassOver,
  takingState,
} from './rollout-rules.ts';

const plan: RolloutPlan = {
  ...defaultPlan,
  rings: [
    { ring: 0, name: 'lab', share: 0, soakSeconds: 60 },
    { ring: 1, name: 'early', share: 500, soakSeconds: 3_600 },
    { ring: 2, name: 'all', share: 10_000, soakSeconds: 3_600 },
  ],
  abort: { share: 0.05, least: 3 },
  atOnce: 10,
};
const NOW_MS = Date.UTC(2026, 10, 21, 12);
/** Failures are of two tenants where nothing else is said. */
const ring = (number: number, { failingTenants, ofFailing = 0, ...change }: Partial<RingCounts>): RingCounts => {
  const counts = {
    unasked: 0,
    absent: 0,
    passedOver: 0,
    downloading: 0,
    waiting: 0,
    starting: 0,
    done: 0,
    already: 0,
    failed: 0,
    silent: 0,
    ...change,
  };
  const members = Object.values(counts).reduce((sum, one) => sum + one, 0);
  return { ring: number, members, ...counts, failingTenants: failingTenants ?? (counts.failed + counts.silent > 0 ? 2 : 0), ofFailing };
};
const at = (number: number, carriedAgoMs: number | null = null, settled = false) => ({
  plan,
  ring: number,
  carriedMs: carriedAgoMs === null ? null : NOW_MS - carriedAgoMs,
  settled,
});

describe('the next step of a rollout', () => {
  it.each([
    { what: 'a ring that nobody is in is passed', rollout: at(0), counts: [ring(2, { unasked: 9 })], step: 'advance' },
    { what: 'nothing is decided while devices were not asked', rollout: at(1), counts: [ring(1, { done: 4, unasked: 1 })], step: 'wait' },
    { what: 'nor while one downloads', rollout: at(1), counts: [ring(1, { done: 4, downloading: 1 })], step: 'wait' },
    { what: 'nor while one waits for the night', rollout: at(1), counts: [ring(1, { done: 4, waiting: 1 })], step: 'wait' },
    {
      what: 'nor while one of an earlier ring starts',
      rollout: at(1),
      counts: [ring(0, { starting: 1 }), ring(1, { done: 4 })],
      step: 'wait',
    },
    { what: 'a later ring is not waited for', rollout: at(1), counts: [ring(1, { done: 4 }), ring(2, { unasked: 90 })], step: 'carry' },
    {
      what: 'those that are absent are not waited for',
      rollout: at(1),
      counts: [ring(1, { done: 4, absent: 3, passedOver: 2 })],
      step: 'carry',
    },
    {
      what: 'a ring of which nobody took it proves nothing',
      rollout: at(1),
      counts: [ring(0, { done: 5 }), ring(1, { absent: 3 })],
      step: 'wait',
    },
    { what: 'a ring that ran it already is good', rollout: at(1), counts: [ring(1, { already: 3 })], step: 'carry' },
    { what: 'a ring soaks', rollout: at(1, 3_599_999), counts: [ring(1, { done: 4 })], step: 'wait' },
    { what: 'and then it goes on', rollout: at(1, 3_600_000), counts: [ring(1, { done: 4 })], step: 'advance' },
    { what: 'the last one settles', rollout: at(2, 3_600_000), counts: [ring(2, { done: 4 })], step: 'settle' },
    { what: 'what settled stays', rollout: at(2, 9_999_999, true), counts: [ring(2, { done: 4 })], step: 'wait' },
    {
      what: 'two of two are too few to stop, and too many to go on',
      rollout: at(1, 9_999_999),
      counts: [ring(1, { done: 2, failed: 2 })],
      step: 'wait',
    },
    { what: 'one of three may be chance', rollout: at(1, 9_999_999), counts: [ring(1, { done: 2, failed: 1 })], step: 'advance' },
    { what: 'three of sixty are not too many', rollout: at(2), counts: [ring(2, { done: 57, failed: 3, unasked: 1 })], step: 'wait' },
    { what: 'four of sixty are', rollout: at(2), counts: [ring(2, { done: 56, failed: 4, unasked: 1 })], step: 'abort' },
    { what: 'silence is a failure', rollout: at(2), counts: [ring(2, { done: 56, failed: 1, silent: 3, unasked: 400 })], step: 'abort' },
    {
      what: 'failures of all rings count together',
      rollout: at(2),
      counts: [ring(0, { failed: 1 }), ring(1, { failed: 1 }), ring(2, { failed: 1, done: 20 })],
      step: 'abort',
    },
    {
      what: 'three boards of one office that has a corner of the ring do not stop it for all others, and hold it',
      rollout: at(1),
      counts: [ring(1, { done: 10, failed: 2, silent: 1, unasked: 87, failingTenants: 1, ofFailing: 10 })],
      step: 'wait',
    },
    {
      what: 'nor is it carried, or goes on, while they are so many of those that answered',
      rollout: at(1, 9_999_999),
      counts: [ring(1, { done: 50, failed: 3, failingTenants: 1, ofFailing: 3 })],
      step: 'wait',
    },
    {
      what: 'it goes on when enough others have taken it well',
      rollout: at(1, 9_999_999),
      counts: [ring(1, { done: 57, failed: 3, failingTenants: 1, ofFailing: 10 })],
      step: 'advance',
    },
    {
      what: 'two offices are enough, in whichever rings',
      rollout: at(1),
      counts: [
        ring(0, { failed: 1, failingTenants: 2, ofFailing: 1 }),
        ring(1, { failed: 2, done: 20, unasked: 77, failingTenants: 2, ofFailing: 9 }),
      ],
      step: 'abort',
    },
    {
      what: 'one office is enough where most of the ring is its own, as in a lab',
      rollout: at(0),
      counts: [
        ring(0, { done: 1, failed: 3, passedOver: 3, failingTenants: 1, ofFailing: 4 }),
        ring(1, { unasked: 93, failingTenants: 1, ofFailing: 1 }),
      ],
      step: 'abort',
    },
    {
      what: 'and is not where most of another ring is its own, in which none of its devices failed',
      rollout: at(1),
      counts: [ring(0, { done: 1, failingTenants: 1, ofFailing: 1 }), ring(1, { failed: 3, unasked: 96, failingTenants: 1, ofFailing: 3 })],
      step: 'wait',
    },
    { what: 'it stops after it settled, too', rollout: at(2, 9_999_999, true), counts: [ring(2, { done: 20, failed: 5 })], step: 'abort' },
  ])('$what', ({ rollout, counts, step }) => {
    expect(nextStep(rollout, counts, NOW_MS)).toMatchObject({ step });
  });

  it('says why it stopped, in figures', () => {
    const stopped = nextStep(at(2), [ring(2, { done: 36, failed: 3, silent: 1 })], NOW_MS);
    expect(stopped).toEqual({ step: 'abort', why: '4 of 40 failed (10.0 %), of them 1 by silence; the limit is 5.0 %' });
  });

  it('says why it is held, also after it settled', () => {
    const held = nextStep(at(2, 9_999_999, true), [ring(2, { done: 20, failed: 5, failingTenants: 1, ofFailing: 5 })], NOW_MS);
    expect(held).toEqual({
      step: 'wait',
      why: 'enough to stop for, if they were not all of one office: 5 of 25 failed (20.0 %), of them 0 by silence; the limit is 5.0 %',
    });
  });

  const counts = fc.record({
    unasked: fc.nat(50),
    absent: fc.nat(50),
    passedOver: fc.nat(50),
    downloading: fc.nat(50),
    waiting: fc.nat(50),
    starting: fc.nat(50),
    done: fc.nat(500),
    already: fc.nat(50),
    failed: fc.nat(60),
    silent: fc.nat(60),
  });
  it('never goes on where half failed, and stops exactly when both limits are passed', () => {
    fc.assert(
      fc.property(
        fc.array(counts, { minLength: 3, maxLength: 3 }),
        fc.nat(2),
        fc.option(fc.nat(10_000_000)),
        fc.boolean(),
        (rings, where, carriedAgoMs, settled) => {
          const known = rings.map((one, number) => ring(number, one));
          const bad = rings.reduce((sum, { failed, silent }) => sum + failed + silent, 0);
          const judged = bad + rings.reduce((sum, { done }) => sum + done, 0);
          const over = judged > 0 && bad / judged > plan.abort.share;
          const { step } = nextStep(at(where, carriedAgoMs, settled), known, NOW_MS);
          expect(step === 'abort').toBe(over && bad >= plan.abort.least);
          // A ring without members may be passed: it adds nothing that could be judged.
          if (bad > 0 && bad * 2 >= judged && (known[where]?.members ?? 0) > 0 && carriedAgoMs !== null)
            expect(['advance', 'settle']).not.toContain(step);
        },
      ),
    );
  });

  it('leaves no more busy at once than the plan says', () => {
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 4 }), (rings) => {
        const { offers, starts } = placesLeft(
          plan,
          rings.map((one, number) => ring(number, one)),
        );
        const downloading = rings.reduce((sum, one) => sum + one.downloading, 0);
        const starting = rings.reduce((sum, one) => sum + one.starting, 0);
        // Those that are busy already may be too many, after the plan was changed: then nobody joins them.
        expect(offers + downloading).toBe(Math.max(plan.atOnce, downloading));
        expect(starts + starting).toBe(Math.max(plan.atOnce, starting));
      }),
    );
  });
});

const told: DeviceRelease = {
  running: { sequence: 6, version: '0.6.0' },
  onTrial: false,
  waiting: null,
  rolledBack: null,
  rootVersion: 1,
  arch: 'arm64',
  refused: null,
  freeMebibytes: 1_024,
};
const device: OfferedDevice = { online: true, leaving: false, shell: 'chromium', clock: 'trusted', release: told };
const release: RolledOutRelease = {
  sequence: 7,
  earliestSequence: 5,
  targets: [{ arch: 'arm64', shell: 'chromium', bytes: 100_000_000, unpackedBytes: 300_000_000 }],
};

describe('a device is passed over', () => {
  it.each([
    ['never, when all is well', {}, {}, null],
    ['that leaves', { leaving: true }, {}, 'leaving'],
    ['that is away', { online: false }, {}, 'offline'],
    ['whose clock is not trusted', { clock: 'estimated' as const }, {}, 'clock-not-trusted'],
    ['of another shell', { shell: 'electron' as const }, {}, 'other-kind'],
    ['of another processor', {}, { arch: 'x64' as const }, 'other-kind'],
    ['that runs it', {}, { running: { sequence: 7, version: '0.7.0' } }, 'has-it'],
    ['that runs a later one', {}, { running: { sequence: 8, version: '0.8.0' } }, 'has-it'],
    ['that needs one between', {}, { running: { sequence: 4, version: '0.4.0' } }, 'release-between-needed'],
    ['that is proving another', {}, { onTrial: true }, 'on-trial'],
    ['that gave it up before', {}, { rolledBack: { sequence: 7, reason: 'nothing-painted' as const } }, 'failed-before'],
    ['not, when it gave up another one', {}, { rolledBack: { sequence: 6, reason: 'nothing-painted' as const } }, null],
    ['without room', {}, { freeMebibytes: 448 }, 'no-room'],
    ['not, with as much room as is needed', {}, { freeMebibytes: 512 }, null],
    ['not, when what fills it is another that waits there', {}, { freeMebibytes: 0, waiting: 6 }, null],
  ])('%s', (_what, change, say, reason) => {
    expect(reasonToPassOver({ ...device, ...change, release: { ...told, ...say } }, release)).toBe(reason);
  });

  it('that says nothing of releases', () => {
    expect(reasonToPassOver({ ...device, release: undefined }, release)).toBe('no-releases');
  });
});

describe('where a device is with a release', () => {
  const rollback: RollbackReason = 'cloud-not-reached';
  it.each<[string, Partial<DeviceRelease>, string, string | null]>([
    ['has heard nothing yet', {}, 'offered', null],
    ['has it in its spare slot', { waiting: 7 }, 'waiting', null],
    ['proves it', { running: { sequence: 7, version: '0.7.0' }, onTrial: true }, 'trial', null],
    ['runs it', { running: { sequence: 7, version: '0.7.0' } }, 'done', null],
    ['runs a later one, on trial or not', { running: { sequence: 8, version: '0.8.0' }, onTrial: true }, 'done', null],
    ['gave it up', { rolledBack: { sequence: 7, reason: rollback } }, 'failed', rollback],
    [
      'gave it up and will not have it again',
      { rolledBack: { sequence: 7, reason: rollback }, refused: { sequence: 7, reason: 'failed-before' } },
      'failed',
      rollback,
    ],
    ['gave up another one', { rolledBack: { sequence: 6, reason: rollback } }, 'offered', null],
    ['refused another one', { refused: { sequence: 6, reason: 'bad-signature' } }, 'offered', null],
    ['waits with another one', { waiting: 6 }, 'offered', null],
  ])('%s', (_what, say, state, reason) => {
    expect(takingState(7, { ...told, ...say })).toEqual({ state, reason });
  });

  it.each<InstallRefusal>([
    'unreachable',
    'expired',
    'busy',
    'bad-signature',
    // Also in a change of keys: who keeps to the runbook has none of it, and who does not is stopped before all devices have refused.
    'unknown-key',
    'altered-bytes',
    'disk-full',
    'lower-sequence',
    'unknown-target',
  ])('refuses for %s', (reason) => {
    expect(takingState(7, { ...told, refused: { sequence: 7, reason } })).toEqual({
      state: passingRefusals.has(reason) ? 'offered' : 'failed',
      reason,
    });
  });
});

describe('quiet hours', () => {
  const night = { from: '02:00', until: '05:00' };
  const lateNight = { from: '23:30', until: '04:00' };
  it.each([
    // Summer time in Athens (UTC+3) from 29 March 2026, 03:00, to 25 October 2026, 04:00.
    ['in winter', night, '2026-01-10T00:00:00Z', 'Europe/Athens', true],
    ['a minute before', night, '2026-01-09T23:59:59Z', 'Europe/Athens', false],
    ['at their end', night, '2026-01-10T03:00:00Z', 'Europe/Athens', false],
    ['in summer, by the clock on the wall', night, '2026-07-10T23:00:00Z', 'Europe/Athens', true],
    ['in summer they end an hour earlier', night, '2026-07-10T02:00:00Z', 'Europe/Athens', false],
    ['elsewhere', night, '2026-07-10T02:00:00Z', 'Europe/London', true],
    ['past midnight, before it', lateNight, '2026-01-10T21:45:00Z', 'Europe/Athens', true],
    ['past midnight, after it', lateNight, '2026-01-10T01:00:00Z', 'Europe/Athens', true],
    ['past midnight, at noon', lateNight, '2026-01-10T10:00:00Z', 'Europe/Athens', false],
    ['in a zone that nobody knows', night, '2026-01-10T00:00:00Z', 'Europe/Atlantis', false],
  ])('%s', (_what, quiet, instant, zone, expected) => {
    expect(isQuiet(quiet, Date.parse(instant), zone)).toBe(expected);
  });

  it('are always, when there are none', () => {
    expect(isQuiet(null, NOW_MS, 'Europe/Atlantis')).toBe(true);
  });

  const minutesOf = (day: string, quiet: { from: string; until: string }) => {
    const fromMs = Date.parse(`${day}T12:00:00Z`);
    return Array.from({ length: 1_440 }, (_, minute) => fromMs + minute * 60_000).filter((time) => isQuiet(quiet, time, 'Europe/Athens'))
      .length;
  };
  it('are an hour shorter in the night when clocks go forward, and an hour longer when they go back', () => {
    expect([minutesOf('2026-01-10', night), minutesOf('2026-03-28', night), minutesOf('2026-10-24', night)]).toEqual([180, 120, 240]);
    // The hour from three to four does not exist in that night.
    expect(minutesOf('2026-03-28', { from: '03:00', until: '04:00' })).toBe(0);
  });
});

describe('a plan', () => {
  it.each([
    [
      'rings that shrink',
      {
        rings: [
          { ring: 0, name: 'a', share: 500, soakSeconds: 0 },
          { ring: 1, name: 'b', share: 100, soakSeconds: 0 },
        ],
      },
    ],
    ['rings with a gap', { rings: [{ ring: 1, name: 'a', share: 500, soakSeconds: 0 }] }],
    ['no ring', { rings: [] }],
    ['nobody at once', { atOnce: 0 }],
    ['quiet hours without length', { quiet: { from: '02:00', until: '02:00' } }],
    ['an hour that is none', { quiet: { from: '24:00', until: '02:00' } }],
    ['a share above all', { abort: { share: 1.5, least: 1 } }],
  ])('with %s is none', (_what, change) => {
    expect(Plan.safeParse(plan).success).toBe(true);
    expect(Plan.safeParse({ ...plan, ...change }).success).toBe(false);
  });
});
