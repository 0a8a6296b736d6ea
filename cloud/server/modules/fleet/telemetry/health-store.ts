import { AlertKind, FleetThresholds, type HistoryPoint } from '@concierge/contract/http/fleet.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { z } from 'zod';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { HistorySpan, Sample } from './rules.ts';

const Kinds = z.array(AlertKind);

/** What the tenant has said of its thresholds, and the usual ones for the rest. Version 0: nobody has said anything. */
export async function thresholdsOf(database: Database, scope: Scope): Promise<{ thresholds: FleetThresholds; version: number }> {
  const [row] = await database.read<{ thresholds: unknown; version: number }>(scope, {
    name: 'fleet-thresholds',
    text: 'select thresholds, version from fleet_thresholds where tenant_id = (select current_tenant())',
  });
  return { thresholds: FleetThresholds.parse(row?.thresholds ?? {}), version: row?.version ?? 0 };
}

/** False when somebody else has changed them since `version`. */
export async function changeThresholds(tx: Transaction, thresholds: FleetThresholds, version: number): Promise<boolean> {
  const values = [tx.scope.tenantId, JSON.stringify(thresholds)];
  const changed =
    version === 0
      ? await tx.change('insert into fleet_thresholds (tenant_id, thresholds) values ($1, $2) on conflict do nothing', values)
      : await tx.change('update fleet_thresholds set thresholds = $2, version = version + 1 where tenant_id = $1 and version = $3', [
          ...values,
          version,
        ]);
  return changed === 1;
}

/** By what name the newest picture of the device goes, and the troubles it gave; none before the first. */
export async function newestPicture(tx: Transaction, deviceId: string): Promise<{ at: string | null; troubles: AlertKind[] }> {
  const [row] = await tx.query<{ at: string; troubles: string[] }>(
    `select telemetry ->> 'at' as at, array_remove(troubles, 'twin') as troubles from device_health where tenant_id = $1 and device_id = $2`,
    [tx.scope.tenantId, deviceId],
  );
  return { at: row?.at ?? null, troubles: Kinds.parse(row?.troubles ?? []) };
}

const sampleColumns = 'temperature_decidegrees, memory_available_mebibytes, disk_free_mebibytes, agent_mebibytes, load_percent, power';
/** The worst of both; a second time it changes nothing. */
const worst = (table: string) => `
  temperature_decidegrees = greatest(${table}.temperature_decidegrees, excluded.temperature_decidegrees),
  memory_available_mebibytes = least(${table}.memory_available_mebibytes, excluded.memory_available_mebibytes),
  disk_free_mebibytes = least(${table}.disk_free_mebibytes, excluded.disk_free_mebibytes),
  agent_mebibytes = greatest(${table}.agent_mebibytes, excluded.agent_mebibytes),
  load_percent = greatest(${table}.load_percent, excluded.load_percent),
  power = ${table}.power or excluded.power`;

/** Keeps a picture: as the newest, unless a newer one or this very one is there, and in the history. Null when the device is unknown or revoked; else whether it is the newest now. */
export async function keepPicture(
  tx: Transaction,
  deviceId: string,
  picture: {
    takenAt: Date;
    receivedAt: Date;
    telemetry: Telemetry;
    troubles: readonly AlertKind[];
    sample: Sample;
    five: Date;
    hour: Date;
  },
): Promise<boolean | null> {
  const { sample } = picture;
  const [row] = await tx.query<{ known: boolean; newest: boolean }>(
    `with known as (select id from device where tenant_id = $1 and id = $2 and revoked_at is null),
     newest as (
       insert into device_health (tenant_id, device_id, taken_at, received_at, telemetry, troubles)
       select $1, id, $3, $4, $5, $6 from known
       on conflict (tenant_id, device_id) do update set
         taken_at = excluded.taken_at, received_at = excluded.received_at, telemetry = excluded.telemetry,
         -- No picture gives cause for it, and none takes it away.
         troubles = excluded.troubles || case when 'twin' = any (device_health.troubles) then '{twin}'::text[] else '{}' end
       where device_health.taken_at <= excluded.taken_at and device_health.telemetry ->> 'at' is distinct from excluded.telemetry ->> 'at'
       returning device_id),
     five as (
       insert into device_sample (tenant_id, device_id, at, ${sampleColumns}) select $1, id, $7, $9, $10, $11, $12, $13, $14 from known
       on conflict (tenant_id, device_id, at) do update set ${worst('device_sample')}),
     hour as (
       insert into device_hour (tenant_id, device_id, at, ${sampleColumns}) select $1, id, $8, $9, $10, $11, $12, $13, $14 from known
       on conflict (tenant_id, device_id, at) do update set ${worst('device_hour')})
     select exists (select from known) as known, exists (select from newest) as newest`,
    [
      tx.scope.tenantId,
      deviceId,
      picture.takenAt,
      picture.receivedAt,
      JSON.stringify(picture.telemetry),
      picture.troubles,
      picture.five,
      picture.hour,
      sample.temperatureDecidegrees,
      sample.memoryAvailableMebibytes,
      sample.diskFreeMebibytes,
      sample.agentMebibytes,
      sample.loadPercent,
      sample.power,
    ],
  );
  return row?.known === true ? row.newest : null;
}

const tableOf = { samples: 'device_sample', hours: 'device_hour' } as const;

/** The worst of each step of the span, oldest first. */
export async function readHistory(database: Database, scope: Scope, deviceId: string, span: HistorySpan): Promise<HistoryPoint[]> {
  return database.read<HistoryPoint>(scope, {
    name: `history-of-${span.of}`,
    text: `select to_char(step at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, (max(temperature_decidegrees) / 10.0)::float8 as "temperatureCelsius",
        min(memory_available_mebibytes) as "memoryAvailableMebibytes", min(disk_free_mebibytes) as "diskFreeMebibytes", max(agent_mebibytes) as "agentMebibytes",
        (max(load_percent) / 100.0)::float8 as "loadPerCore", bool_or(power) as power
      from (select date_bin(make_interval(secs => $4), at, $2) as step, * from ${tableOf[span.of]}
        where tenant_id = (select current_tenant()) and device_id = $1 and at >= $2 and at < $3) s
      group by step order by step`,
    values: [deviceId, span.from, span.to, span.stepSeconds],
  });
}

/** Forgets what is older than it is kept, device by device along the key, at most so many rows; answers how many they were. */
export async function forgetHistory(tx: Transaction, of: HistorySpan['of'], before: Date, most: number): Promise<number> {
  const table = tableOf[of];
  return tx.change(
    `delete from ${table} where tenant_id = $1 and (device_id, at) in (
       select s.device_id, s.at from device d cross join lateral (
         select device_id, at from ${table} where tenant_id = $1 and device_id = d.id and at < $2 limit $3) s
       where d.tenant_id = $1 limit $3)`,
    [tx.scope.tenantId, before, most],
  );
}
