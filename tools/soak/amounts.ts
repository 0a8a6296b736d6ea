/** How much of each trouble a run brings. */
export interface Amounts {
  readonly offline: { readonly days: number; readonly leapMs: number; readonly lookMs: number };
  readonly calendar: { readonly aroundMs: number };
  readonly flapping: { readonly flaps: number };
  readonly diskFull: { readonly cycles: number };
  readonly corruption: { readonly places: number; readonly restarts: number };
  readonly kills: { readonly kills: number };
  readonly clockJumps: { readonly jumps: number };
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
  rotation: { hours: 0.5, samples: 10 },
};

/** The whole of it. */
export const longAmounts: Amounts = {
  offline: { days: 14, leapMs: 30 * MINUTE_MS, lookMs: 60_000 },
  calendar: { aroundMs: 60 * MINUTE_MS },
  flapping: { flaps: 200 },
  diskFull: { cycles: 20 },
  corruption: { places: 500, restarts: 125 },
  kills: { kills: 1_000 },
  clockJumps: { jumps: 40 },
  rotation: { hours: 24, samples: 48 },
};
