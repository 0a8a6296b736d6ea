import type { PlanStanding } from '@concierge/contract/http/plan.ts';
import { isMore, LEAST_PLAN, type Plan, TRIAL_DAYS } from '@concierge/contract/plans.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type pg from 'pg';
import {
  agreedOf,
  askToCarry,
  clearFrom,
  insertPlan,
  listTenants,
  lockTenant,
  noteInAudit,
  type PlanNote,
  planNotes,
  type Tenant,
  type WrittenPlan,
  writtenPlans,
} from './operator-store.ts';
import { PLAN_WRITTEN_TASK, shown } from './plans.ts';
import { standingAt } from './rules.ts';

const DAY_MS = 86_400_000;
const MOST_TENANTS = 1_000;
const MOST_NOTES = 200;

/** What is written down of a tenant, and what that means now. */
export interface TenantPlans {
  readonly tenant: Tenant;
  readonly standing: PlanStanding;
  readonly written: readonly WrittenPlan[];
}

/** What the platform's operator does with plans. An error is a sentence for them. Each call is one transaction, rolled back when it is only tried. */
export interface PlanOperator {
  /** Of one tenant, or of all. */
  show(slug: string | null): Promise<Result<TenantPlans[], string>>;
  /** From a moment on, until another or for good, the tenant has this plan; whatever was written down for later is taken back. The past stays as it was. */
  set(slug: string, wanted: WantedPlan): Promise<Result<TenantPlans & { readonly takenBack: number }, string>>;
  history(slug: string): Promise<Result<{ readonly tenant: Tenant; readonly notes: readonly PlanNote[] }, string>>;
}

export interface WantedPlan {
  readonly plan: Plan;
  readonly trial: boolean;
  /** Null: from now on. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

export function createPlanOperator(deps: {
  /** A connection of the database's owner. */
  readonly owner: pg.ClientBase;
  readonly by: string;
  readonly dryRun: boolean;
  nowMs(): number;
}): PlanOperator {
  const { owner, dryRun } = deps;
  const by = deps.by.slice(0, 60);

  async function once<Value>(work: () => Promise<Result<Value, string>>): Promise<Result<Value, string>> {
    await owner.query('begin');
    let keep = false;
    try {
      const result = await work();
      keep = result.ok && !dryRun;
      return result;
    } finally {
      await owner.query(keep ? 'commit' : 'rollback');
    }
  }

  async function plansOf(tenant: Tenant): Promise<TenantPlans> {
    const written = await writtenPlans(owner, tenant.id);
    return { tenant, standing: shown(standingAt(written.map(agreedOf), deps.nowMs())), written };
  }

  return {
    async show(slug) {
      const tenants = await listTenants(owner, slug, MOST_TENANTS);
      if (slug !== null && tenants.length === 0) return failure(noTenant(slug));
      const all: TenantPlans[] = [];
      for (const tenant of tenants) all.push(await plansOf(tenant));
      return success(all);
    },

    set: (slug, { plan, trial, fromMs, untilMs }) =>
      once(async () => {
        const tenant = await lockTenant(owner, slug);
        if (tenant === null) return failure(noTenant(slug));
        // The clock is read behind the lock: who waited for another operator comes after them.
        const nowMs = deps.nowMs();
        const startsAt = new Date(fromMs ?? nowMs);
        if (startsAt.getTime() < nowMs) return failure('A plan begins now or later; the past stays as it was.');
        if (untilMs !== null && untilMs <= startsAt.getTime()) return failure('The plan would end before it begins.');
        if (trial && !isMore(plan, LEAST_PLAN)) return failure(`There is nothing to try in ${plan}.`);
        const endsAt = untilMs === null ? null : new Date(untilMs);
        const takenBack = await clearFrom(owner, tenant.id, startsAt);
        await insertPlan(owner, tenant.id, { plan, trial, startsAt, endsAt, setBy: by, setAt: new Date(nowMs) });
        await noteInAudit(owner, tenant.id, {
          plan,
          trial,
          from: startsAt.toISOString(),
          until: endsAt?.toISOString() ?? null,
          by,
          takenBack,
        });
        await askToCarry(owner, PLAN_WRITTEN_TASK, tenant.id);
        return success({ ...(await plansOf(tenant)), takenBack });
      }),

    async history(slug) {
      const [tenant] = await listTenants(owner, slug, 1);
      if (tenant === undefined) return failure(noTenant(slug));
      return success({ tenant, notes: await planNotes(owner, tenant.id, MOST_NOTES) });
    },
  };
}

/** A new tenant tries everything. In the transaction in which it is made, on a connection of the database's owner. */
export async function grantTrial(owner: pg.ClientBase, tenantId: string, given: { by: string; nowMs: number }): Promise<void> {
  const [startsAt, endsAt] = [new Date(given.nowMs), new Date(given.nowMs + TRIAL_DAYS * DAY_MS)];
  await insertPlan(owner, tenantId, { plan: 'premium', trial: true, startsAt, endsAt, setBy: given.by, setAt: startsAt });
  await noteInAudit(owner, tenantId, {
    plan: 'premium',
    trial: true,
    from: startsAt.toISOString(),
    until: endsAt.toISOString(),
    by: given.by,
    takenBack: 0,
  });
}

function noTenant(slug: string): string {
  return `There is no office ${slug}.`;
}
