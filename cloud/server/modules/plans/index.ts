import type { HttpServer } from '#platform/http/server.ts';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import { planClock, planJobs } from './jobs.ts';
import { createPlanUses, type PlansDeps, type PlanUses } from './plans.ts';
import { planRoutes } from './routes.ts';

export { createPlanOperator, grantTrial, type PlanOperator, type TenantPlans } from './operator.ts';
export { PLAN_CHANGED } from './plans.ts';

export interface Plans extends PlanUses {
  readonly jobs: readonly Job[];
  readonly periodic: readonly PeriodicJob[];
  routes(app: HttpServer): void;
}

/** What each tenant has agreed on, and so which features it has. Money is no part of it: who pays what is another module's. */
export function createPlans(deps: PlansDeps): Plans {
  const plans = createPlanUses(deps);
  return { ...plans, jobs: planJobs(plans), periodic: [planClock(plans)], routes: (app) => planRoutes(app, plans) };
}
