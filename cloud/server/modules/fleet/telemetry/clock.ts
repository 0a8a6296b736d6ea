import type { Database, Transaction } from '#platform/database/database.ts';
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
      run: () => forEveryTenant(deps, (tenantId) => deps.alerts.settleTenant(tenantId)),
    },
    {
      task: 'fleet.forget-history',
      crontab: '17 * * * *',
      run: () => forEveryTenant(deps, (tenantId) => forgetOld(deps, tenantId)),
    },
  ];
}

/** So many rows in one transaction, so that none of them takes long. */
const MOST_FORGOTTEN_AT_ONCE = 5_000;
const MOST_STEPS = 400;

async function forgetOld({ database, nowMs }: { database: Database; nowMs(): number }, tenantId: string): Promise<void> {
  const before = (keptMs: number) => new Date(nowMs() - keptMs);
  const kinds: ((tx: Transaction) => Promise<number>)[] = [
    (tx) => forgetHistory(tx, 'samples', before(SAMPLES_KEPT_MS), MOST_FORGOTTEN_AT_ONCE),
    (tx) => forgetHistory(tx, 'hours', before(HOURS_KEPT_MS), MOST_FORGOTTEN_AT_ONCE),
    (tx) => forgetClosedAlerts(tx, before(CLOSED_ALERTS_KEPT_MS), MOST_FORGOTTEN_AT_ONCE),
  ];
  for (const forget of kinds) {
    for (let step = 0; step < MOST_STEPS; step += 1)
      if ((await database.transaction({ tenantId, sessionId: null }, forget)) < MOST_FORGOTTEN_AT_ONCE) break;
  }
}

/** One tenant's trouble must not keep the others waiting. */
async function forEveryTenant({ tenantIds }: { tenantIds(): Promise<string[]> }, work: (tenantId: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const tenantId of await tenantIds()) await work(tenantId).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `the fleets of ${failures.length} tenants could not be looked after`);
}
