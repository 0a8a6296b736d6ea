import type { Database, Transaction } from '#platform/database/database.ts';
import { forEveryTenant, forgetInSteps } from '#platform/jobs/every-tenant.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import { forgetClosedAlerts } from './alert-store.ts';
import type { Alerts } from './alerts.ts';
import { forgetHistory } from './health-store.ts';
import { CLOSED_ALERTS_KEPT_MS, HOURS_KEPT_MS, SAMPLES_KEPT_MS } from './rules.ts';

/** Every minute what the clock has decided meanwhile is written down and told; every hour what is older than it is kept is forgotten. */
export function fleetClock(deps: {
  database: Database;
  alerts: Pick<Alerts, 'settleTenant'>;
  tenantIds(): Promise<string[]>;
  nowMs(): number;
}): PeriodicJob[] {
  return [
    {
      task: 'fleet.settle-alerts',
      crontab: '* * * * *',
      run: () => forEveryTenant(deps.tenantIds, (tenantId) => deps.alerts.settleTenant(tenantId)),
    },
    {
      task: 'fleet.forget-history',
      crontab: '17 * * * *',
      run: () => forEveryTenant(deps.tenantIds, (tenantId) => forgetOld(deps, tenantId)),
    },
  ];
}

const MOST_FORGOTTEN_AT_ONCE = 5_000;

async function forgetOld({ database, nowMs }: { database: Database; nowMs(): number }, tenantId: string): Promise<void> {
  const before = (keptMs: number) => new Date(nowMs() - keptMs);
  const kinds: ((tx: Transaction, most: number) => Promise<number>)[] = [
    (tx, most) => forgetHistory(tx, 'samples', before(SAMPLES_KEPT_MS), most),
    (tx, most) => forgetHistory(tx, 'hours', before(HOURS_KEPT_MS), most),
    (tx, most) => forgetClosedAlerts(tx, before(CLOSED_ALERTS_KEPT_MS), most),
  ];
  for (const forget of kinds) await forgetInSteps(database, tenantId, MOST_FORGOTTEN_AT_ONCE, forget);
}
