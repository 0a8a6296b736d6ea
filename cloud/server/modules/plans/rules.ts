import { GRACE_DAYS, isMore, LEAST_PLAN, type Plan, WARNED_DAYS } from '@concierge/contract/plans.ts';

const DAY_MS = 86_400_000;
const GRACE_MS = GRACE_DAYS * DAY_MS;
const WARNED_MS = WARNED_DAYS * DAY_MS;

/** A stretch of time for which a plan was agreed. */
export interface AgreedPlan {
  readonly plan: Plan;
  readonly trial: boolean;
  readonly startsMs: number;
  /** The first moment at which it does not hold any more; null for one without an end. */
  readonly endsMs: number | null;
}

/** What a tenant has at a moment; shared/contract/http/plan.ts says what each means. */
export interface Standing {
  readonly plan: Plan;
  readonly phase: 'standing' | 'ending' | 'grace';
  readonly trial: boolean;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly goneFromMs: number | null;
  readonly next: { readonly plan: Plan; readonly fromMs: number } | null;
}

/**
 * What holds at a moment. `agreed` stands in the order of its starts and does not overlap. What ended goes on for the grace, and a gap that is no longer than the grace is none: who pays a
 * few days late has lost nothing, and is not told that they will.
 */
export function standingAt(agreed: readonly AgreedPlan[], nowMs: number): Standing {
  // Of several that reach into this moment the fuller one holds: the grace of a plan outlasts the beginning of a lesser one.
  const held = agreed.reduce((most, one, index) => {
    const reaches = one.startsMs <= nowMs && (one.endsMs === null || nowMs < one.endsMs + GRACE_MS);
    return reaches && isMore(one.plan, agreed[most]?.plan ?? LEAST_PLAN) ? index : most;
  }, -1);
  const holds = agreed[held];
  const more = (fromMs: number) => nextOf(agreed.find(({ plan, startsMs }) => startsMs > fromMs && isMore(plan, LEAST_PLAN)));
  if (holds === undefined)
    return {
      plan: LEAST_PLAN,
      phase: 'standing',
      trial: false,
      sinceMs: lostMs(agreed, nowMs),
      untilMs: null,
      goneFromMs: null,
      next: more(nowMs),
    };
  const [first, last] = [lastLinked(agreed, held, -1), lastLinked(agreed, held, 1)];
  const untilMs = last.endsMs;
  const known = { plan: holds.plan, trial: current(agreed, nowMs, holds).trial, sinceMs: first.startsMs, untilMs };
  if (untilMs === null) return { ...known, phase: 'standing', goneFromMs: null, next: null };
  const phase = nowMs >= untilMs ? 'grace' : nowMs >= untilMs - WARNED_MS ? 'ending' : 'standing';
  return { ...known, phase, goneFromMs: untilMs + GRACE_MS, next: more(untilMs) };
}

/** The furthest stretch in one direction that goes on from this one with at least as much. */
function lastLinked(agreed: readonly AgreedPlan[], from: number, step: 1 | -1): AgreedPlan {
  let last = agreed[from];
  if (last === undefined) throw new Error('the stretch is one of those agreed');
  for (let index = from + step; index >= 0 && index < agreed.length; index += step) {
    const other = agreed[index];
    if (other === undefined || isMore(last.plan, other.plan)) continue;
    const [before, after] = step === 1 ? [last, other] : [other, last];
    if (before.endsMs === null || after.startsMs - before.endsMs > GRACE_MS) break;
    last = other;
  }
  return last;
}

/** The stretch that was agreed for the moment itself, or in the grace the one that goes on. */
function current(agreed: readonly AgreedPlan[], nowMs: number, holds: AgreedPlan): AgreedPlan {
  return (
    agreed.find(({ plan, startsMs, endsMs }) => plan === holds.plan && startsMs <= nowMs && (endsMs === null || nowMs < endsMs)) ??
    agreed.findLast(({ plan, endsMs }) => plan === holds.plan && endsMs !== null && endsMs <= nowMs) ??
    holds
  );
}

/** When the last of what was more was gone; null when there never was more. */
function lostMs(agreed: readonly AgreedPlan[], nowMs: number): number | null {
  const gone = agreed.flatMap(({ plan, endsMs }) =>
    isMore(plan, LEAST_PLAN) && endsMs !== null && endsMs + GRACE_MS <= nowMs ? [endsMs + GRACE_MS] : [],
  );
  return gone.length === 0 ? null : Math.max(...gone);
}

function nextOf(agreed: AgreedPlan | undefined): Standing['next'] {
  return agreed === undefined ? null : { plan: agreed.plan, fromMs: agreed.startsMs };
}
