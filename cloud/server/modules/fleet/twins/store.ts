import type { Transaction } from '#platform/database/database.ts';

/*
 * That two machines go by one identity stands among the troubles of the device's newest picture, because that is what the fleet is read from; pictures leave it there (ADR 0030). When it was
 * found and who closed it stands in the audit trail.
 */

/** Notes it; null when it stands there already, or the device is unknown or revoked. A device that never told how it fares has no picture, and gets an empty one. */
export async function openTwin(tx: Transaction, deviceId: string, now: Date): Promise<{ buildingId: string } | null> {
  const [row] = await tx.query<{ buildingId: string }>(
    `with opened as (
       insert into device_health (tenant_id, device_id, taken_at, received_at, telemetry, troubles)
       select $1, id, '-infinity', $3, 'null', '{twin}' from device where tenant_id = $1 and id = $2 and revoked_at is null and leaving_at is null
       on conflict (tenant_id, device_id) do update set troubles = array_append(device_health.troubles, 'twin')
       where not 'twin' = any (device_health.troubles)
       returning device_id)
     select d.building_id as "buildingId" from opened o join device d on d.tenant_id = $1 and d.id = o.device_id`,
    [tx.scope.tenantId, deviceId, now],
  );
  return row ?? null;
}

/** False when nothing was open. */
export async function closeTwin(tx: Transaction, deviceId: string): Promise<boolean> {
  const changed = await tx.change(
    `update device_health set troubles = array_remove(troubles, 'twin') where tenant_id = $1 and device_id = $2 and 'twin' = any (troubles)`,
    [tx.scope.tenantId, deviceId],
  );
  return changed === 1;
}
