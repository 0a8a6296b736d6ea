import { expect, it } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { forEveryTenant, forgetInSteps } from './every-tenant.ts';

it('looks after every tenant, whatever goes wrong with one, and tells that it did', async () => {
  const done: string[] = [];
  const all = forEveryTenant(
    async () => ['first', 'broken', 'last'],
    async (tenantId) => {
      if (tenantId === 'broken') throw new Error('it is spoilt');
      done.push(tenantId);
    },
  );
  await expect(all).rejects.toThrow(/1 tenants/);
  expect(done).toEqual(['first', 'last']);
});

it('forgets in transactions of so many rows each, until there is nothing left', async () => {
  let left = 250;
  const steps: number[] = [];
  const database: Pick<Database, 'transaction'> = {
    transaction: (scope, work) => work({ scope, query: async () => [], change: async () => 0, afterCommit: () => undefined }),
  };
  await forgetInSteps(database, 'tenant', 100, async (_tx, most) => {
    const now = Math.min(left, most);
    left -= now;
    steps.push(now);
    return now;
  });
  expect([left, steps]).toEqual([0, [100, 100, 50]]);
});
