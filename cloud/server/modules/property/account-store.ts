import type { BuildingAccount } from '@concierge/contract/http/building-account.ts';
import type { AccountFact } from '@concierge/contract/mqtt/facts.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';

export async function findAccount(database: Database, scope: Scope, buildingId: string): Promise<BuildingAccount | null> {
  const [row] = await database.read<BuildingAccount>(scope, {
    name: 'find-building-account',
    text: 'select iban, holder, version from building_account where tenant_id = (select current_tenant()) and building_id = $1',
    values: [buildingId],
  });
  return row ?? null;
}

/** Writes the account; false when somebody changed it since `version` was read. */
export async function writeAccount(
  tx: Transaction,
  buildingId: string,
  account: AccountFact & { version: number | null },
): Promise<boolean> {
  const values = [tx.scope.tenantId, buildingId, account.iban, account.holder];
  const written =
    account.version === null
      ? await tx.change(
          'insert into building_account (tenant_id, building_id, iban, holder) values ($1, $2, $3, $4) on conflict do nothing',
          values,
        )
      : await tx.change(
          'update building_account set iban = $3, holder = $4, version = version + 1 where tenant_id = $1 and building_id = $2 and version = $5',
          [...values, account.version],
        );
  return written === 1;
}

/** Takes the account away; returns what it was, null when there was none. */
export async function deleteAccount(tx: Transaction, buildingId: string): Promise<AccountFact | null> {
  const [row] = await tx.query<AccountFact>(
    'delete from building_account where tenant_id = $1 and building_id = $2 returning iban, holder',
    [tx.scope.tenantId, buildingId],
  );
  return row ?? null;
}
