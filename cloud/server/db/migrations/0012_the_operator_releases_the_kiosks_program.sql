-- Releases of the kiosk's program (ADR 0020). They are the platform operator's: these four tables are no tenant's data, the application reaches them through the functions below only, and none of
-- those starts a rollout or publishes a release. What one device makes of it is its tenant's, in device_release.
create table release (
  sequence integer primary key check (sequence > 0),
  version text not null check (length(version) <= 40),
  manifest_sha256 text not null check (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  -- What each kind of device downloads and needs: arch, shell, bytes, unpackedBytes.
  targets jsonb not null,
  earliest_sequence integer not null check (earliest_sequence >= 0),
  timestamp_expires_at timestamptz not null,
  published_at timestamptz not null default now()
);
revoke all on release from public;

-- How a rollout goes on if nobody says otherwise. The share is of all devices, in hundredths of a per cent, of this ring and all before it.
create table release_ring (
  ring smallint primary key check (ring between 0 and 9),
  name text not null check (length(name) between 1 and 20),
  share integer not null check (share between 0 and 10000),
  soak_seconds integer not null check (soak_seconds between 0 and 2592000)
);
revoke all on release_ring from public;
insert into release_ring values (0, 'lab', 0, 3600), (1, 'early', 500, 86400), (2, 'half', 5000, 86400), (3, 'all', 10000, 86400);

create table rollout (
  id uuid primary key default uuidv7(),
  sequence integer not null,
  state text not null default 'running' check (state in ('running', 'paused', 'aborted', 'ended')),
  -- Rings and limits as they were at its start (rollout-rules.ts).
  plan jsonb not null,
  ring smallint not null default 0,
  ring_since timestamptz(3) not null default now(),
  -- When every device of its ring that could be asked had answered; the ring soaks from then on.
  carried_at timestamptz(3),
  -- When the last ring had soaked. It goes on, for devices that come late, until another one takes its place.
  settled_at timestamptz(3),
  reason text check (length(reason) <= 300),
  started_at timestamptz(3) not null default now(),
  ended_at timestamptz(3)
);
revoke all on rollout from public;
create unique index one_rollout_at_a_time on rollout ((true)) where state in ('running', 'paused');

-- Who did what to releases, the engine included. The audit is by tenant, and this is nobody's.
create table release_note (
  id uuid primary key default uuidv7(),
  noted_at timestamptz not null default now(),
  noted_by text not null check (length(noted_by) <= 60),
  what text not null check (length(what) <= 40),
  details jsonb not null
);
revoke all on release_note from public;

create table device_release (
  tenant_id uuid not null,
  device_id uuid not null,
  -- Instead of the ring that its id falls into.
  pinned_ring smallint check (pinned_ring between 0 and 9),
  -- The rollout it was last looked at for.
  rollout_id uuid,
  sequence integer,
  state text check (state in ('passed-over', 'offered', 'waiting', 'trial', 'done', 'failed', 'withdrawn')),
  reason text check (length(reason) <= 40),
  -- It may start what waits in its spare slot.
  may_start boolean not null default false,
  state_since timestamptz(3),
  primary key (tenant_id, device_id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
create index device_release_of_rollout on device_release (rollout_id, state);
call isolate_by_tenant('device_release', 'tenant_id', 'select, insert, update');

-- Where a device falls among ten thousand, the same in every rollout.
create function release_bucket(device uuid) returns integer
  language sql immutable parallel safe
  return ('x' || substr(md5(device::text), 1, 8))::bit(32)::bigint % 10000;

create function release_shares(plan jsonb) returns integer[]
  language sql immutable
  return (select array_agg((r ->> 'share')::integer order by (r ->> 'ring')::integer) from jsonb_array_elements(plan -> 'rings') r);

-- The first ring that it is in, by the shares of all rings in order; null when it is in none.
create function release_ring_of(device uuid, pinned smallint, shares integer[]) returns integer
  language sql immutable
  return coalesce(pinned::integer, nullif(width_bucket(release_bucket(device), shares), cardinality(shares)));

-- The rollout that goes on or is paused, with the time of this clock, and its release.
create function current_rollout()
  returns table (id uuid, sequence integer, state text, plan jsonb, ring integer, carried_at timestamptz, settled_at timestamptz, now timestamptz, targets jsonb, earliest_sequence integer)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select r.id, r.sequence, r.state, r.plan, r.ring::integer, r.carried_at, r.settled_at, now(), p.targets, p.earliest_sequence
  from rollout r join release p on p.sequence = r.sequence where r.state in ('running', 'paused');
end;

-- How its devices are, ring by ring; rings that nobody is in are missing. Members are all that take releases and are nobody's farewell.
create function rollout_counts(wanted uuid)
  returns table (ring integer, members integer, unasked integer, absent integer, passed_over integer, downloading integer, waiting integer, starting integer, done integer, already integer, failed integer, silent integer)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  with r as materialized (
    select id, sequence, release_shares(plan) as shares, now() - make_interval(secs => (plan ->> 'onlineWithinSeconds')::integer) as heard_since,
      now() - make_interval(secs => (plan ->> 'silentAfterSeconds')::integer) as silent_since
    from rollout where id = wanted
  ), each as (
    select release_ring_of(d.id, m.pinned_ring, r.shares) as ring, (d.reported -> 'release' -> 'running' ->> 'sequence')::integer >= r.sequence as runs_it,
      d.online and d.last_seen_at > r.heard_since as online, case when m.rollout_id = r.id then m.state end as state, m.may_start,
      m.state_since < r.silent_since as long_ago
    from r cross join device d left join device_release m on m.tenant_id = d.tenant_id and m.device_id = d.id
    where d.revoked_at is null and d.leaving_at is null and d.reported ? 'release'
  ), judged as (
    select ring, state, runs_it, online, may_start,
      long_ago and (state in ('offered', 'trial') or (state = 'waiting' and may_start)) as silent
    from each where ring is not null
  )
  select j.ring, count(*)::integer,
    count(*) filter (where state is null and not runs_it and online)::integer,
    count(*) filter (where state is null and not runs_it and online is not true)::integer,
    count(*) filter (where state = 'passed-over')::integer,
    count(*) filter (where state = 'offered' and not silent)::integer,
    count(*) filter (where state = 'waiting' and not may_start)::integer,
    count(*) filter (where (state = 'trial' or (state = 'waiting' and may_start)) and not silent)::integer,
    count(*) filter (where state = 'done')::integer,
    count(*) filter (where state is null and runs_it)::integer,
    count(*) filter (where state = 'failed')::integer,
    count(*) filter (where silent)::integer
  from judged j group by j.ring order by j.ring;
end;

-- A page of devices of the rings so far that may be offered the release, those that were never looked at first. Whether each can take it is looked at by its tenant's rules.
create function rollout_candidates(wanted uuid, at_most integer) returns table (tenant_id uuid, device_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  with r as materialized (
    select id, sequence, ring, release_shares(plan) as shares, now() - make_interval(secs => (plan ->> 'onlineWithinSeconds')::integer) as heard_since,
      now() - make_interval(secs => (plan ->> 'lookAgainAfterSeconds')::integer) as looked_at_before
    from rollout where id = wanted and state = 'running'
  )
  select d.tenant_id, d.id
  from r cross join device d left join device_release m on m.tenant_id = d.tenant_id and m.device_id = d.id
  where d.revoked_at is null and d.leaving_at is null and d.online and d.last_seen_at > r.heard_since and d.reported ? 'release'
    and release_ring_of(d.id, m.pinned_ring, r.shares) <= r.ring
    and (m.rollout_id is distinct from r.id or (m.state = 'passed-over' and m.state_since < r.looked_at_before))
    and (d.reported -> 'release' -> 'running' ->> 'sequence')::integer < r.sequence
  order by case when m.rollout_id = r.id then m.state_since end nulls first, d.id
  limit least(at_most, 500);
end;

-- The time zones of buildings where a device waits to start.
create function rollout_zones(wanted uuid) returns table (zone text)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select distinct b.time_zone from device_release m join device d on d.tenant_id = m.tenant_id and d.id = m.device_id
    join building b on b.tenant_id = d.tenant_id and b.id = d.building_id
  where m.rollout_id = wanted and m.state = 'waiting' order by 1 limit 600;
end;

-- A page of devices that wait and are to be told that they may start, or that they may not any longer: those within, or outside of, these time zones.
create function rollout_waiting(wanted uuid, may boolean, zones text[], at_most integer) returns table (tenant_id uuid, device_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select m.tenant_id, m.device_id from device_release m join device d on d.tenant_id = m.tenant_id and d.id = m.device_id
    join building b on b.tenant_id = d.tenant_id and b.id = d.building_id
  where m.rollout_id = wanted and m.state = 'waiting' and m.may_start = not may and (b.time_zone = any (zones)) = may
    and d.revoked_at is null and d.leaving_at is null
  order by m.state_since, m.device_id limit least(at_most, 500);
end;

-- A page of devices that still have an offer of a rollout that is over.
create function rollout_leftovers(at_most integer) returns table (tenant_id uuid, device_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select m.tenant_id, m.device_id from device_release m join rollout r on r.id = m.rollout_id
  where r.state in ('aborted', 'ended') and m.state in ('offered', 'waiting')
  order by m.device_id limit least(at_most, 500);
end;

-- One step of a rollout that goes on and is still in that ring; false when somebody was faster.
create function move_rollout(wanted uuid, at_ring integer, step text, why text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  case step
    when 'carry' then
      update rollout set carried_at = now() where id = wanted and state = 'running' and ring = at_ring and carried_at is null;
    when 'advance' then
      update rollout set ring = at_ring + 1, ring_since = now(), carried_at = null where id = wanted and state = 'running' and ring = at_ring and settled_at is null;
    when 'settle' then
      update rollout set settled_at = now() where id = wanted and state = 'running' and ring = at_ring and settled_at is null;
    when 'abort' then
      update rollout set state = 'aborted', reason = why, ended_at = now() where id = wanted and state = 'running' and ring = at_ring;
  end case;
  if not found then return false; end if;
  insert into release_note (noted_by, what, details) values ('engine', 'rollout-' || step, jsonb_build_object('rollout', wanted, 'ring', at_ring, 'reason', why));
  return true;
end
$$;

revoke execute on function release_bucket, release_shares, release_ring_of, current_rollout, rollout_counts, rollout_candidates, rollout_zones, rollout_waiting, rollout_leftovers, move_rollout from public;
grant execute on function current_rollout, rollout_counts, rollout_candidates, rollout_zones, rollout_waiting, rollout_leftovers, move_rollout to concierge_app;
