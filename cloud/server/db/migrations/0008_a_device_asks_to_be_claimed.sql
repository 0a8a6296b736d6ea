-- What a device that belongs to nobody asks for (ADR 0016). It is no tenant's data, and the application reaches it through the functions below only: each of them sees the one row whose
-- code or id it is given, and the confirming ones only a row that the current tenant's person has looked up.
create table device_request (
  id uuid primary key,
  code_hash bytea not null unique,
  -- SHA-256 of the public key: what the word pair is made from.
  key_thumbprint bytea not null,
  csr_pem text not null check (length(csr_pem) <= 4000),
  serial text not null check (length(serial) between 1 and 60),
  agent_version text not null check (length(agent_version) between 1 and 40),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  lookup_count integer not null default 0,
  found_by_tenant uuid,
  found_by_user uuid,
  ended_at timestamptz,
  -- What the device is told once somebody has confirmed it: certificate, broker, keys to pin. Nothing of it is secret.
  device_id uuid,
  reply jsonb
);
create index device_request_by_age on device_request (created_at);
create index device_request_by_key on device_request (key_thumbprint);
revoke all on device_request from public;

-- A device has one open request: a newer one of the same key takes the place of the older. False when there are too many of all devices; unique_violation when the code is taken.
create function open_device_request(request uuid, code bytea, thumbprint bytea, csr text, board_serial text, version text, lasts interval) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from device_request where created_at < now() - interval '1 day';
  delete from device_request where key_thumbprint = thumbprint and reply is null;
  if (select count(*) from device_request where expires_at > now() and reply is null) >= 20000 then return false; end if;
  insert into device_request (id, code_hash, key_thumbprint, csr_pem, serial, agent_version, expires_at)
  values (request, code, thumbprint, csr, board_serial, version, now() + lasts);
  return true;
end
$$;

-- Whoever has the code gets the request for as long as it lasts; another tenant that tries the same code finds nothing. The sixth lookup ends it.
create function find_device_request(code bytea, finder uuid)
  returns table (id uuid, key_thumbprint bytea, serial text, agent_version text, expires_at timestamptz)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_row device_request;
begin
  update device_request r set lookup_count = r.lookup_count + 1, found_by_tenant = current_tenant(), found_by_user = finder,
    ended_at = case when r.lookup_count >= 5 then now() end
  where r.code_hash = code and r.ended_at is null and r.reply is null and r.expires_at > now() and current_tenant() is not null
    and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
  returning r.* into found_row;
  if found_row.id is not null and found_row.ended_at is null then
    return query select found_row.id, found_row.key_thumbprint, found_row.serial, found_row.agent_version, found_row.expires_at;
  end if;
end
$$;

-- The request this person found, locked until the transaction ends; with its device when the person has confirmed it already.
create function device_request_of(request uuid, finder uuid) returns table (key_thumbprint bytea, csr_pem text, serial text, device_id uuid)
  language sql security definer set search_path = public, pg_temp
begin atomic
  select r.key_thumbprint, r.csr_pem, r.serial, r.device_id from device_request r
  where r.id = request and r.found_by_tenant = current_tenant() and r.found_by_user = finder and r.ended_at is null
    and (r.device_id is not null or r.expires_at > now())
  for update;
end;

create function settle_device_request(request uuid, finder uuid, device uuid, answer jsonb) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update device_request r set device_id = device, reply = answer
  where r.id = request and r.found_by_tenant = current_tenant() and r.found_by_user = finder and r.ended_at is null and r.reply is null and r.expires_at > now();
  return found;
end
$$;

create function end_device_request(request uuid, finder uuid) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update device_request r set ended_at = now()
  where r.id = request and r.found_by_tenant = current_tenant() and r.found_by_user = finder and r.ended_at is null and r.reply is null;
  return found;
end
$$;

-- What the device asks for by its id; the caller checks the signature against the request's key before it answers.
create function device_request_answer(request uuid) returns table (csr_pem text, ended boolean, reply jsonb)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select r.csr_pem, r.ended_at is not null or (r.reply is null and r.expires_at <= now()), r.reply from device_request r where r.id = request;
end;

-- Tries with codes, by a hash of who tried: the account and the address. A try counts before it is looked at, so that many at once do not get more of them.
create table claim_try (
  subject bytea primary key,
  count integer not null,
  since timestamptz not null
);
create index claim_try_by_age on claim_try (since);
revoke all on claim_try from public;

-- True while every one of the subjects has a try left in this quarter of an hour.
create function take_claim_try(subjects bytea[], allowed integer) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  most integer;
begin
  delete from claim_try where since < now() - interval '1 day';
  with counted as (
    insert into claim_try (subject, count, since)
    select s, 1, now() from (select distinct unnest(subjects) as s order by 1) as each
    on conflict (subject) do update set
      count = case when claim_try.since < now() - interval '15 minutes' then 1 else claim_try.count + 1 end,
      since = case when claim_try.since < now() - interval '15 minutes' then now() else claim_try.since end
    returning count
  )
  select max(count) into most from counted;
  return most <= allowed;
end
$$;

-- A try that found its device counts no longer.
create function return_claim_try(subjects bytea[]) returns void
  language sql security definer set search_path = public, pg_temp
begin atomic
  update claim_try set count = greatest(count - 1, 0) where subject = any (subjects);
end;

revoke execute on function open_device_request, find_device_request, device_request_of, settle_device_request, end_device_request, device_request_answer, take_claim_try, return_claim_try from public;
grant execute on function open_device_request, find_device_request, device_request_of, settle_device_request, end_device_request, device_request_answer, take_claim_try, return_claim_try to concierge_app;
