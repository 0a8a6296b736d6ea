-- The newest sanitised document of a building, exactly as it was signed. Replicas, the public page and new devices read this row; nothing else is ever sent.
create table lobby_document (
  tenant_id uuid not null,
  building_id uuid not null,
  sequence integer not null check (sequence > 0),
  content_hash text not null,
  document jsonb not null,
  jws text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  -- The sequence all devices of the building were sent; behind `sequence` after a crash between commit and publication.
  published_sequence integer not null default 0,
  primary key (tenant_id, building_id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('lobby_document', 'tenant_id', 'select, insert, update');

create table qr_batch (
  tenant_id uuid not null,
  device_id uuid not null,
  sequence integer not null,
  first_slot bigint not null,
  slot_count integer not null,
  jws text not null,
  issued_at timestamptz not null,
  primary key (tenant_id, device_id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
call isolate_by_tenant('qr_batch', 'tenant_id', 'select, insert, update');

-- One browser proves presence once with one slot's code; many people may use the same code while it shows.
create table presence_proof (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  device_id uuid not null,
  building_id uuid not null,
  slot bigint not null,
  browser_hash bytea not null,
  -- SHA-256 of the join session's secret.
  join_hash bytea not null,
  proven_at timestamptz not null default now(),
  join_until timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, device_id, slot, browser_hash),
  foreign key (tenant_id, device_id) references device (tenant_id, id),
  foreign key (tenant_id, building_id) references building (tenant_id, id)
);
call isolate_by_tenant('presence_proof', 'tenant_id', 'select, insert, update');
