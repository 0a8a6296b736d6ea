-- A claim belongs to the office that found it, not to the one person who looked last: two managers before one screen do not take it from each other. Who confirmed it stands in the
-- audit (ADR 0016).
drop function find_device_request(bytea, uuid);
drop function device_request_of(uuid, uuid);
drop function settle_device_request(uuid, uuid, uuid, jsonb);
drop function end_device_request(uuid, uuid);
alter table device_request drop column found_by_user;

-- Whoever has the code gets the request for as long as it lasts; another tenant that tries the same code finds nothing. The sixth lookup ends it.
create function find_device_request(code bytea)
  returns table (id uuid, key_thumbprint bytea, serial text, agent_version text, expires_at timestamptz)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_row device_request;
begin
  update device_request r set lookup_count = r.lookup_count + 1, found_by_tenant = current_tenant(), ended_at = case when r.lookup_count >= 5 then now() end
  where r.code_hash = code and r.ended_at is null and r.reply is null and r.expires_at > now() and current_tenant() is not null
    and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
  returning r.* into found_row;
  if found_row.id is not null and found_row.ended_at is null then
    return query select found_row.id, found_row.key_thumbprint, found_row.serial, found_row.agent_version, found_row.expires_at;
  end if;
end
$$;

-- The request this office found, locked until the transaction ends; with its device when one of them has confirmed it already.
create function device_request_of(request uuid) returns table (key_thumbprint bytea, csr_pem text, serial text, device_id uuid)
  language sql security definer set search_path = public, pg_temp
begin atomic
  select r.key_thumbprint, r.csr_pem, r.serial, r.device_id from device_request r
  where r.id = request and r.found_by_tenant = current_tenant() and r.ended_at is null and (r.device_id is not null or r.expires_at > now())
  for update;
end;

create function settle_device_request(request uuid, device uuid, answer jsonb) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update device_request r set device_id = device, reply = answer
  where r.id = request and r.found_by_tenant = current_tenant() and r.ended_at is null and r.reply is null and r.expires_at > now();
  return found;
end
$$;

create function end_device_request(request uuid) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update device_request r set ended_at = now()
  where r.id = request and r.found_by_tenant = current_tenant() and r.ended_at is null and r.reply is null;
  return found;
end
$$;

-- SHA-256 of the address it came from, of IPv6 of its /64; null for those of before.
alter table device_request add column asked_from bytea;
create index device_request_open_by_address on device_request (asked_from) where reply is null;
create index device_request_open_by_end on device_request (expires_at) where reply is null;

-- A device has one open request: a newer one of the same key takes the place of the older. False when there are too many from where it asks; unique_violation when the code is taken.
-- An address may have two hundred open: a workshop that prepares as many at once. Once ten thousand are open in all it may have five, so that some who ask for much shut nobody out who asks for one.
drop function open_device_request(uuid, bytea, bytea, text, text, text, interval);
create function open_device_request(request uuid, code bytea, thumbprint bytea, csr text, board_serial text, version text, lasts interval, address bytea) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  open_in_all integer;
  open_from_there integer;
begin
  delete from device_request where created_at < now() - interval '1 day';
  -- What nobody confirmed is asked for no more.
  delete from device_request where reply is null and expires_at < now() - interval '1 hour';
  delete from device_request where key_thumbprint = thumbprint and reply is null;
  select count(*) into open_in_all from device_request where reply is null and expires_at > now();
  select count(*) into open_from_there from device_request where reply is null and asked_from = address and expires_at > now();
  if open_in_all >= 50000 or open_from_there >= (case when open_in_all < 10000 then 200 else 5 end) then return false; end if;
  insert into device_request (id, code_hash, key_thumbprint, csr_pem, serial, agent_version, expires_at, asked_from)
  values (request, code, thumbprint, csr, board_serial, version, now() + lasts, address);
  return true;
end
$$;

-- When the last of these subjects that have no try left (migration 0008) has one again; null when none is locked out.
create function claim_tries_free_at(subjects bytea[], allowed integer) returns timestamptz
  language sql stable security definer set search_path = public, pg_temp
  return (select max(t.since) + interval '15 minutes' from claim_try t where t.subject = any (subjects) and t.count > allowed);

revoke execute on function open_device_request, find_device_request, device_request_of, settle_device_request, end_device_request, claim_tries_free_at from public;
grant execute on function open_device_request, find_device_request, device_request_of, settle_device_request, end_device_request, claim_tries_free_at to concierge_app;
