import type { PlanStanding } from '@concierge/contract/http/plan.ts';
import { lackingIn, PlanFeature } from '@concierge/contract/plans.ts';

/** An office with the least plan, and one whose fuller plan ended three days ago. */
export function samplePlan(state: 'basic' | 'grace', nowMs: number): PlanStanding {
  const inDays = (days: number) => new Date(nowMs + days * 86_400_000).toISOString();
  const plan = state === 'basic' ? 'basic' : 'premium';
  const features = PlanFeature.options.filter((feature) => !lackingIn(plan).includes(feature));
  if (state === 'basic')
    return {
      plan,
      phase: 'standing',
      trial: false,
      since: inDays(-9),
      until: null,
      goneFrom: null,
      next: { plan: 'premium', from: inDays(20) },
      features,
    };
  return { plan, phase: 'grace', trial: false, since: inDays(-300), until: inDays(-3), goneFrom: inDays(11), next: null, features };
}
