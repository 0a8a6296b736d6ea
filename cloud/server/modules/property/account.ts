import type { BuildingAccount, BuildingAccountBody } from '@concierge/contract/http/building-account.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { deleteAccount, findAccount, writeAccount } from './account-store.ts';
import { BUILDING_CHANGED } from './buildings.ts';
import { findBuilding, findLobbyBuilding } from './store.ts';

/**
 * The account that common expenses are paid into, as it hangs in the lobby. Whoever changes it leads people's money elsewhere, so the audit keeps the number before and after: it is
 * the building's, and public.
 */
export interface Accounts {
  get(principal: Principal, buildingId: string): Promise<Result<{ account: BuildingAccount | null }, Failure>>;
  put(principal: Principal, buildingId: string, body: BuildingAccountBody): Promise<Result<{ account: BuildingAccount | null }, Failure>>;
  remove(principal: Principal, buildingId: string): Promise<Result<null, Failure>>;
}

export function createAccounts({ database, outbox }: { database: Database; outbox: Outbox }): Accounts {
  async function get(principal: Principal, buildingId: string): Promise<Result<{ account: BuildingAccount | null }, Failure>> {
    if (!principal.may('building:read', buildingId) || (await findBuilding(database, principal.scope, buildingId)) === null)
      return failure({ code: 'not-found' });
    return success({ account: await findAccount(database, principal.scope, buildingId) });
  }

  function refusal(principal: Principal, buildingId: string): Failure | null {
    if (!principal.may('building:read', buildingId)) return { code: 'not-found' };
    return principal.may('building:write', buildingId) ? null : { code: 'not-allowed' };
  }

  async function note(
    tx: Transaction,
    principal: Principal,
    buildingId: string,
    change: { from: string | null; to: string | null },
  ): Promise<void> {
    await recordAudit(tx, actorOf(principal), {
      action: `building-account.${change.to === null ? 'removed' : 'changed'}`,
      subjectKind: 'building',
      subjectId: buildingId,
      buildingId,
      details: change,
    });
    await outbox.emit(tx, BUILDING_CHANGED, { tenantId: tx.scope.tenantId, buildingId });
    await outbox.announceLive(tx, { subject: 'building', id: buildingId, buildingId });
  }

  return {
    get,

    async put(principal, buildingId, body) {
      const refused = refusal(principal, buildingId);
      if (refused !== null) return failure(refused);
      const failed = await database.transaction<Failure | null>(principal.scope, async (tx) => {
        if ((await findLobbyBuilding(tx, buildingId)) === null) return { code: 'not-found' };
        const before = await findAccount(database, principal.scope, buildingId);
        if (!(await writeAccount(tx, buildingId, body))) return { code: 'version-conflict' };
        await note(tx, principal, buildingId, { from: before?.iban ?? null, to: body.iban });
        return null;
      });
      return failed === null ? get(principal, buildingId) : failure(failed);
    },

    async remove(principal, buildingId) {
      const refused = refusal(principal, buildingId);
      if (refused !== null) return failure(refused);
      return database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        const before = await deleteAccount(tx, buildingId);
        if (before === null) return failure({ code: 'not-found' });
        await note(tx, principal, buildingId, { from: before.iban, to: null });
        return success(null);
      });
    },
  };
}
