import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { Transaction } from '#platform/database/database.ts';

/** That one which was offline still is (a broker repeats what it retained) is no sign of life. */
export async function noteStatus(
  tx: Transaction,
  deviceId: string,
  online: boolean,
): Promise<{ buildingId: string; changed: boolean } | null> {
  const [row] = await tx.query<{ buildingId: string; changed: boolean }>(
    `update device set online = $3, online_since = case when $3 and not online then now() when $3 then online_since end,
       last_seen_at = case when $3 or online then now() else last_seen_at end where tenant_id = $1 and id = $2 and revoked_at is null
     returning building_id as "buildingId", old.online <> new.online as changed`,
    [tx.scope.tenantId, deviceId, online],
  );
  return row ?? null;
}

/**
 * Stores what the device reported, unless a newer report is there already: messages may arrive twice or out of order. One that was newer than the present came from a clock that was ahead,
 * and gives way to any other. That a broker repeats what it retained is no sign of life.
 */
export async function noteReported(tx: Transaction, deviceId: string, reported: Reported): Promise<boolean> {
  const changed = await tx.change(
    `update device set reported = $3, last_seen_at = case when reported ->> 'at' is distinct from $4 then now() else last_seen_at end
     where tenant_id = $1 and id = $2 and revoked_at is null and (reported is null or reported ->> 'at' <= $4 or (reported ->> 'at')::timestamptz > now() + interval '5 minutes')`,
    [tx.scope.tenantId, deviceId, JSON.stringify(reported), reported.at],
  );
  return changed === 1;
}

/** Notes that a leaving device could not erase what it showed; false for one that is not leaving, or has said so before. */
export async function noteWipeFailed(tx: Transaction, deviceId: string): Promise<boolean> {
  const changed = await tx.change(
    'update device set wipe_failed_at = now() where tenant_id = $1 and id = $2 and leaving_at is not null and wipe_failed_at is null',
    [tx.scope.tenantId, deviceId],
  );
  return changed === 1;
}
