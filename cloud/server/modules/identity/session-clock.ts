import type { Database } from '#platform/database/database.ts';
import { forEveryTenant } from '#platform/jobs/every-tenant.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import { forgetEndedSessions } from './store.ts';

/** How long an ended session is still known: a stolen token shown within that time is called stolen, a later one merely unknown. */
const KEPT_DAYS = 30;

/** Removes the sessions that ended long ago, once a night. */
export function sessionClock(deps: { database: Database; tenantIds: () => Promise<string[]> }): PeriodicJob {
  return {
    task: 'identity.forget-sessions',
    crontab: '20 2 * * *',
    run: () =>
      forEveryTenant(deps.tenantIds, async (tenantId) => {
        await deps.database.transaction({ tenantId, sessionId: null }, (tx) => forgetEndedSessions(tx, KEPT_DAYS));
      }),
  };
}
