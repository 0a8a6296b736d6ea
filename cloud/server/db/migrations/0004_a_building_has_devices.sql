create table device (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  building_id uuid not null,
  name text not null check (length(name) between 1 and 60),
  placement text check (length(placement) <= 120),
  serial text not null check (length(serial) <= 60),
  certificate_fingerprint text not null,
  certificate_expires_at timestamptz not null,
  claimed_at timestamptz not null default now(),
  revoked_at timestamptz,
  display jsonb not null,
  -- What the cloud last published to the device.
  desired_sequence integer not null default 0,
  content_sequence integer not null default 0,
  qr_sequence integer not null default 0,
  -- When these were last sent because the device lacked them, so that one that keeps refusing is not flooded.
  content_sent_at timestamptz,
  qr_sent_at timestamptz,
  -- What the device last said.
  online boolean not null default false,
  last_seen_at timestamptz,
  reported jsonb,
  version integer not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
create index device_of_building on device (tenant_id, building_id) where revoked_at is null;
call isolate_by_tenant('device', 'tenant_id', 'select, insert, update');

create function tenant_of_device(wanted uuid) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  return (select tenant_id from device where id = wanted and revoked_at is null);

-- The development claim's single-use tokens: a demo's stand-in for the manager's confirmation.
create table development_claim (
  tenant_id uuid not null,
  token_hash bytea not null,
  building_id uuid not null,
  device_name text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (tenant_id, token_hash),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('development_claim', 'tenant_id', 'select, insert, update');

create function tenant_of_development_claim(hash bytea) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  return (select tenant_id from development_claim where token_hash = hash and used_at is null and expires_at > now());

revoke execute on function tenant_of_device, tenant_of_development_claim from public;
grant execute on function tenant_of_device, tenant_of_development_claim to concierge_app;
