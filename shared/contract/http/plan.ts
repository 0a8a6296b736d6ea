import { z } from 'zod';
import { Plan, PlanFeature } from '../plans.ts';
import { Instant } from '../text.ts';

/** GET /api/plan: what the office has at this moment, decided by the clock when it is read. */
export const PlanStanding = z
  .strictObject({
    /** What works now; in the grace that is still the plan that ended. */
    plan: Plan,
    /** `ending`: its last days. `grace`: it has ended, and goes on for some days all the same. */
    phase: z.enum(['standing', 'ending', 'grace']),
    trial: z.boolean(),
    /** Since when it has it without a gap; null where nothing was ever written down. */
    since: Instant.nullable(),
    /** When it ends, or in the grace: ended; null for one without an end. */
    until: Instant.nullable(),
    /** From when on what it has more than the next one is gone; null for one without an end. */
    goneFrom: Instant.nullable(),
    /** What is agreed for later; null when nothing is. */
    next: z.strictObject({ plan: Plan, from: Instant }).nullable(),
    features: z.array(PlanFeature),
  })
  .meta({ id: 'PlanStanding' });
export type PlanStanding = z.infer<typeof PlanStanding>;
