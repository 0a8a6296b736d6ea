-- A renewal whose answer was lost, and one that somebody recorded and sends again, is answered with the certificate that was made for it (ADR 0016). It holds no secret. Null for those of before.
alter table device_certificate add column certificate_pem text check (length(certificate_pem) <= 8000);

-- When a device ended by itself: it wiped itself as it was told, or its machine came again and knew nothing of it. Null while it lives, and for one that was revoked.
alter table device add column left_at timestamptz;
update device d set left_at = d.revoked_at
where d.revoked_at is not null and exists (select from audit_event e
  where e.tenant_id = d.tenant_id and e.subject_id = d.id and e.action in ('device.decommissioned', 'device.claimed-anew'));

-- People are counted who look a code up, and not how often: whoever loads the page again has seen the words already.
alter table device_request drop column lookup_count;
alter table device_request add column found_by_users uuid[] not null default '{}';

-- Whoever has the code gets the request for as long as it lasts; another tenant that tries the same code finds nothing. The sixth person ends it. Once this tenant has confirmed it, it is
-- found with its device until the code runs out.
drop function find_device_request(bytea);
create function find_device_request(code bytea, finder uuid)
  returns table (id uuid, key_thumbprint bytea, serial text, agent_version text, expires_at timestamptz, device_id uuid)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_row device_request;
begin
  update device_request r set found_by_tenant = current_tenant(),
    found_by_users = case when finder = any (r.found_by_users) then r.found_by_users else r.found_by_users || finder end,
    ended_at = case when cardinality(r.found_by_users) >= 5 and finder <> all (r.found_by_users) then now() end
  where r.code_hash = code and r.ended_at is null and r.reply is null and r.expires_at > now() and current_tenant() is not null
    and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
  returning r.* into found_row;
  if found_row.id is null then
    select r.* into found_row from device_request r
    where r.code_hash = code and r.ended_at is null and r.reply is not null and r.expires_at > now() and r.found_by_tenant = current_tenant();
  end if;
  if found_row.id is not null and found_row.ended_at is null then
    return query select found_row.id, found_row.key_thumbprint, found_row.serial, found_row.agent_version, found_row.expires_at, found_row.device_id;
  end if;
end
$$;

revoke execute on function find_device_request from public;
grant execute on function find_device_request to concierge_app;
