-- What widgets show of a building besides its content (ADR 0031): the weather of its place, and the account that common expenses are paid into.
create table building_account (
  tenant_id uuid not null,
  building_id uuid not null,
  -- Compact; its check digits were reckoned before it came here.
  iban text not null check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'),
  holder text not null check (length(holder) between 1 and 70),
  version integer not null default 1,
  primary key (tenant_id, building_id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('building_account', 'tenant_id', 'select, insert, update, delete');

-- The place whose weather a building shows: a town's coordinates to a hundredth of a degree, never the house's.
create table building_place (
  tenant_id uuid not null,
  building_id uuid not null,
  name_el text not null check (length(name_el) between 1 and 60),
  name_en text check (length(name_en) between 1 and 60),
  latitude numeric(4, 2) not null check (latitude between -90 and 90),
  longitude numeric(5, 2) not null check (longitude between -180 and 180),
  version integer not null default 1,
  primary key (tenant_id, building_id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
create index building_place_by_place on building_place (latitude, longitude);
call isolate_by_tenant('building_place', 'tenant_id', 'select, insert, update, delete');

-- The weather by place: the same for every building there, whoever's it is, and no tenant's data. The application reaches it through the functions below only.
create table place_weather (
  latitude numeric(4, 2) not null,
  longitude numeric(5, 2) not null,
  -- What the service answered last, as we understood it; null before its first good answer.
  reading jsonb,
  measured_at timestamptz(3),
  -- Bad answers, or none, since the last good one.
  failures integer not null default 0,
  next_at timestamptz not null,
  primary key (latitude, longitude)
);
revoke all on place_weather from public;

-- Takes places that are due and that some building with a screen shows. Whoever takes one has until next_at to say what became of it; then it is anybody's again.
create function take_due_places(now_is timestamptz, lease interval, at_most integer)
  returns table (latitude float8, longitude float8, failures integer)
  language sql volatile security definer set search_path = public, pg_temp
begin atomic
  insert into place_weather (latitude, longitude, next_at)
  select due.latitude, due.longitude, now_is + lease
  from (
    select distinct p.latitude, p.longitude
    from building_place p join building b on b.tenant_id = p.tenant_id and b.id = p.building_id and b.archived_at is null
    where exists (select from device d where d.tenant_id = p.tenant_id and d.building_id = p.building_id and d.revoked_at is null)
      and not exists (select from place_weather w where w.latitude = p.latitude and w.longitude = p.longitude and w.next_at > now_is)
    limit least(at_most, 1000)
  ) due
  on conflict (latitude, longitude) do update set next_at = excluded.next_at where place_weather.next_at <= now_is
  returning place_weather.latitude::float8, place_weather.longitude::float8, place_weather.failures;
end;

create function note_place_weather(at_latitude float8, at_longitude float8, its_reading jsonb, its_moment timestamptz, its_next timestamptz) returns void
  language sql volatile security definer set search_path = public, pg_temp
begin atomic
  update place_weather set reading = its_reading, measured_at = its_moment, failures = 0, next_at = its_next
  where latitude = at_latitude::numeric(4, 2) and longitude = at_longitude::numeric(5, 2) and (measured_at is null or measured_at <= its_moment);
end;

create function note_place_failure(at_latitude float8, at_longitude float8, its_next timestamptz) returns void
  language sql volatile security definer set search_path = public, pg_temp
begin atomic
  update place_weather set failures = failures + 1, next_at = its_next
  where latitude = at_latitude::numeric(4, 2) and longitude = at_longitude::numeric(5, 2);
end;

create function weather_of_place(at_latitude float8, at_longitude float8) returns jsonb
  language sql stable security definer set search_path = public, pg_temp
  return (select reading from place_weather where latitude = at_latitude::numeric(4, 2) and longitude = at_longitude::numeric(5, 2));

-- Whom a place's weather concerns, for the jobs that tell them.
create function buildings_of_place(at_latitude float8, at_longitude float8) returns table (tenant_id uuid, building_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select p.tenant_id, p.building_id from building_place p
  where p.latitude = at_latitude::numeric(4, 2) and p.longitude = at_longitude::numeric(5, 2) order by 1, 2;
end;

-- Forgets places that no building shows any more.
create function forget_unused_places() returns void
  language sql volatile security definer set search_path = public, pg_temp
begin atomic
  delete from place_weather w
  where not exists (select from building_place p where p.latitude = w.latitude and p.longitude = w.longitude);
end;

revoke execute on function take_due_places, note_place_weather, note_place_failure, weather_of_place, buildings_of_place, forget_unused_places from public;
grant execute on function take_due_places, note_place_weather, note_place_failure, weather_of_place, buildings_of_place, forget_unused_places to concierge_app;

-- The signed message for all screens of a building; kept as lobby_document is.
create table lobby_facts (
  tenant_id uuid not null,
  building_id uuid not null,
  sequence integer not null check (sequence > 0),
  content_hash text not null,
  facts jsonb not null,
  jws text not null,
  issued_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  published_sequence integer not null default 0,
  primary key (tenant_id, building_id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('lobby_facts', 'tenant_id', 'select, insert, update');
