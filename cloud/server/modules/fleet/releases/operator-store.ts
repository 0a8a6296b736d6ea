import type pg from 'pg';
import { z } from 'zod';
import type { RolloutPlan, RolloutRing } from './rollout-rules.ts';

/** What the operator's program writes, on a connection of the database's owner: the application cannot. */

export async function note(owner: pg.ClientBase, by: string, what: string, details: Readonly<Record<string, unknown>>): Promise<void> {
  await owner.query('insert into release_note (noted_by, what, details) values ($1, $2, $3)', [
    by.slice(0, 60),
    what,
    JSON.stringify(details),
  ]);
}

export interface StoredRelease {
  readonly sequence: number;
  readonly version: string;
  readonly manifestSha256: string;
  readonly targets: RolloutTargets;
  readonly earliestSequence: number;
  readonly timestampExpiresAt: Date;
}
type RolloutTargets = readonly { readonly arch: string; readonly shell: string; readonly bytes: number; readonly unpackedBytes: number }[];

/** Writes a release, or the new end of its timestamp; false when another manifest has the number already. */
export async function saveRelease(owner: pg.ClientBase, release: StoredRelease): Promise<boolean> {
  const { rowCount } = await owner.query(
    `insert into release as r (sequence, version, manifest_sha256, targets, earliest_sequence, timestamp_expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (sequence) do update set timestamp_expires_at = excluded.timestamp_expires_at, timestamp_jws = null where r.manifest_sha256 = excluded.manifest_sha256`,
    [
      release.sequence,
      release.version,
      release.manifestSha256,
      JSON.stringify(release.targets),
      release.earliestSequence,
      release.timestampExpiresAt,
    ],
  );
  return rowCount === 1;
}

export async function releaseExists(owner: pg.ClientBase, sequence: number): Promise<boolean> {
  return (await owner.query('select from release where sequence = $1', [sequence])).rowCount === 1;
}

/** The highest number that is published; 0 before the first. */
export async function highestRelease(owner: pg.ClientBase): Promise<number> {
  const { rows } = await owner.query<{ highest: number }>('select coalesce(max(sequence), 0) as highest from release');
  return rows[0]?.highest ?? 0;
}

export async function listRings(owner: pg.ClientBase): Promise<RolloutRing[]> {
  const { rows } = await owner.query<RolloutRing>(
    'select ring::integer, name, share, soak_seconds as "soakSeconds" from release_ring order by ring',
  );
  return rows;
}

/** The rings of a rollout, as they were at its start. */
export async function ringsOf(owner: pg.ClientBase, rolloutId: string): Promise<{ ring: number; name: string }[]> {
  const { rows } = await owner.query<{ ring: number; name: string }>(
    `select (e ->> 'ring')::integer as ring, e ->> 'name' as name from rollout r, jsonb_array_elements(r.plan -> 'rings') e where r.id = $1 order by 1`,
    [rolloutId],
  );
  return rows;
}

export async function saveRing(owner: pg.ClientBase, ring: RolloutRing): Promise<void> {
  await owner.query(
    `insert into release_ring (ring, name, share, soak_seconds) values ($1, $2, $3, $4)
     on conflict (ring) do update set name = excluded.name, share = excluded.share, soak_seconds = excluded.soak_seconds`,
    [ring.ring, ring.name, ring.share, ring.soakSeconds],
  );
}

/** Puts a device into a ring, or back into its own with null; false when there is no such device. */
export async function pinDevice(owner: pg.ClientBase, deviceId: string, ring: number | null): Promise<boolean> {
  const { rowCount } = await owner.query(
    `insert into device_release as r (tenant_id, device_id, pinned_ring) select tenant_id, id, $2 from device where id = $1 and revoked_at is null
     on conflict (tenant_id, device_id) do update set pinned_ring = excluded.pinned_ring`,
    [deviceId, ring],
  );
  return rowCount === 1;
}

/** Starts a rollout in place of one that has settled. Returns its id; null while another goes on. */
export async function insertRollout(owner: pg.ClientBase, sequence: number, plan: RolloutPlan): Promise<string | null> {
  await owner.query(
    `update rollout set state = 'ended', ended_at = now(), reason = 'another took its place' where state = 'running' and settled_at is not null`,
  );
  const { rows } = await owner.query<{ id: string }>(
    `insert into rollout (sequence, plan) select $1, $2 where not exists (select from rollout where state in ('running', 'paused'))
     on conflict do nothing returning id`,
    [sequence, JSON.stringify(plan)],
  );
  return rows[0]?.id ?? null;
}

export async function setRolloutState(
  owner: pg.ClientBase,
  from: readonly string[],
  to: 'running' | 'paused' | 'aborted',
  reason: string | null,
): Promise<string | null> {
  const { rows } = await owner.query<{ id: string }>(
    `update rollout set state = $2, reason = $3, ended_at = case when $2 = 'aborted' then now() end where state = any ($1) returning id`,
    [from, to, reason],
  );
  return rows[0]?.id ?? null;
}

/** Who had an offer before a pause has as long for it as if it were made now: nobody is silent for having been held. */
export async function offerAnew(owner: pg.ClientBase, rolloutId: string): Promise<void> {
  await owner.query("update device_release set state_since = now() where rollout_id = $1 and state = 'offered'", [rolloutId]);
}

/** So many at once: each is a device's desired state to be signed, and a second run goes on. */
export const RETRIES_AT_ONCE = 1_000;

/** Lets failed devices of a rollout be asked again, as `allowRetry` does one for its office. Returns how many. */
export async function allowRetries(
  owner: pg.ClientBase,
  retry: {
    readonly rolloutId: string;
    readonly deviceId: string | null;
    readonly reason: string | null;
    readonly reasons: readonly string[];
    readonly atMost: number;
  },
): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `with chosen as (
        select tenant_id, device_id, sequence, reason from device_release
        where rollout_id = $1 and state = 'failed' and reason = any ($4) and ($2::uuid is null or device_id = $2) and ($3::text is null or reason = $3)
          and (retried_rollout_id is distinct from $1 or retry_count < $5)
        order by device_id limit ${RETRIES_AT_ONCE} for update
      ), told as (
        insert into device_release_event (tenant_id, device_id, sequence, what, reason) select tenant_id, device_id, sequence, 'retried', reason from chosen
      ), changed as (
        update device_release r set rollout_id = null, sequence = null, state = null, reason = null, may_start = false, state_since = null,
          retry_count = case when r.retried_rollout_id = $1 then r.retry_count + 1 else 1 end, retried_rollout_id = $1
        from chosen c where r.tenant_id = c.tenant_id and r.device_id = c.device_id returning 1
      ) select count(*)::int as count from changed`,
    [retry.rolloutId, retry.deviceId, retry.reason, retry.reasons, retry.atMost],
  );
  return rows[0]?.count ?? 0;
}

const LatestRollout = z.object({
  id: z.uuid(),
  sequence: z.int(),
  version: z.string(),
  state: z.enum(['running', 'paused', 'aborted', 'ended']),
  ring: z.int(),
  startedAt: z.date(),
  carriedAt: z.date().nullable(),
  settledAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  reason: z.string().nullable(),
  timestampExpiresAt: z.date(),
});
export type LatestRollout = z.infer<typeof LatestRollout>;

export async function latestRollout(owner: pg.ClientBase): Promise<LatestRollout | null> {
  const { rows } = await owner.query<object>(
    `select r.id, r.sequence, p.version, r.state, r.ring::integer, r.started_at as "startedAt", r.carried_at as "carriedAt", r.settled_at as "settledAt",
       r.ended_at as "endedAt", r.reason, p.timestamp_expires_at as "timestampExpiresAt"
     from rollout r join release p on p.sequence = r.sequence order by r.started_at desc, r.id desc limit 1`,
  );
  return rows[0] === undefined ? null : LatestRollout.parse(rows[0]);
}

/** How many devices failed or were passed over, by reason. */
export async function reasonsOf(owner: pg.ClientBase, rolloutId: string): Promise<{ state: string; reason: string; devices: number }[]> {
  const { rows } = await owner.query<{ state: string; reason: string; devices: number }>(
    `select state, reason, count(*)::integer as devices from device_release where rollout_id = $1 and reason is not null
     group by state, reason order by devices desc, state, reason limit 50`,
    [rolloutId],
  );
  return rows;
}
