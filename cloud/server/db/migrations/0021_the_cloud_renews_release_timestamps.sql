-- The cloud says again, while a release is on offer, that it is the one to install now (ADR 0029). What it signed lies here, so that every replica serves the same without a disk in common;
-- null where the file that the operator published is the newest.
alter table release add column timestamp_jws text check (length(timestamp_jws) <= 16384);

-- Releases that may be offered and whose timestamp ends soon: those of a rollout that is not over, and those that none has begun with yet. With the time of this clock.
create function release_timestamps_due(within_seconds integer) returns table (sequence integer, manifest_sha256 text, expires_at timestamptz, now timestamptz)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select p.sequence, p.manifest_sha256, p.timestamp_expires_at, now() from release p
  where p.timestamp_expires_at < now() + make_interval(secs => within_seconds)
    and (exists (select from rollout r where r.sequence = p.sequence and r.state in ('running', 'paused'))
      or p.sequence > (select coalesce(max(r.sequence), 0) from rollout r))
  order by p.sequence limit 20;
end;

-- Keeps what was signed; false when somebody was faster, or when the number is another manifest's.
create function renew_release_timestamp(wanted integer, of_manifest text, ended_at timestamptz, jws text, ends_at timestamptz) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update release set timestamp_jws = jws, timestamp_expires_at = ends_at
  -- Clients know no finer time than milliseconds.
  where sequence = wanted and manifest_sha256 = of_manifest and date_trunc('milliseconds', timestamp_expires_at) = ended_at and ends_at > ended_at;
  if not found then return false; end if;
  insert into release_note (noted_by, what, details) values ('engine', 'timestamp', jsonb_build_object('sequence', wanted, 'expiresAt', ends_at));
  return true;
end
$$;

create function release_timestamp(wanted integer) returns text
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select timestamp_jws from release where sequence = wanted;
end;

revoke execute on function release_timestamps_due, renew_release_timestamp, release_timestamp from public;
grant execute on function release_timestamps_due, renew_release_timestamp, release_timestamp to concierge_app;
