-- What the screens of an office show, and in which order: a draft that people work on, and numbered revisions that were published and never change.
create table display_config (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 60),
  -- Null for one that may hang in every building of the office.
  building_id uuid,
  draft jsonb not null,
  -- The draft is what was published last; false while somebody works on it.
  draft_is_published boolean not null default false,
  -- 0 until it was published for the first time.
  published_revision integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
create index display_config_by_name on display_config (tenant_id, name, id);
call isolate_by_tenant('display_config', 'tenant_id', 'select, insert, update, delete');

create table display_config_revision (
  tenant_id uuid not null,
  display_config_id uuid not null,
  revision integer not null check (revision > 0),
  list jsonb not null,
  published_at timestamptz(3) not null,
  published_by uuid not null,
  primary key (tenant_id, display_config_id, revision),
  foreign key (tenant_id, display_config_id) references display_config (tenant_id, id) on delete cascade,
  foreign key (tenant_id, published_by) references user_account (tenant_id, id)
);
call isolate_by_tenant('display_config_revision', 'tenant_id', 'select, insert, delete');

alter table device add column display_config_id uuid;
alter table device add foreign key (tenant_id, display_config_id) references display_config (tenant_id, id);
create index device_of_display_config on device (tenant_id, display_config_id) where display_config_id is not null and revoked_at is null;
-- When the arrangement was last sent because the device lacked it.
alter table device add column scenes_sent_at timestamptz;

-- The signed message as each device was sent it: made anew when another revision, configuration or building is due.
create table device_scenes (
  tenant_id uuid not null,
  device_id uuid not null,
  sequence integer not null check (sequence > 0),
  building_id uuid not null,
  -- Null when the device has been told that it has no configuration any more.
  display_config_id uuid,
  revision integer not null,
  jws text not null,
  issued_at timestamptz(3) not null,
  primary key (tenant_id, device_id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
call isolate_by_tenant('device_scenes', 'tenant_id', 'select, insert, update');
