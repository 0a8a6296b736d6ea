-- A device that may start a release, and of which nothing is heard any more, is silent also when the night is over and it may not start any longer (ADR 0020). One that went off before it was
-- told that it may is away, and not waited for.

alter table device_release
  -- When it was last told that it may start, while it could hear that; null once it was heard to wait on after it.
  add column allowed_at timestamptz(3);
update device_release set allowed_at = state_since where may_start;

-- How its devices are, ring by ring; rings that nobody is in are missing. Members are all that take releases and are nobody's farewell.
create or replace function rollout_counts(wanted uuid)
  returns table (ring integer, members integer, unasked integer, absent integer, passed_over integer, downloading integer, waiting integer, starting integer, done integer, already integer, failed integer, silent integer)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  with r as materialized (
    select id, sequence, release_shares(plan) as shares, now() - make_interval(secs => (plan ->> 'onlineWithinSeconds')::integer) as heard_since,
      now() - make_interval(secs => (plan ->> 'silentAfterSeconds')::integer) as silent_since
    from rollout where id = wanted
  ), each as (
    select release_ring_of(d.id, m.pinned_ring, r.shares) as ring, (d.reported -> 'release' -> 'running' ->> 'sequence')::integer >= r.sequence as runs_it,
      coalesce(d.online and d.last_seen_at > r.heard_since, false) as online, case when m.rollout_id = r.id then m.state end as state, m.may_start,
      m.allowed_at is not null as allowed, m.state_since < r.silent_since as long_ago, m.allowed_at < r.silent_since as allowed_long_ago
    from r cross join device d left join device_release m on m.tenant_id = d.tenant_id and m.device_id = d.id
    where d.revoked_at is null and d.leaving_at is null and d.reported ? 'release'
  ), judged as (
    -- One that waits is gone when it was told to start and is not heard of: it may be starting, or never come back. Who was not told is only away.
    select ring, state, runs_it, online, may_start, state = 'waiting' and not online and allowed as gone,
      coalesce(case state when 'waiting' then (may_start and long_ago) or (not online and allowed_long_ago) else state in ('offered', 'trial') and long_ago end, false) as silent
    from each where ring is not null
  )
  select j.ring, count(*)::integer,
    count(*) filter (where state is null and not runs_it and online)::integer,
    count(*) filter (where (state is null and not runs_it or state = 'waiting' and not may_start and not gone) and not online)::integer,
    count(*) filter (where state = 'passed-over')::integer,
    count(*) filter (where state = 'offered' and not silent)::integer,
    count(*) filter (where state = 'waiting' and not may_start and online)::integer,
    count(*) filter (where (state = 'trial' or state = 'waiting' and (may_start or gone)) and not silent)::integer,
    count(*) filter (where state = 'done')::integer,
    count(*) filter (where state is null and runs_it)::integer,
    count(*) filter (where state = 'failed')::integer,
    count(*) filter (where silent)::integer
  from judged j group by j.ring order by j.ring;
end;

-- A page of devices that wait and are to be told that they may start, or that they may not any longer: those within, or outside of, these time zones. Only who can hear it is told to start.
create or replace function rollout_waiting(wanted uuid, may boolean, zones text[], at_most integer) returns table (tenant_id uuid, device_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select m.tenant_id, m.device_id from rollout r join device_release m on m.rollout_id = r.id join device d on d.tenant_id = m.tenant_id and d.id = m.device_id
    join building b on b.tenant_id = d.tenant_id and b.id = d.building_id
  where r.id = wanted and m.state = 'waiting' and m.may_start = not may and (b.time_zone = any (zones)) = may
    and (not may or d.online and d.last_seen_at > now() - make_interval(secs => (r.plan ->> 'onlineWithinSeconds')::integer))
    and d.revoked_at is null and d.leaving_at is null
  order by m.state_since, m.device_id limit least(at_most, 500);
end;

-- Whether a rollout still goes on, for the rest of the caller's transaction: whoever pauses or stops it meanwhile waits for the end of that, and what comes after them finds it stopped.
create function rollout_goes_on(wanted uuid) returns boolean
  language sql volatile security definer set search_path = public, pg_temp
begin atomic
  select exists (select from rollout where id = wanted and state = 'running' for share);
end;

revoke execute on function rollout_goes_on from public;
grant execute on function rollout_goes_on to concierge_app;
