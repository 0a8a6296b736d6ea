-- What the devices of one office say is not enough to stop a rollout for all others (ADR 0020): how many offices have devices that failed, and how much of a ring is theirs.
drop function rollout_counts(uuid);

-- How its devices are, ring by ring; rings that nobody is in are missing. Members are all that take releases and are nobody's farewell. `failing_tenants` is of the rollout as a whole, the same
-- in each row; `of_failing` are this ring's devices of those.
create function rollout_counts(wanted uuid)
  returns table (ring integer, members integer, unasked integer, absent integer, passed_over integer, downloading integer, waiting integer, starting integer, done integer, already integer, failed integer, silent integer,
    failing_tenants integer, of_failing integer)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  with r as materialized (
    select id, sequence, release_shares(plan) as shares, now() - make_interval(secs => (plan ->> 'onlineWithinSeconds')::integer) as heard_since,
      now() - make_interval(secs => (plan ->> 'silentAfterSeconds')::integer) as silent_since
    from rollout where id = wanted
  ), each as (
    select d.tenant_id, release_ring_of(d.id, m.pinned_ring, r.shares) as ring, (d.reported -> 'release' -> 'running' ->> 'sequence')::integer >= r.sequence as runs_it,
      coalesce(d.online and d.last_seen_at > r.heard_since, false) as online, case when m.rollout_id = r.id then m.state end as state, m.may_start,
      m.allowed_at is not null as allowed, m.state_since < r.silent_since as long_ago, m.allowed_at < r.silent_since as allowed_long_ago
    from r cross join device d left join device_release m on m.tenant_id = d.tenant_id and m.device_id = d.id
    where d.revoked_at is null and d.leaving_at is null and d.reported ? 'release'
  ), judged as materialized (
    -- One that waits is gone when it was told to start and is not heard of: it may be starting, or never come back. Who was not told is only away.
    select tenant_id, ring, state, runs_it, online, may_start, state = 'waiting' and not online and allowed as gone,
      coalesce(case state when 'waiting' then (may_start and long_ago) or (not online and allowed_long_ago) else state in ('offered', 'trial') and long_ago end, false) as silent
    from each where ring is not null
  ), failing as materialized (
    select distinct tenant_id from judged where state = 'failed' or silent
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
    count(*) filter (where silent)::integer,
    (select count(*) from failing)::integer,
    count(f.tenant_id)::integer
  from judged j left join failing f on f.tenant_id = j.tenant_id group by j.ring order by j.ring;
end;
revoke execute on function rollout_counts from public;
grant execute on function rollout_counts to concierge_app;

-- A page of devices that still have an offer of a rollout that is over: those first that are about to start it. Of a device that is nobody's any more nothing is to be taken back.
create or replace function rollout_leftovers(at_most integer) returns table (tenant_id uuid, device_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select m.tenant_id, m.device_id from device_release m join rollout r on r.id = m.rollout_id join device d on d.tenant_id = m.tenant_id and d.id = m.device_id
  where r.state in ('aborted', 'ended') and m.state in ('offered', 'waiting') and d.revoked_at is null
  order by m.may_start desc, m.device_id limit least(at_most, 500);
end;
update device_release m set state = 'withdrawn', may_start = false, state_since = now()
from device d where d.tenant_id = m.tenant_id and d.id = m.device_id and d.revoked_at is not null and m.state in ('offered', 'waiting');
