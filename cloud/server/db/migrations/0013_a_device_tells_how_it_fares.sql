-- A text as it is compared by whoever looks for something: small letters, without Greek accents, the final sigma like any other, one alphabet for letters that look alike.
create function folded_text(written text) returns text
  language sql immutable strict parallel safe
  return translate(lower(written), 'άέήίόύώϊϋΐΰςabezhikmnoptyx', 'αεηιουωιυιυσαβεζηικμνορτυχ');
grant execute on function folded_text to concierge_app;

-- Since when a device lacks something it was sent. Kept by the row itself, because many statements change what is wanted and what is there. A sample stands for a device in a demonstration.
alter table device
  add column drift_since timestamptz(3),
  add column sample boolean not null default false,
  -- What it is looked for by. Folded when it is written: ten thousand of them are compared at every search.
  add column search_text text not null generated always as (folded_text(name || ' ' || coalesce(placement, '') || ' ' || serial)) stored;
create index device_by_name on device (tenant_id, name, id) where revoked_at is null;

create function note_drift() returns trigger
  language plpgsql as $$
begin
  if new.desired_sequence > coalesce((new.reported ->> 'desiredSequence')::integer, 0)
    or new.content_sequence > coalesce((new.reported ->> 'contentSequence')::integer, 0) then
    new.drift_since := coalesce(old.drift_since, now());
  else
    new.drift_since := null;
  end if;
  return new;
end
$$;
create trigger device_notes_drift before insert or update of desired_sequence, content_sequence, reported on device
  for each row execute function note_drift();
update device set reported = reported where revoked_at is null;

-- The newest picture of a device's machine. A table of its own: it is written every five minutes, and the device's row is locked by much else.
create table device_health (
  tenant_id uuid not null,
  device_id uuid not null,
  taken_at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  telemetry jsonb not null,
  -- What the rules made of it: the kinds of alerts it gives cause for.
  troubles text[] not null,
  primary key (tenant_id, device_id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
) with (fillfactor = 70);
call isolate_by_tenant('device_health', 'tenant_id', 'select, insert, update');

-- What it was like, one row per device for five minutes (kept two days) and for an hour (kept ninety days), the worst of each. Only least, greatest and "or" are ever written, so the same
-- message heard by two replicas changes nothing. No reference to the device: no device is ever deleted, and the check would cost a lock at every write.
create table device_sample (
  tenant_id uuid not null,
  device_id uuid not null,
  at timestamptz(0) not null,
  temperature_decidegrees smallint,
  memory_available_mebibytes integer,
  disk_free_mebibytes integer,
  agent_mebibytes integer,
  load_percent integer,
  power boolean not null,
  primary key (tenant_id, device_id, at)
);
call isolate_by_tenant('device_sample', 'tenant_id', 'select, insert, update, delete');

create table device_hour (
  tenant_id uuid not null,
  device_id uuid not null,
  at timestamptz(0) not null,
  temperature_decidegrees smallint,
  memory_available_mebibytes integer,
  disk_free_mebibytes integer,
  agent_mebibytes integer,
  load_percent integer,
  power boolean not null,
  primary key (tenant_id, device_id, at)
) with (fillfactor = 80);
call isolate_by_tenant('device_hour', 'tenant_id', 'select, insert, update, delete');

-- That something was the matter, from when until when, and who knew. Whether it is the matter now is decided from the clock when somebody reads.
create table device_alert (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  device_id uuid not null,
  kind text not null check (kind in ('offline', 'drift', 'certificate', 'hot', 'power', 'disk', 'storage', 'memory', 'crash-loop', 'clock')),
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3),
  acknowledged_at timestamptz(3),
  acknowledged_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
-- Two that open the same at once: the second finds it open.
create unique index device_alert_open_once on device_alert (tenant_id, device_id, kind) where closed_at is null;
create index device_alert_of_device on device_alert (tenant_id, device_id, opened_at desc);
call isolate_by_tenant('device_alert', 'tenant_id', 'select, insert, update, delete');

-- From where on something is an alert, where the tenant has said it.
create table fleet_thresholds (
  tenant_id uuid not null primary key references tenant (id),
  thresholds jsonb not null,
  version integer not null default 1
);
call isolate_by_tenant('fleet_thresholds', 'tenant_id', 'select, insert, update');
