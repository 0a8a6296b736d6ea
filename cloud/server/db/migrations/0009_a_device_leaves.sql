-- A device that is to leave its building keeps its certificate until it has said that it wiped itself; one that is lost is revoked at once.
alter table device
  add column leaving_at timestamptz,
  -- SHA-256 of its public key, by which its certificate is renewed, and the serial number by which it is revoked. Unknown of devices claimed before.
  add column key_thumbprint bytea,
  add column certificate_serial text;

-- Whom no broker may let in any more, as long as their certificate would still open the door.
create function revoked_devices() returns table (id uuid, certificate_serial text, revoked_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select d.id, d.certificate_serial, d.revoked_at from device d where d.revoked_at is not null and d.certificate_expires_at > now() order by d.revoked_at, d.id;
end;

revoke execute on function revoked_devices from public;
grant execute on function revoked_devices to concierge_app;
