import type { Plan } from '@concierge/contract/plans.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { AgreedPlan } from './rules.ts';

/** More stretches than this no office has had; the latest count. */
const MOST_AGREED = 200;

export interface PlansOfTenant {
  /** In the order of their starts. */
  readonly agreed: readonly AgreedPlan[];
  /** The plan that the screens were last composed for, and when; null when they never were. */
  readonly carried: { readonly plan: Plan; readonly atMs: number } | null;
}

export async function plansOf(database: Database, scope: Scope): Promise<PlansOfTenant> {
  const [row] = await database.read<PlansOfTenant>(scope, {
    name: 'plans-of-tenant',
    text: `select (select coalesce(json_agg(json_build_object('plan', p.plan, 'trial', p.trial, 'startsMs', ${milliseconds('p.starts_at')},
          'endsMs', ${milliseconds('p.ends_at')}) order by p.starts_at), '[]')
        from (select plan, trial, starts_at, ends_at from tenant_plan where tenant_id = (select current_tenant()) order by starts_at desc limit ${MOST_AGREED}) p) as agreed,
      (select json_build_object('plan', plan, 'atMs', ${milliseconds('carried_at')}) from tenant_plan_carried where tenant_id = (select current_tenant())) as carried`,
  });
  return row ?? { agreed: [], carried: null };
}

/** Takes the row until the transaction ends, so that of two replicas one hears that the other has told the screens already. */
export async function lockCarried(tx: Transaction, at: Date): Promise<void> {
  await tx.change(
    `insert into tenant_plan_carried (tenant_id, plan, carried_at) values ($1, 'basic', $2) on conflict (tenant_id) do nothing`,
    [tx.scope.tenantId, at],
  );
  await tx.query('select from tenant_plan_carried where tenant_id = $1 for update', [tx.scope.tenantId]);
}

export async function noteCarried(tx: Transaction, plan: Plan, at: Date): Promise<void> {
  await tx.change('update tenant_plan_carried set plan = $2, carried_at = $3 where tenant_id = $1', [tx.scope.tenantId, plan, at]);
}

function milliseconds(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::bigint`;
}
