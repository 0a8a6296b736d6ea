import type { PlanStanding } from '@concierge/contract/http/plan.ts';
import { lackingIn, PlanFeature } from '@concierge/contract/plans.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database, Scope } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { type Standing, standingAt } from './rules.ts';
import { lockCarried, noteCarried, plansOf } from './store.ts';

/** Says that another plan holds for the tenant than its screens were composed for. */
export const PLAN_CHANGED = 'plan.changed';

/** The job that the operator's program adds in the transaction in which it writes another plan down. */
export const PLAN_WRITTEN_TASK = 'plans.written';

export interface PlanUses {
  /** What the tenant has now. The clock decides, whether or not a job has run. */
  standing(scope: Scope): Promise<PlanStanding>;
  /** The features that the tenant does without now. In a transaction it reads inside of it. */
  lacking(scope: Scope): Promise<readonly PlanFeature[]>;
  /** Tells the screens when another plan holds than they were composed for; of any number of calls at once, one does. True when this one did. */
  carry(tenantId: string): Promise<boolean>;
  carryAll(): Promise<void>;
  /** Somebody has written another plan down: carries it, and tells the open screens of the office. */
  tellOffice(tenantId: string): Promise<void>;
}

/** By how much the clocks of replicas may differ. */
const MOST_SKEW_MS = 60_000;

export interface PlansDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  tenantIds(): Promise<string[]>;
  nowMs(): number;
}

export function createPlanUses(deps: PlansDeps): PlanUses {
  const { database, outbox, nowMs } = deps;
  const now = async (scope: Scope) => {
    const { agreed, carried } = await plansOf(database, scope);
    // A replica whose clock is a little behind must not compose for the plan of before what another has already told the screens of. One far behind is wrong, and so may be the other.
    const aheadMs = carried === null ? 0 : carried.atMs - nowMs();
    return standingAt(agreed, nowMs() + (aheadMs > 0 && aheadMs <= MOST_SKEW_MS ? aheadMs : 0));
  };

  async function carry(tenantId: string): Promise<boolean> {
    const scope = { tenantId, sessionId: null };
    const isDue = async () => {
      const { agreed, carried } = await plansOf(database, scope);
      const { plan } = standingAt(agreed, nowMs());
      return { plan, due: plan !== carried?.plan };
    };
    // Every minute for every tenant, and hardly ever the case.
    if (!(await isDue()).due) return false;
    return database.transaction(scope, async (tx) => {
      await lockCarried(tx, new Date(nowMs()));
      const { plan, due } = await isDue();
      if (!due) return false;
      await noteCarried(tx, plan, new Date(nowMs()));
      await recordAudit(
        tx,
        { kind: 'system', id: null },
        { action: 'plan.took-effect', subjectKind: 'tenant', subjectId: tenantId, details: { plan } },
      );
      await outbox.emit(tx, PLAN_CHANGED, { tenantId });
      await outbox.announceLive(tx, { subject: 'plan', id: tenantId, buildingId: null });
      return true;
    });
  }

  return {
    async standing(scope) {
      return shown(await now(scope));
    },

    async lacking(scope) {
      return lackingIn((await now(scope)).plan);
    },

    carry,

    async carryAll() {
      const failures: unknown[] = [];
      // One tenant's trouble must not keep the others waiting.
      for (const tenantId of await deps.tenantIds()) await carry(tenantId).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw new AggregateError(failures, `the plans of ${failures.length} tenants could not be carried out`);
    },

    async tellOffice(tenantId) {
      if (await carry(tenantId)) return;
      await database.transaction({ tenantId, sessionId: null }, (tx) =>
        outbox.announceLive(tx, { subject: 'plan', id: tenantId, buildingId: null }),
      );
    },
  };
}

export function shown({ plan, phase, trial, sinceMs, untilMs, goneFromMs, next }: Standing): PlanStanding {
  const lacking = lackingIn(plan);
  return {
    plan,
    phase,
    trial,
    since: instantOf(sinceMs),
    until: instantOf(untilMs),
    goneFrom: instantOf(goneFromMs),
    next: next === null ? null : { plan: next.plan, from: new Date(next.fromMs).toISOString() },
    features: PlanFeature.options.filter((feature) => !lacking.includes(feature)),
  };
}

function instantOf(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
