import type { Database } from '../database/database.ts';
import type { PeriodicJob } from '../jobs/jobs.ts';
import { sealAudit } from './sealer.ts';

/** Seals every tenant's new audit rows once a minute. */
export function auditClock(deps: { database: Database; tenantIds: () => Promise<string[]> }): PeriodicJob {
  return {
    task: 'audit.seal-all',
    crontab: '* * * * *',
    async run() {
      for (const tenantId of await deps.tenantIds()) await sealAudit(deps.database, tenantId);
    },
  };
}
