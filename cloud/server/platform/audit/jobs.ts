import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { PeriodicJob } from '../jobs/jobs.ts';
import { sealAudit } from './sealer.ts';

/**
 * Seals every tenant's new audit rows once a minute. With a logger it tells each new head: logs are kept where the database's owner cannot write, so a chain that was cut off or
 * rewritten later can be held against them (ADR 0005).
 */
export function auditClock(deps: { database: Database; tenantIds: () => Promise<string[]>; logger?: Logger }): PeriodicJob {
  return {
    task: 'audit.seal-all',
    crontab: '* * * * *',
    async run() {
      const failures: unknown[] = [];
      for (const tenantId of await deps.tenantIds()) {
        try {
          if ((await sealAudit(deps.database, tenantId)) > 0 && deps.logger !== undefined)
            await tellHead(deps.database, deps.logger, tenantId);
        } catch (error) {
          // One tenant's row that cannot be sealed must not leave all others unsealed.
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, `the audit trail of ${failures.length} tenants could not be sealed`);
    },
  };
}

async function tellHead(database: Database, logger: Logger, tenantId: string): Promise<void> {
  const [head] = await database.read<{ block: number; hash: Buffer }>(
    { tenantId, sessionId: null },
    { text: 'select number as block, hash from audit_block order by number desc limit 1' },
  );
  if (head !== undefined) logger.info({ tenantId, block: head.block, hash: head.hash.toString('hex') }, 'audit head');
}
