import type { Database } from '#platform/database/database.ts';
import { forEveryTenant, forgetInSteps } from '#platform/jobs/every-tenant.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import { forgetProofs } from './store.ts';

/** The code that a proof was made with is refused long before: a day is for whoever looks into what went wrong. */
const PROOFS_KEPT_MS = 86_400_000;
const MOST_FORGOTTEN_AT_ONCE = 5_000;

/** Once a night the proofs of presence that are a day over are removed, and with them the marks of the browsers that made them. */
export function presenceClock(deps: { database: Database; tenantIds: () => Promise<string[]>; nowMs: () => number }): PeriodicJob {
  return {
    task: 'lobby.forget-presence',
    crontab: '40 2 * * *',
    run: () =>
      forEveryTenant(deps.tenantIds, async (tenantId) => {
        const endedBefore = new Date(deps.nowMs() - PROOFS_KEPT_MS);
        await forgetInSteps(deps.database, tenantId, MOST_FORGOTTEN_AT_ONCE, (tx, most) => forgetProofs(tx, endedBefore, most));
      }),
  };
}
