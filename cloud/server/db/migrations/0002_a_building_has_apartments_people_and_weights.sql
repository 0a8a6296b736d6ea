create table building (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  name_el text not null check (length(name_el) between 1 and 80),
  name_en text,
  address_line_el text not null check (length(address_line_el) between 1 and 120),
  address_line_en text,
  city_el text not null check (length(city_el) between 1 and 60),
  city_en text,
  postal_code text not null check (postal_code ~ '^\d{5}$'),
  time_zone text not null default 'Europe/Athens',
  language text not null default 'el' check (language in ('el', 'en')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  -- A building that left the office is kept for its history and shown nowhere.
  archived_at timestamptz,
  primary key (tenant_id, id)
);
call isolate_by_tenant('building', 'tenant_id', 'select, insert, update');

create table apartment (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  building_id uuid not null,
  label text not null check (length(label) between 1 and 20),
  floor smallint not null check (floor between -5 and 60),
  position smallint not null check (position between 1 and 2000),
  area_square_metres integer check (area_square_metres between 1 and 10000),
  version integer not null default 1,
  primary key (tenant_id, id),
  unique (tenant_id, building_id, id),
  unique (tenant_id, building_id, label),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
create index apartment_in_order on apartment (tenant_id, building_id, position);
call isolate_by_tenant('apartment', 'tenant_id', 'select, insert, update, delete');

create table occupancy (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  apartment_id uuid not null,
  kind text not null check (kind in ('owner', 'tenant')),
  full_name text not null check (length(full_name) between 1 and 120),
  email text,
  phone text,
  starts_on date not null,
  -- The last day; null while it lasts.
  ends_on date,
  version integer not null default 1,
  primary key (tenant_id, id),
  foreign key (tenant_id, apartment_id) references apartment (tenant_id, id),
  check (ends_on is null or ends_on >= starts_on)
);
create index occupancy_of_apartment on occupancy (tenant_id, apartment_id, starts_on);
call isolate_by_tenant('occupancy', 'tenant_id', 'select, insert, update, delete');

-- A role in one building.
create table membership (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  user_id uuid not null,
  building_id uuid not null,
  role text not null check (role in ('internal_manager', 'resident')),
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, user_id, building_id, role),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('membership', 'tenant_id', 'select, insert, delete');

create table weight_table (
  tenant_id uuid not null,
  building_id uuid not null,
  kind text not null check (kind in ('general', 'elevator', 'heating', 'owner', 'vote')),
  parts_total integer not null check (parts_total in (1000, 10000, 100000)),
  version integer not null default 1,
  primary key (tenant_id, building_id, kind),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('weight_table', 'tenant_id', 'select, insert, update');

create table weight (
  tenant_id uuid not null,
  building_id uuid not null,
  kind text not null,
  apartment_id uuid not null,
  parts integer not null check (parts >= 0),
  -- fi of PD 27-9/7-11-1985, in hundredths; heating tables only.
  remaining_charge_hundredths smallint check (remaining_charge_hundredths between 0 and 99),
  primary key (tenant_id, building_id, kind, apartment_id),
  foreign key (tenant_id, building_id, kind) references weight_table (tenant_id, building_id, kind),
  foreign key (tenant_id, building_id, apartment_id) references apartment (tenant_id, building_id, id),
  check (kind = 'heating' or remaining_charge_hundredths is null)
);
call isolate_by_tenant('weight', 'tenant_id', 'select, insert, update, delete');

-- A table whose parts do not make the whole would charge too much or too little (DOMAIN 1.2): checked once more when the transaction ends,
-- whoever wrote it.
create function weights_make_the_whole() returns trigger
  language plpgsql as $$
declare
  touched record := coalesce(new, old);
  total integer;
  wanted integer;
begin
  select parts_total into wanted from weight_table
    where tenant_id = touched.tenant_id and building_id = touched.building_id and kind = touched.kind;
  select coalesce(sum(parts), 0) into total from weight
    where tenant_id = touched.tenant_id and building_id = touched.building_id and kind = touched.kind;
  if wanted is not null and total <> wanted then
    raise exception 'the % weights of building % sum to % instead of %', touched.kind, touched.building_id, total, wanted
      using errcode = 'check_violation', constraint = 'weights_make_the_whole';
  end if;
  return null;
end
$$;
create constraint trigger weights_make_the_whole after insert or update or delete on weight
  deferrable initially deferred for each row execute function weights_make_the_whole();
create constraint trigger weight_total_is_met after insert or update on weight_table
  deferrable initially deferred for each row execute function weights_make_the_whole();

create function tenant_of_building(wanted uuid) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  return (select tenant_id from building where id = wanted and archived_at is null);

revoke execute on function weights_make_the_whole, tenant_of_building from public;
grant execute on function tenant_of_building to concierge_app;
