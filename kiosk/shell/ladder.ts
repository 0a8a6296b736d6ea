/**
 * What is done about a screen that no longer paints, gentlest step first. Pure: time arrives with each event, and the steps themselves are
 * the shell's business. A step that this machine cannot take is passed over; the last one always remains.
 */
export const stepsInOrder = ['reload', 'relaunch', 'restart-compositor', 'reboot', 'safe-scene'] as const;
export type Step = (typeof stepsInOrder)[number];

export interface Moment {
  /** Counts on whatever happens to the clock; starts anew with the machine. */
  readonly monotonicMs: number;
  /** Unix milliseconds as the machine believes them; a board without a battery may begin in 1970. */
  readonly wallMs: number;
}

export interface Ladder {
  /** The step that is tried next, and how often it was tried in this illness. */
  readonly step: Step;
  readonly attempts: number;
  /** Monotonic: with no painted frame until then the screen is sick. */
  readonly deadlineMs: number;
  /** Monotonic: the last step is given time to work, more each time. */
  readonly notBeforeMs: number;
  /** Monotonic: since when it has painted without a fault; null while it does not. */
  readonly healthySinceMs: number | null;
  /** Wall clock, of the reboots that count against the daily limit. */
  readonly rebootedAtMs: readonly number[];
  /** Monotonic: until when the safe scene stands in; null while the real page is shown. */
  readonly safeUntilMs: number | null;
}

/** The part that must outlive the process, or a relaunch and a reboot would each begin at the bottom again. */
export type LadderMemory = Pick<Ladder, 'step' | 'attempts' | 'rebootedAtMs'>;

export type ScreenEvent =
  | { readonly kind: 'painted'; readonly at: Moment }
  /** The page, its process or the browser is gone or hangs: nobody waits for a heartbeat. */
  | { readonly kind: 'crashed'; readonly at: Moment }
  /** Nobody can tell whether it paints, and no step would help: the silence until now does not count. */
  | { readonly kind: 'excused'; readonly at: Moment }
  /** The step just asked for cannot be taken here. */
  | { readonly kind: 'unavailable'; readonly at: Moment }
  | { readonly kind: 'looked'; readonly at: Moment };

export interface LadderLimits {
  /** A well screen repaints at least once a minute, with the clock it shows. */
  readonly paintedWithinMs: number;
  /** From the beginning, or from a step, to the first frame: a small board starts a browser slowly. */
  readonly firstPaintWithinMs: number;
  readonly attempts: Readonly<Record<'reload' | 'relaunch' | 'restart-compositor', number>>;
  readonly rebootsPerDay: number;
  readonly backOffMs: { readonly first: number; readonly most: number };
  /** Painting this long without a fault ends the illness. */
  readonly recoveredAfterMs: number;
  /** After this the real page is tried again: what ailed it may be over. */
  readonly safeSceneForMs: number;
}

export const DEFAULT_LADDER_LIMITS: LadderLimits = {
  paintedWithinMs: 150_000,
  firstPaintWithinMs: 60_000,
  attempts: { reload: 3, relaunch: 3, 'restart-compositor': 1 },
  rebootsPerDay: 2,
  backOffMs: { first: 5_000, most: 300_000 },
  recoveredAfterMs: 600_000,
  safeSceneForMs: 1_800_000,
};

export const DAY_MS = 86_400_000;

export const newMemory: LadderMemory = { step: 'reload', attempts: 0, rebootedAtMs: [] };

export function openLadder(memory: LadderMemory, at: Moment, limits: LadderLimits): Ladder {
  // A new process tries the real page first, even when the one before it had given up.
  const { step, attempts } = memory.step === 'safe-scene' ? newMemory : memory;
  return {
    step,
    attempts,
    deadlineMs: at.monotonicMs + limits.firstPaintWithinMs,
    notBeforeMs: at.monotonicMs + (attempts === 0 ? 0 : backOffMs(attempts, limits)),
    healthySinceMs: null,
    rebootedAtMs: memory.rebootedAtMs,
    safeUntilMs: null,
  };
}

/** The ladder after an event, and the step to take now, if any. */
export function climb(ladder: Ladder, event: ScreenEvent, limits: LadderLimits): { readonly ladder: Ladder; readonly take: Step | null } {
  const { at } = event;
  switch (event.kind) {
    case 'painted':
      return { ladder: painted(ladder, at, limits), take: null };
    case 'excused':
      return { ladder: { ...ladder, deadlineMs: Math.max(ladder.deadlineMs, at.monotonicMs + limits.paintedWithinMs) }, take: null };
    case 'crashed':
      return takeWhenDue({ ...ladder, deadlineMs: Math.min(ladder.deadlineMs, at.monotonicMs), healthySinceMs: null }, at, limits);
    case 'unavailable':
      return ladder.step === 'safe-scene' ? { ladder, take: null } : takeStep(above(ladder), at, limits);
    case 'looked':
      return takeWhenDue(ladder, at, limits);
  }
}

/** Monotonic: when to look again, if nothing else happens. */
export function nextLookMs(ladder: Ladder): number {
  return Math.max(ladder.deadlineMs, ladder.notBeforeMs);
}

export function memoryOf({ step, attempts, rebootedAtMs }: Ladder): LadderMemory {
  return { step, attempts, rebootedAtMs };
}

function painted(ladder: Ladder, { monotonicMs }: Moment, limits: LadderLimits): Ladder {
  // A last frame of the page that was just taken away says nothing about the safe scene, which does not report.
  if (ladder.step === 'safe-scene') return ladder;
  const healthySinceMs = ladder.healthySinceMs ?? monotonicMs;
  const healthyForMs = monotonicMs - healthySinceMs;
  return {
    ...ladder,
    ...(healthyForMs >= limits.recoveredAfterMs ? { step: 'reload' as const, attempts: 0 } : {}),
    // A day counted by the monotonic clock forgets reboots that a wrong wall clock put into the far future.
    rebootedAtMs: healthyForMs >= DAY_MS ? [] : ladder.rebootedAtMs,
    deadlineMs: monotonicMs + limits.paintedWithinMs,
    healthySinceMs,
  };
}

function takeWhenDue(ladder: Ladder, at: Moment, limits: LadderLimits): ReturnType<typeof climb> {
  if (at.monotonicMs < nextLookMs(ladder)) return { ladder, take: null };
  // The safe scene has had its time: the real page is tried again, from the bottom.
  const over = ladder.safeUntilMs !== null && at.monotonicMs >= ladder.safeUntilMs;
  return takeStep(over ? { ...ladder, step: 'reload', attempts: 0, safeUntilMs: null } : ladder, at, limits);
}

function takeStep(ladder: Ladder, at: Moment, limits: LadderLimits): ReturnType<typeof climb> {
  if (isExhausted(ladder, at, limits)) return takeStep(above(ladder), at, limits);
  const { step } = ladder;
  const attempts = ladder.attempts + 1;
  const waitMs = backOffMs(attempts, limits);
  const safeUntilMs = step === 'safe-scene' ? (ladder.safeUntilMs ?? at.monotonicMs + limits.safeSceneForMs) : null;
  return {
    take: step,
    ladder: {
      step,
      attempts,
      deadlineMs: safeUntilMs ?? at.monotonicMs + Math.max(limits.firstPaintWithinMs, waitMs),
      notBeforeMs: at.monotonicMs + waitMs,
      healthySinceMs: null,
      rebootedAtMs: step === 'reboot' ? [...recentReboots(ladder, at), at.wallMs] : ladder.rebootedAtMs,
      safeUntilMs,
    },
  };
}

function isExhausted(ladder: Ladder, at: Moment, limits: LadderLimits): boolean {
  switch (ladder.step) {
    case 'reload':
    case 'relaunch':
    case 'restart-compositor':
      return ladder.attempts >= limits.attempts[ladder.step];
    case 'reboot':
      return recentReboots(ladder, at).length >= limits.rebootsPerDay;
    case 'safe-scene':
      return false;
  }
}

/** Reboots of the last day. One that lies in the future counts: after a reboot the clock may well be behind, and must not excuse the next. */
function recentReboots({ rebootedAtMs }: Ladder, { wallMs }: Moment): readonly number[] {
  return rebootedAtMs.filter((rebootMs) => wallMs - rebootMs < DAY_MS);
}

function above(ladder: Ladder): Ladder {
  const next = stepsInOrder[stepsInOrder.indexOf(ladder.step) + 1] ?? 'safe-scene';
  return { ...ladder, step: next, attempts: 0 };
}

function backOffMs(attempts: number, { backOffMs: { first, most } }: LadderLimits): number {
  return Math.min(most, first * 2 ** (attempts - 1));
}
