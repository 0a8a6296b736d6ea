import type { Database, Transaction } from '#platform/database/database.ts';
import { forEveryTenant } from '#platform/jobs/every-tenant.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import { forgetProofs } from './store.ts';

/** The code that a proof was made with is refused long before: a day is for whoever looks into what went wrong. */
const PROOFS_KEPT_MS = 86_400_000;
/** So many rows in one transaction, so that none of them takes long; what is left over goes the next night. */
const MOST_FORGOTTEN_AT_ONCE = 5_000;
const MOST_STEPS = 400;

/** Once a night the proofs of presence that are a day over are removed, and with them the marks of the browsers that made them. */
export function presenceClock(deps: { database: Database; tenantIds: () => Promise<string[]>; nowMs: () => number }): PeriodicJob {
  return {
    task: 'lobby.forget-presence',
    crontab: '40 2 * * *',
    run: () =>
      forEveryTenant(deps.tenantIds, async (tenantId) => {
        const endedBefore = new Date(deps.nowMs() - PROOFS_KEPT_MS);
        for (let step = 0; step < MOST_STEPS; step += 1) {
          const forget = (tx: Transaction) => forgetProofs(tx, endedBefore, MOST_FORGOTTEN_AT_ONCE);
          if ((await deps.database.transaction({ tenantId, sessionId: null }, forget)) < MOST_FORGOTTEN_AT_ONCE) break;
        }
      }),
  };
}
