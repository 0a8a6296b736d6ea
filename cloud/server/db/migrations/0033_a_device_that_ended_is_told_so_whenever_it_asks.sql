-- A device that was revoked while it lay in a drawer asks long after its certificate ran out, when the revocation list has forgotten it (ADR 0017). Asked by id alone, and by strangers.
create function device_has_ended(wanted uuid) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  return exists (select from device where id = wanted and revoked_at is not null);
revoke execute on function device_has_ended from public;
grant execute on function device_has_ended to concierge_app;
create index ended_device_by_id on device (id) where revoked_at is not null;
