import type { Plan } from '@concierge/contract/plans.ts';
import type pg from 'pg';
import type { AgreedPlan } from './rules.ts';

/** What the operator's program reads and writes, on a connection of the database's owner: the application only reads, and only its tenant's. */

export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface WrittenPlan {
  readonly plan: Plan;
  readonly trial: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly setBy: string;
  readonly setAt: Date;
}

export async function listTenants(owner: pg.ClientBase, slug: string | null, most: number): Promise<Tenant[]> {
  const { rows } = await owner.query<Tenant>(
    'select id, slug, name from tenant where $1::text is null or slug = $1 order by slug limit $2',
    [slug, most],
  );
  return rows;
}

/** The tenant, whose row is kept until the transaction ends: two operators at once write one after the other. */
export async function lockTenant(owner: pg.ClientBase, slug: string): Promise<Tenant | null> {
  const { rows } = await owner.query<Tenant>('select id, slug, name from tenant where slug = $1 for update', [slug]);
  return rows[0] ?? null;
}

export async function writtenPlans(owner: pg.ClientBase, tenantId: string): Promise<WrittenPlan[]> {
  const { rows } = await owner.query<WrittenPlan>(
    `select plan, trial, starts_at as "startsAt", ends_at as "endsAt", set_by as "setBy", set_at as "setAt" from tenant_plan where tenant_id = $1 order by starts_at`,
    [tenantId],
  );
  return rows;
}

export function agreedOf({ plan, trial, startsAt, endsAt }: WrittenPlan): AgreedPlan {
  return { plan, trial, startsMs: startsAt.getTime(), endsMs: endsAt?.getTime() ?? null };
}

/** Ends what holds at that moment, and takes back what was to begin later; returns how many of those there were. */
export async function clearFrom(owner: pg.ClientBase, tenantId: string, from: Date): Promise<number> {
  const { rowCount } = await owner.query('delete from tenant_plan where tenant_id = $1 and starts_at >= $2', [tenantId, from]);
  await owner.query('update tenant_plan set ends_at = $2 where tenant_id = $1 and starts_at < $2 and (ends_at is null or ends_at > $2)', [
    tenantId,
    from,
  ]);
  return rowCount ?? 0;
}

export async function insertPlan(owner: pg.ClientBase, tenantId: string, plan: WrittenPlan): Promise<void> {
  await owner.query(
    'insert into tenant_plan (tenant_id, plan, trial, starts_at, ends_at, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [tenantId, plan.plan, plan.trial, plan.startsAt, plan.endsAt, plan.setBy, plan.setAt],
  );
}

export async function noteInAudit(owner: pg.ClientBase, tenantId: string, details: Readonly<Record<string, unknown>>): Promise<void> {
  await owner.query(
    `insert into audit_event (tenant_id, actor_kind, action, subject_kind, subject_id, details) values ($1, 'system', 'plan.set', 'tenant', $1, $2)`,
    [tenantId, JSON.stringify(details)],
  );
}

export interface PlanNote {
  readonly at: Date;
  readonly action: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the audit trail says of the tenant's plan, the latest last. */
export async function planNotes(owner: pg.ClientBase, tenantId: string, most: number): Promise<PlanNote[]> {
  const { rows } = await owner.query<PlanNote>(
    `select at, action, details from (select at, id, action, details from audit_event
       where tenant_id = $1 and subject_id = $1 and action in ('plan.set', 'plan.took-effect') order by id desc limit $2) latest order by id`,
    [tenantId, most],
  );
  return rows;
}

/** Has the running cloud look at the tenant as soon as this transaction has committed. */
export async function askToCarry(owner: pg.ClientBase, task: string, tenantId: string): Promise<void> {
  await owner.query('select graphile_worker.add_job(identifier => $1, payload => $2::json, job_key => $3)', [
    task,
    JSON.stringify({ tenantId }),
    `${task}:${tenantId}`,
  ]);
}
