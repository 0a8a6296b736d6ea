-- Devices that are prepared together (ADR 0019). Whether a batch is over is decided from the clock.
create table device_batch (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  number integer not null check (number > 0),
  name text not null check (length(name) between 1 and 40),
  -- Where its devices go; without one the office chooses for each.
  building_id uuid,
  size integer not null check (size between 1 and 1000),
  created_by uuid not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  -- SHA-256 of what the cards carry; the cloud never has the text before a device sends it.
  boot_token_hash bytea check (length(boot_token_hash) = 32),
  boot_token_at timestamptz(3),
  -- How often the token came from a machine it is not for.
  refused_count integer not null default 0,
  last_refused_at timestamptz(3),
  primary key (tenant_id, id),
  unique (tenant_id, number),
  unique (tenant_id, name),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('device_batch', 'tenant_id', 'select, insert, update');

-- A machine that may come with the batch's token, once.
create table device_preauthorisation (
  tenant_id uuid not null,
  batch_id uuid not null,
  serial text not null check (serial ~ '^[a-z0-9-]{1,60}$'),
  number integer not null check (number between 1 and 1000),
  -- What the office chose for this one; where it says nothing the batch does.
  building_id uuid,
  device_name text check (length(device_name) between 1 and 60),
  placement text check (length(placement) <= 120),
  -- The key that came first with token and serial. No other is heard after it.
  key_thumbprint bytea,
  request_id uuid,
  presented_at timestamptz(3),
  device_id uuid,
  claimed_at timestamptz(3),
  primary key (tenant_id, batch_id, serial),
  unique (tenant_id, batch_id, number),
  foreign key (tenant_id, batch_id) references device_batch (tenant_id, id),
  foreign key (tenant_id, building_id) references building (tenant_id, id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
create unique index device_preauthorisation_of_device on device_preauthorisation (tenant_id, device_id) where device_id is not null;
call isolate_by_tenant('device_preauthorisation', 'tenant_id', 'select, insert, update, delete');

-- Whose a batch is, before a tenant is known; null once it is over, so that its tokens lead nowhere.
create function tenant_of_device_batch(wanted uuid) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  return (select tenant_id from device_batch where id = wanted and revoked_at is null and expires_at > now() and boot_token_hash is not null);

-- A device request (migration 0008) that a pre-authorisation of the current tenant was bound to: same request, same key, same serial. Locked until the transaction ends.
create function preauthorised_request(request uuid) returns table (csr_pem text, agent_version text)
  language sql security definer set search_path = public, pg_temp
begin atomic
  select r.csr_pem, r.agent_version from device_request r
  where r.id = request and r.ended_at is null and r.reply is null and r.expires_at > now() and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
    and exists (select from device_preauthorisation p
      where p.tenant_id = current_tenant() and p.request_id = r.id and p.key_thumbprint = r.key_thumbprint and p.serial = lower(r.serial))
  for update;
end;

-- Answers it, with the device that the pre-authorisation has become.
create function settle_preauthorised_request(request uuid, device uuid, answer jsonb) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update device_request r set found_by_tenant = current_tenant(), device_id = device, reply = answer
  where r.id = request and r.ended_at is null and r.reply is null and r.expires_at > now() and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
    and exists (select from device_preauthorisation p
      where p.tenant_id = current_tenant() and p.request_id = r.id and p.key_thumbprint = r.key_thumbprint and p.serial = lower(r.serial) and p.device_id = device);
  return found;
end
$$;

-- Whether a subject has a try left (migration 0008), without taking it: a roomful of good machines at one address must not use up each other's.
create function has_claim_try(subjects bytea[], allowed integer) returns boolean
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select coalesce(max(t.count), 0) < allowed from claim_try t where t.subject = any (subjects) and t.since >= now() - interval '15 minutes';
end;

revoke execute on function has_claim_try, tenant_of_device_batch, preauthorised_request, settle_preauthorised_request from public;
grant execute on function has_claim_try, tenant_of_device_batch, preauthorised_request, settle_preauthorised_request to concierge_app;
