import type { Database, Transaction } from '#platform/database/database.ts';

/** Does the work for each tenant in turn. One tenant's trouble does not keep the others waiting; it is thrown once all had their turn. */
export async function forEveryTenant(tenantIds: () => Promise<string[]>, work: (tenantId: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const tenantId of await tenantIds()) await work(tenantId).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} tenants could not be looked after`);
}

/** However much there is to be forgotten, the next run goes on after so many steps. */
const MOST_STEPS = 400;

/** Forgets what is old in transactions of at most so many rows each, so that none of them takes long. `forget` answers how many they were. */
export async function forgetInSteps(
  database: Pick<Database, 'transaction'>,
  tenantId: string,
  mostAtOnce: number,
  forget: (tx: Transaction, most: number) => Promise<number>,
): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1)
    if ((await database.transaction({ tenantId, sessionId: null }, (tx) => forget(tx, mostAtOnce))) < mostAtOnce) return;
}
