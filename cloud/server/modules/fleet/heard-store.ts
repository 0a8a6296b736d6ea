import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { Transaction } from '#platform/database/database.ts';

/** Whether it changed anything; null when the device is unknown or revoked. What a broker repeats is no sign of life, nor is it that one which was offline still is. */
export async function noteStatus(
  tx: Transaction,
  deviceId: string,
  online: boolean,
  { retained }: { readonly retained: boolean },
): Promise<{ buildingId: string } | null> {
  const [row] = await tx.query<{ buildingId: string; changed: boolean }>(
    `update device set online = $3, online_since = case when $3 and not online then now() when $3 then online_since end,
       last_seen_at = case when $4 then last_seen_at else now() end
     where tenant_id = $1 and id = $2 and revoked_at is null and (online <> $3 or ($3 and not $4))
     returning building_id as "buildingId", old.online <> new.online as changed`,
    [tx.scope.tenantId, deviceId, online, retained],
  );
  return row?.changed === true ? { buildingId: row.buildingId } : null;
}

/**
 * Stores what the device reported, unless it or a newer report is there already: messages may arrive twice or out of order. One that was newer than the present came from a clock that was
 * ahead, and gives way to any other. Null when nothing was stored; else whether the device counted as away until now.
 */
export async function noteReported(
  tx: Transaction,
  deviceId: string,
  reported: Reported,
  { retained }: { readonly retained: boolean },
): Promise<{ cameBack: boolean } | null> {
  const [row] = await tx.query<{ cameBack: boolean }>(
    `update device set reported = $3, online = online or not $5, online_since = case when online or $5 then online_since else now() end,
       last_seen_at = case when $5 then last_seen_at else now() end
     where tenant_id = $1 and id = $2 and revoked_at is null and reported is distinct from $3::jsonb
       and (reported is null or reported ->> 'at' <= $4 or (reported ->> 'at')::timestamptz > now() + interval '5 minutes')
     returning new.online and not old.online as "cameBack"`,
    [tx.scope.tenantId, deviceId, JSON.stringify(reported), reported.at, retained],
  );
  return row ?? null;
}

/** Who sends a picture is there, whatever was heard before; null for one of which that was known. */
export async function notePresence(tx: Transaction, deviceId: string): Promise<{ buildingId: string } | null> {
  const [row] = await tx.query<{ buildingId: string }>(
    `update device set online = true, online_since = now(), last_seen_at = now() where tenant_id = $1 and id = $2 and revoked_at is null and not online
     returning building_id as "buildingId"`,
    [tx.scope.tenantId, deviceId],
  );
  return row ?? null;
}

/** Notes that a leaving device could not erase what it showed; false for one that is not leaving, or has said so before. */
export async function noteWipeFailed(tx: Transaction, deviceId: string): Promise<boolean> {
  const changed = await tx.change(
    'update device set wipe_failed_at = now() where tenant_id = $1 and id = $2 and leaving_at is not null and wipe_failed_at is null',
    [tx.scope.tenantId, deviceId],
  );
  return changed === 1;
}
