/** How much of each trouble a run brings. */
export interface Amounts {
  readonly offline: { readonly days: number; readonly leapMs: number; readonly lookMs: number };
  /** Before and after each turn of the calendar. */
  readonly calendar: { readonly aroundMs: number };
  readonly flapping: { readonly flaps: number };
  readonly diskFull: { readonly cycles: number };
  readonly corruption: { readonly places: number; readonly restarts: number };
  readonly kills: { readonly kills: number };
  readonly clockJumps: { readonly jumps: number };
  readonly runningOut: { readonly times: number };
  readonly rotation: { readonly hours: number; readonly samples: number };
}

const MINUTE_MS = 60_000;

/** A step of npm test: each trouble is there, few times. */
export const quickAmounts: Amounts = {
  offline: { days: 14, leapMs: 7 * 60 * MINUTE_MS, lookMs: 16_000 },
  calendar: { aroundMs: 2 * MINUTE_MS },
  flapping: { flaps: 8 },
  diskFull: { cycles: 1 },
  corruption: { places: 24, restarts: 6 },
  kills: { kills: 10 },
  clockJumps: { jumps: 1 },
  runningOut: { times: 1 },
  rotation: { hours: 0.5, samples: 10 },
};

/** What the whole of it takes on two cores that nobody else uses, added up from what its parts took. */
export const WHOLE_RUN_MINUTES = 40;

export const wholeAmounts: Amounts = {
  offline: { days: 14, leapMs: 30 * MINUTE_MS, lookMs: 60_000 },
  calendar: { aroundMs: 60 * MINUTE_MS },
  flapping: { flaps: 200 },
  diskFull: { cycles: 20 },
  corruption: { places: 500, restarts: 125 },
  kills: { kills: 1_000 },
  clockJumps: { jumps: 40 },
  runningOut: { times: 12 },
  rotation: { hours: 24, samples: 48 },
};

/** The whole run's amounts, as many times as that many minutes allow. The 14 days stay 14 days; with more time they are looked at more closely. */
export function amountsFor(minutes: number): Amounts {
  const times = minutes / WHOLE_RUN_MINUTES;
  const share = (amount: number, least: number): number => Math.max(least, Math.round(amount * times));
  const { offline, calendar, flapping, diskFull, corruption, kills, clockJumps, runningOut, rotation } = wholeAmounts;
  const hours = share(rotation.hours, 2);
  return {
    offline: { ...offline, leapMs: Math.min(7 * 60 * MINUTE_MS, Math.round(offline.leapMs / times)) },
    calendar: { aroundMs: Math.min(12 * 60 * MINUTE_MS, share(calendar.aroundMs, 3 * MINUTE_MS)) },
    flapping: { flaps: share(flapping.flaps, 10) },
    diskFull: { cycles: share(diskFull.cycles, 2) },
    corruption: { places: share(corruption.places, 30), restarts: share(corruption.restarts, 8) },
    kills: { kills: share(kills.kills, 20) },
    clockJumps: { jumps: share(clockJumps.jumps, 2) },
    runningOut: { times: share(runningOut.times, 2) },
    rotation: { hours, samples: Math.max(12, hours * 2) },
  };
}
