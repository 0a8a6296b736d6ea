import { z } from 'zod';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';

/** What an office may know of releases: the rollout through a function of migration 0019, the rest from its own rows. */

const Rollout = z.object({
  id: z.uuid().nullable(),
  sequence: z.int().nullable(),
  version: z.string().nullable(),
  state: z.enum(['running', 'paused', 'aborted', 'ended']).nullable(),
  rings: z.array(z.object({ ring: z.int(), name: z.string(), share: z.int() })).max(10),
  quiet: z.object({ from: z.string(), until: z.string() }).nullable(),
  soakSeconds: z.int().nullable(),
  ring: z.int().nullable(),
  carriedAt: z.date().nullable(),
  settledAt: z.date().nullable(),
  startedAt: z.date().nullable(),
  now: z.date(),
});

/** The latest rollout as an office may know it. Times are the database's. */
export interface SeenRollout {
  readonly id: string;
  readonly sequence: number;
  readonly version: string;
  readonly state: 'running' | 'paused' | 'aborted' | 'ended';
  readonly ring: number;
  readonly quiet: { readonly from: string; readonly until: string } | null;
  readonly startedMs: number;
  /** When every device of its ring that could be asked had answered. */
  readonly carriedMs: number | null;
  readonly soakSeconds: number;
  readonly settled: boolean;
}

export interface ReleasesNow {
  readonly rollout: SeenRollout | null;
  readonly rings: readonly { readonly ring: number; readonly name: string; readonly share: number }[];
  readonly nowMs: number;
}

export async function releasesNow(database: Database): Promise<ReleasesNow> {
  const [row] = await database.directory<object>(
    `select id, sequence, version, state, rings, quiet, soak_seconds as "soakSeconds", ring, carried_at as "carriedAt", settled_at as "settledAt", started_at as "startedAt", now
     from office_rollout()`,
  );
  const { id, sequence, version, state, ring, startedAt, ...seen } = Rollout.parse(row);
  const rings = seen.rings.toSorted((left, right) => left.ring - right.ring);
  const nowMs = seen.now.getTime();
  if (id === null || sequence === null || version === null || state === null || ring === null || startedAt === null)
    return { rollout: null, rings, nowMs };
  return {
    rollout: {
      id,
      sequence,
      version,
      state,
      ring,
      quiet: seen.quiet,
      startedMs: startedAt.getTime(),
      carriedMs: seen.carriedAt?.getTime() ?? null,
      soakSeconds: seen.soakSeconds ?? 0,
      settled: seen.settledAt !== null,
    },
    rings,
    nowMs,
  };
}

/**
 * For a statement on `device d`: where each stands with the latest rollout, as `q.ring`, `q.running`, `u.standing` and `m`, its row of `device_release`. The one place where this is decided
 * for many; `whyOf` says more of one.
 */
export function standingNow(add: (value: unknown, type: string) => string, { rollout, rings }: ReleasesNow): string {
  const shares = add(
    rings.map(({ share }) => share),
    'integer[]',
  );
  const id = add(rollout?.id ?? null, 'uuid');
  const sequence = add(rollout?.sequence ?? null, 'integer');
  const goesOn = add(rollout?.state === 'running' || rollout?.state === 'paused', 'boolean');
  return `left join device_release m on m.tenant_id = d.tenant_id and m.device_id = d.id
    cross join lateral (select d.reported -> 'release' as said) t
    cross join lateral (select case when t.said is not null then release_ring_of(d.id, m.pinned_ring, ${shares}) end as ring,
      (t.said -> 'running' ->> 'sequence')::integer as running) q
    cross join lateral (select case when q.running is null or ${sequence} is null then 'none'
      when q.running = ${sequence} and t.said ->> 'onTrial' = 'true' then 'starting'
      when q.running >= ${sequence} then 'current'
      when m.rollout_id = ${id} and m.state = 'done' then 'current'
      when m.rollout_id = ${id} and m.state = 'failed' then 'failed'
      when not ${goesOn} then 'stopped'
      when m.rollout_id = ${id} and m.state = 'offered' then 'downloading'
      when m.rollout_id = ${id} and m.state = 'waiting' then case when m.may_start then 'starting' else 'waiting' end
      when m.rollout_id = ${id} and m.state = 'trial' then 'starting'
      when m.rollout_id = ${id} and m.state = 'passed-over' then 'held'
      when m.rollout_id = ${id} and m.state = 'withdrawn' then 'stopped'
      else 'later' end as standing) u`;
}

/** What a list tells of a device's releases. The statement has `standingNow` in it. */
export const releaseColumns = `jsonb_build_object('standing', u.standing, 'ring', q.ring, 'running', t.said -> 'running' ->> 'version',
  'reason', case when u.standing in ('held', 'failed', 'downloading') then m.reason end) as release`;

export interface DeviceTaking {
  readonly buildingId: string;
  readonly online: boolean;
  readonly standing: string;
  readonly ring: number | null;
  readonly running: { readonly sequence: number; readonly version: string } | null;
  readonly state: string | null;
  readonly reason: string | null;
  readonly mayStart: boolean;
  readonly since: Date | null;
  readonly retryCount: number;
  readonly ofThisRollout: boolean;
  readonly sample: boolean;
}

export async function takingInOffice(database: Database, scope: Scope, deviceId: string, now: ReleasesNow): Promise<DeviceTaking | null> {
  const values: unknown[] = [];
  const add = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
  const from = standingNow(add, now);
  const rollout = add(now.rollout?.id ?? null, 'uuid');
  const [row] = await database.read<DeviceTaking>(scope, {
    text: `select d.building_id as "buildingId", d.online, u.standing, q.ring, t.said -> 'running' as running, d.sample,
        case when m.rollout_id = ${rollout} then m.state end as state, case when m.rollout_id = ${rollout} then m.reason end as reason,
        coalesce(m.rollout_id = ${rollout} and m.may_start, false) as "mayStart", case when m.rollout_id = ${rollout} then m.state_since end as since,
        case when m.retried_rollout_id = ${rollout} then m.retry_count else 0 end::integer as "retryCount", coalesce(m.rollout_id = ${rollout}, false) as "ofThisRollout"
      from device d ${from} where d.tenant_id = (select current_tenant()) and d.revoked_at is null and d.id = ${add(deviceId, 'uuid')}`,
    values,
  });
  return row ?? null;
}

export type ReleaseEventWhat = 'offered' | 'done' | 'failed' | 'withdrawn' | 'retried';

/** So many are kept of each device. */
export const EVENTS_KEPT = 20;

/** Notes what became of a release on a device whose row the caller holds, and forgets the oldest. */
export async function noteReleaseEvent(
  tx: Transaction,
  event: {
    readonly deviceId: string;
    readonly sequence: number;
    readonly what: ReleaseEventWhat;
    readonly reason: string | null;
    readonly byUser?: string;
  },
): Promise<void> {
  await tx.change(
    'insert into device_release_event (tenant_id, device_id, at, sequence, what, reason, by_user) values ($1, $2, clock_timestamp(), $3, $4, $5, $6)',
    [tx.scope.tenantId, event.deviceId, event.sequence, event.what, event.reason, event.byUser ?? null],
  );
  await tx.change(
    `delete from device_release_event where tenant_id = $1 and device_id = $2 and id in
       (select id from device_release_event where tenant_id = $1 and device_id = $2 order by at desc, id desc offset ${EVENTS_KEPT})`,
    [tx.scope.tenantId, event.deviceId],
  );
}

export interface ReleaseEventRow {
  readonly at: Date;
  readonly sequence: number;
  readonly what: ReleaseEventWhat;
  readonly reason: string | null;
  readonly byUser: string | null;
}

export async function releaseEventsOf(database: Database, scope: Scope, deviceId: string): Promise<ReleaseEventRow[]> {
  return database.read<ReleaseEventRow>(scope, {
    name: 'release-events-of-device',
    text: `select at, sequence, what, reason, by_user as "byUser" from device_release_event
      where tenant_id = (select current_tenant()) and device_id = $1 order by at desc, id desc limit ${EVENTS_KEPT}`,
    values: [deviceId],
  });
}

export async function versionsOf(database: Database, sequences: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (sequences.length === 0) return new Map();
  const rows = await database.directory<{ sequence: number; version: string }>('select sequence, version from release_versions($1)', [
    [...new Set(sequences)],
  ]);
  return new Map(rows.map(({ sequence, version }) => [sequence, version]));
}

/**
 * Lets a device that gave a release up be asked again, as if it never had been: the engine offers it when its turn comes. False when it has not failed in this rollout, or was asked so often
 * already; so a second click changes nothing. The device's row must be locked.
 */
export async function allowRetry(
  tx: Transaction,
  retry: { readonly deviceId: string; readonly rolloutId: string; readonly reasons: readonly string[]; readonly atMost: number },
): Promise<boolean> {
  const changed = await tx.change(
    `update device_release set rollout_id = null, sequence = null, state = null, reason = null, may_start = false, state_since = null,
       retry_count = case when retried_rollout_id = $3 then retry_count + 1 else 1 end, retried_rollout_id = $3
     where tenant_id = $1 and device_id = $2 and rollout_id = $3 and state = 'failed' and reason = any ($4)
       and (retried_rollout_id is distinct from $3 or retry_count < $5)`,
    [tx.scope.tenantId, retry.deviceId, retry.rolloutId, retry.reasons, retry.atMost],
  );
  return changed === 1;
}
