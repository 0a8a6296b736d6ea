import type { AlertKind } from '@concierge/contract/http/fleet.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import { instant } from '../store.ts';
import { fleetNow } from './fleet-store.ts';
import type { Cutoffs } from './rules.ts';

export interface AlertNews {
  readonly change: 'opened' | 'closed';
  readonly alertId: string;
  readonly deviceId: string;
  readonly buildingId: string;
  readonly kind: AlertKind;
}

/**
 * Makes the open alerts what holds now, for one device or for all of the tenant's; answers with what was opened and closed by this very call. At most `most` of each: more come with the next
 * call. A twin is not among them (twins/store.ts). Two at once cannot do the same twice: the key lets one of them open an alert, and the row's lock lets one of them close it.
 */
export async function settleAlerts(
  tx: Transaction,
  settling: { deviceId: string | null; cutoffs: Cutoffs; now: Date; most: number },
): Promise<AlertNews[]> {
  const values: unknown[] = [tx.scope.tenantId, settling.deviceId, settling.now, settling.most];
  const add = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  return tx.query<AlertNews>(
    `with held as materialized (
       select d.id as device_id, kind from ${fleetNow(add, settling.cutoffs)} cross join lateral unnest(a.kinds) as kind
       where d.tenant_id = $1 and d.revoked_at is null and ($2::uuid is null or d.id = $2) and kind <> 'twin'),
     opened as (
       insert into device_alert (tenant_id, device_id, kind, opened_at)
       select $1, h.device_id, h.kind, $3 from held h
       where not exists (select from device_alert o where o.tenant_id = $1 and o.device_id = h.device_id and o.kind = h.kind and o.closed_at is null)
       order by h.device_id, h.kind limit $4
       on conflict (tenant_id, device_id, kind) where closed_at is null do nothing
       returning id, device_id, kind),
     over as (
       select o.id from device_alert o where o.tenant_id = $1 and o.closed_at is null and ($2::uuid is null or o.device_id = $2)
         and not exists (select from held h where h.device_id = o.device_id and h.kind = o.kind)
       order by o.device_id, o.kind limit $4 for update skip locked),
     closed as (
       update device_alert c set closed_at = greatest($3, opened_at) from over
       where c.tenant_id = $1 and c.id = over.id and c.closed_at is null returning c.id, c.device_id, c.kind)
     select n.change, n.id as "alertId", n.device_id as "deviceId", d.building_id as "buildingId", n.kind
     from (select 'opened' as change, * from opened union all select 'closed', * from closed) n
     join device d on d.tenant_id = $1 and d.id = n.device_id order by n.device_id, n.kind`,
    values,
  );
}

export interface AlertRow {
  readonly id: string;
  readonly kind: AlertKind;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
}

const alertColumns = `id, kind, ${instant('opened_at')} as "openedAt", ${instant('closed_at')} as "closedAt",
  ${instant('acknowledged_at')} as "acknowledgedAt", acknowledged_by as "acknowledgedBy"`;

/** The open ones and then the latest of those that are over. */
export async function alertsOf(database: Database, scope: Scope, deviceId: string, limit: number): Promise<AlertRow[]> {
  return database.read<AlertRow>(scope, {
    name: 'alerts-of-device',
    text: `select ${alertColumns} from device_alert where tenant_id = (select current_tenant()) and device_id = $1
      order by closed_at is not null, opened_at desc, id limit $2`,
    values: [deviceId, limit],
  });
}

/** Notes that somebody knows of the open alert; false when it is closed, or somebody did before. */
export async function acknowledgeAlert(tx: Transaction, deviceId: string, kind: AlertKind, userId: string, now: Date): Promise<boolean> {
  const changed = await tx.change(
    `update device_alert set acknowledged_at = $4, acknowledged_by = $5
     where tenant_id = $1 and device_id = $2 and kind = $3 and closed_at is null and acknowledged_at is null`,
    [tx.scope.tenantId, deviceId, kind, now, userId],
  );
  return changed === 1;
}

export async function isOpen(tx: Transaction, deviceId: string, kind: AlertKind): Promise<boolean> {
  const rows = await tx.query('select from device_alert where tenant_id = $1 and device_id = $2 and kind = $3 and closed_at is null', [
    tx.scope.tenantId,
    deviceId,
    kind,
  ]);
  return rows.length > 0;
}

export async function forgetClosedAlerts(tx: Transaction, before: Date, most: number): Promise<number> {
  return tx.change(
    'delete from device_alert where tenant_id = $1 and id in (select id from device_alert where tenant_id = $1 and closed_at < $2 limit $3)',
    [tx.scope.tenantId, before, most],
  );
}
