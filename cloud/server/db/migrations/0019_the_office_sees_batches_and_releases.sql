-- What the office sees of devices before they come, and of the releases they take (ADR 0027).

-- When the labels of a batch were last drawn.
alter table device_batch add column labels_at timestamptz(3);
-- What of its tenant waits for a building is asked for at every look at the fleet.
create index device_preauthorisation_waiting on device_preauthorisation (tenant_id, batch_id, number) where device_id is null and presented_at is not null;

-- How often a person asked a device to try a release again that it had given up, in the rollout that is named.
alter table device_release
  add column retried_rollout_id uuid,
  add column retry_count smallint not null default 0;

-- What became of releases on a device, the latest of them. The current state is in device_release; this is how it came about.
create table device_release_event (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  device_id uuid not null,
  at timestamptz(3) not null default now(),
  sequence integer not null check (sequence > 0),
  what text not null check (what in ('offered', 'done', 'failed', 'withdrawn', 'retried')),
  reason text check (length(reason) <= 40),
  -- Who asked for it to be tried again; null where the operator did.
  by_user uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
create index device_release_event_of_device on device_release_event (tenant_id, device_id, at desc);
call isolate_by_tenant('device_release_event', 'tenant_id', 'select, insert, delete');
insert into device_release_event (tenant_id, device_id, at, sequence, what, reason)
  select tenant_id, device_id, state_since, sequence, state, reason from device_release where state in ('done', 'failed') and sequence is not null and state_since is not null;

-- The latest rollout as every office may know it: which release, how far, and when devices start it. Why it was stopped and how others fare stays the operator's. One row, with the rings of
-- the next rollout while there has been none.
create function office_rollout()
  returns table (id uuid, sequence integer, version text, state text, rings jsonb, quiet jsonb, soak_seconds integer, ring integer, carried_at timestamptz, settled_at timestamptz, started_at timestamptz, now timestamptz)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select r.id, r.sequence, p.version, r.state,
    coalesce(r.plan -> 'rings', (select jsonb_agg(jsonb_build_object('ring', g.ring, 'name', g.name, 'share', g.share) order by g.ring) from release_ring g), '[]'),
    nullif(r.plan -> 'quiet', 'null'),
    (select (e ->> 'soakSeconds')::integer from jsonb_array_elements(r.plan -> 'rings') e where (e ->> 'ring')::integer = r.ring),
    r.ring::integer, r.carried_at, r.settled_at, r.started_at, now()
  from (select) one left join (select * from rollout order by started_at desc, id desc limit 1) r on true left join release p on p.sequence = r.sequence;
end;

-- What releases are called. The names are no secret: each device says the one it runs.
create function release_versions(wanted integer[]) returns table (sequence integer, version text)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select r.sequence, r.version from release r where r.sequence = any (wanted);
end;

revoke execute on function office_rollout, release_versions from public;
-- In which ring a device is, is arithmetic on its id.
grant execute on function office_rollout, release_versions, release_bucket, release_ring_of to concierge_app;
