create table announcement (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  building_id uuid not null,
  category text not null check (category in ('general', 'works', 'outage', 'cleaning', 'assembly', 'safety')),
  urgent boolean not null default false,
  title_el text not null check (length(title_el) between 1 and 120),
  title_en text,
  body_el text,
  body_en text,
  publish_at timestamptz not null default now(),
  expires_at timestamptz,
  withdrawn_at timestamptz,
  created_by uuid not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, building_id) references building (tenant_id, id),
  foreign key (tenant_id, created_by) references user_account (tenant_id, id),
  check (expires_at is null or expires_at > publish_at),
  check (body_en is null or body_el is not null)
);
create index announcement_of_building on announcement (tenant_id, building_id, publish_at desc, id);
call isolate_by_tenant('announcement', 'tenant_id', 'select, insert, update');
