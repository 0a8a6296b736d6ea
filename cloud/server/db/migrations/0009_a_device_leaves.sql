-- A device that is to leave its building keeps its certificate until it has said that it wiped itself; one that is lost is revoked at once.
alter table device
  add column leaving_at timestamptz,
  -- SHA-256 of its public key, by which its certificate is renewed. Unknown of devices claimed before.
  add column key_thumbprint bytea;

-- Every certificate a device was given: a renewed one overlaps with the one before, and a revocation list must name both.
create table device_certificate (
  tenant_id uuid not null,
  device_id uuid not null,
  serial text not null check (serial ~ '^[0-9a-f]{2,40}$'),
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant_id, device_id, serial),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
call isolate_by_tenant('device_certificate', 'tenant_id', 'select, insert');

-- Whom no broker may let in any more. Without a certificate of ours (claimed before this was kept) a device is named all the same.
create function revoked_devices() returns table (id uuid, revoked_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select d.id, d.revoked_at from device d where d.revoked_at is not null and d.certificate_expires_at > now() order by d.revoked_at, d.id;
end;

-- The certificates of those that have not run out, for a certificate revocation list (RFC 5280 §5).
create function revoked_certificates() returns table (serial text, revoked_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select c.serial, d.revoked_at from device d join device_certificate c on c.tenant_id = d.tenant_id and c.device_id = d.id
  where d.revoked_at is not null and c.expires_at > now() order by d.revoked_at, c.serial;
end;

revoke execute on function revoked_devices, revoked_certificates from public;
grant execute on function revoked_devices, revoked_certificates to concierge_app;
