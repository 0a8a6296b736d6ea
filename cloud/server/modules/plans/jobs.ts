import { z } from 'zod';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import { PLAN_WRITTEN_TASK, type PlanUses } from './plans.ts';

const OfTenant = z.object({ tenantId: z.uuid() });

export function planJobs(plans: Pick<PlanUses, 'tellOffice'>): Job[] {
  return [{ task: PLAN_WRITTEN_TASK, run: (payload) => plans.tellOffice(OfTenant.parse(payload).tenantId) }];
}

/** Every minute the clock may have ended somebody's plan, or begun it. */
export function planClock(plans: Pick<PlanUses, 'carryAll'>): PeriodicJob {
  return { task: 'plans.carry', crontab: '* * * * *', run: () => plans.carryAll() };
}
