import { Reported } from '@concierge/contract/mqtt/reported.ts';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import { z } from 'zod';
import type { Database, Transaction } from '#platform/database/database.ts';
import { Plan, Targets } from './plan.ts';
import type { OfferedDevice, RingCounts, RolledOutRelease, RolloutPlan, TakingState } from './rollout-rules.ts';

/** A rollout that goes on or is paused. Times are the database's. */
export interface CurrentRollout {
  readonly id: string;
  readonly state: 'running' | 'paused';
  readonly plan: RolloutPlan;
  readonly ring: number;
  readonly carriedMs: number | null;
  readonly settled: boolean;
  readonly nowMs: number;
  readonly release: RolledOutRelease;
}

export interface DevicePlace {
  readonly tenantId: string;
  readonly deviceId: string;
}

const Current = z.object({
  id: z.uuid(),
  state: z.enum(['running', 'paused']),
  plan: Plan,
  ring: z.int(),
  carriedAt: z.date().nullable(),
  settledAt: z.date().nullable(),
  now: z.date(),
  sequence: z.int(),
  earliestSequence: z.int(),
  targets: Targets,
});

/** Anybody who can ask a question without a tenant: the application's directory, or the operator's own connection. */
export type Asker = (text: string, values?: readonly unknown[]) => Promise<object[]>;

export const askerOf =
  (database: Database): Asker =>
  (text, values) =>
    database.directory(text, values);

export async function currentRollout(ask: Asker): Promise<CurrentRollout | null> {
  const [row] = await ask(
    `select id, sequence, state, plan, ring, carried_at as "carriedAt", settled_at as "settledAt", now, targets, earliest_sequence as "earliestSequence" from current_rollout()`,
  );
  if (row === undefined) return null;
  const { sequence, earliestSequence, targets, carriedAt, settledAt, now, ...rollout } = Current.parse(row);
  return {
    ...rollout,
    carriedMs: carriedAt?.getTime() ?? null,
    settled: settledAt !== null,
    nowMs: now.getTime(),
    release: { sequence, earliestSequence, targets },
  };
}

const Counts: z.ZodType<RingCounts> = z.object({
  ring: z.int(),
  members: z.int(),
  unasked: z.int(),
  absent: z.int(),
  passedOver: z.int(),
  downloading: z.int(),
  waiting: z.int(),
  starting: z.int(),
  done: z.int(),
  already: z.int(),
  failed: z.int(),
  silent: z.int(),
  failingTenants: z.int(),
  ofFailing: z.int(),
});

export async function rolloutCounts(ask: Asker, rolloutId: string): Promise<RingCounts[]> {
  const rows = await ask(
    `select ring, members, unasked, absent, passed_over as "passedOver", downloading, waiting, starting, done, already, failed, silent,
       failing_tenants as "failingTenants", of_failing as "ofFailing" from rollout_counts($1)`,
    [rolloutId],
  );
  return rows.map((row) => Counts.parse(row));
}

const place = 'select tenant_id as "tenantId", device_id as "deviceId" from';

export function candidates(database: Database, rolloutId: string, atMost: number): Promise<DevicePlace[]> {
  return database.directory<DevicePlace>(`${place} rollout_candidates($1, $2)`, [rolloutId, atMost]);
}

export async function zonesOfWaiting(database: Database, rolloutId: string): Promise<string[]> {
  return (await database.directory<{ zone: string }>('select zone from rollout_zones($1)', [rolloutId])).map(({ zone }) => zone);
}

/** Devices that wait, and are to be told that they may start (within these zones, and online) or may not any longer (outside of them). */
export function waitingDevices(
  database: Database,
  rolloutId: string,
  told: { readonly may: boolean; readonly zones: readonly string[]; readonly atMost: number },
): Promise<DevicePlace[]> {
  return database.directory<DevicePlace>(`${place} rollout_waiting($1, $2, $3, $4)`, [rolloutId, told.may, told.zones, told.atMost]);
}

export function leftovers(database: Database, atMost: number): Promise<DevicePlace[]> {
  return database.directory<DevicePlace>(`${place} rollout_leftovers($1)`, [atMost]);
}

/** Whether it still goes on, and will until the transaction has ended: who pauses or stops it waits for that. */
export async function goesOn(tx: Transaction, rolloutId: string): Promise<boolean> {
  const [row] = await tx.query<{ on: boolean }>('select rollout_goes_on($1) as on', [rolloutId]);
  return row?.on === true;
}

/** One step; false when somebody else took it. */
export async function moveRollout(
  database: Database,
  rollout: Pick<CurrentRollout, 'id' | 'ring'>,
  step: 'carry' | 'advance' | 'settle' | 'abort',
  why: string | null,
): Promise<boolean> {
  const [row] = await database.directory<{ moved: boolean }>('select move_rollout($1, $2, $3, $4) as moved', [
    rollout.id,
    rollout.ring,
    step,
    why,
  ]);
  return row?.moved === true;
}

/** What is known of one device, whose row is locked for the transaction; null when it is gone. */
export interface LockedForRelease extends OfferedDevice {
  readonly buildingId: string;
  readonly taking: NotedTaking | null;
}

/** What it makes of the rollout that it was last looked at for. */
export interface Taking {
  readonly rolloutId: string | null;
  readonly sequence: number | null;
  readonly state: TakingState | 'passed-over' | 'withdrawn' | null;
  readonly reason: string | null;
  readonly mayStart: boolean;
  /** When it was last told that it may start, while it could hear that; null once it was heard to wait on. */
  readonly allowedAt: Date | null;
}

/** The same as it was noted, with the rollout in which somebody asked that it try again. */
export interface NotedTaking extends Taking {
  readonly retriedRolloutId: string | null;
}

const takingColumns = `r.rollout_id as "rolloutId", r.sequence, r.state, r.reason, r.may_start as "mayStart", r.allowed_at as "allowedAt", r.retried_rollout_id as "retriedRolloutId"`;

/** Two statements, because the second must not be read before the device is ours. */
export async function lockForRelease(tx: Transaction, deviceId: string): Promise<LockedForRelease | null> {
  const [device] = await tx.query<{ buildingId: string; online: boolean; leaving: boolean; reported: unknown }>(
    `select building_id as "buildingId", online, leaving_at is not null as leaving, reported from device
     where tenant_id = $1 and id = $2 and revoked_at is null for update`,
    [tx.scope.tenantId, deviceId],
  );
  if (device === undefined) return null;
  const reported = readNewerForm(Reported, device.reported);
  return {
    buildingId: device.buildingId,
    online: device.online,
    leaving: device.leaving,
    shell: reported.data?.shell ?? 'none',
    clock: reported.data?.clock ?? 'unknown',
    release: reported.data?.release,
    taking: await takingOf(tx, deviceId),
  };
}

/** Of a device whose row the caller holds. */
export async function takingOf(tx: Transaction, deviceId: string): Promise<NotedTaking | null> {
  const [taking] = await tx.query<NotedTaking>(
    `select ${takingColumns} from device_release r where r.tenant_id = $1 and r.device_id = $2`,
    [tx.scope.tenantId, deviceId],
  );
  return taking ?? null;
}

/** Notes where a device is with a release; since when, stays while only the reason is another. Its row must be locked. */
export async function noteTaking(tx: Transaction, deviceId: string, taking: Taking): Promise<void> {
  await tx.change(
    `insert into device_release as r (tenant_id, device_id, rollout_id, sequence, state, reason, may_start, allowed_at, state_since)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now())
     on conflict (tenant_id, device_id) do update set rollout_id = excluded.rollout_id, sequence = excluded.sequence, state = excluded.state,
       reason = excluded.reason, may_start = excluded.may_start, allowed_at = excluded.allowed_at,
       state_since = case when excluded.state <> 'passed-over' and (r.rollout_id, r.state, r.may_start) is not distinct from (excluded.rollout_id, excluded.state, excluded.may_start)
         then r.state_since else now() end`,
    [tx.scope.tenantId, deviceId, taking.rolloutId, taking.sequence, taking.state, taking.reason, taking.mayStart, taking.allowedAt],
  );
}

/** What a device that is nobody's any more was offered, or was let start, is over. Its row must be locked. */
export async function withdrawOffer(tx: Transaction, deviceId: string): Promise<void> {
  await tx.change(
    `update device_release set state = 'withdrawn', may_start = false, state_since = now()
     where tenant_id = $1 and device_id = $2 and state in ('offered', 'waiting')`,
    [tx.scope.tenantId, deviceId],
  );
}
