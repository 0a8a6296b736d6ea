create table audit_event (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  at timestamptz(3) not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'device', 'visitor', 'system')),
  actor_id uuid,
  action text not null check (length(action) <= 60),
  subject_kind text not null check (length(subject_kind) <= 40),
  subject_id uuid,
  building_id uuid,
  details jsonb not null default '{}',
  primary key (tenant_id, id)
);
create index audit_event_of_subject on audit_event (tenant_id, subject_id, id);
call isolate_by_tenant('audit_event', 'tenant_id', 'select, insert');
create trigger audit_event_is_append_only before update or delete or truncate on audit_event
  for each statement execute function refuse_change();

-- Blocks chain the events by hash soon after they commit, so writers never wait for each other (ADR 0005).
create table audit_block (
  tenant_id uuid not null references tenant (id),
  number integer not null check (number > 0),
  event_count integer not null check (event_count > 0),
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  primary key (tenant_id, number)
);
call isolate_by_tenant('audit_block', 'tenant_id', 'select, insert');
create trigger audit_block_is_append_only before update or delete or truncate on audit_block
  for each statement execute function refuse_change();

create table audit_seal (
  tenant_id uuid not null,
  event_id uuid not null,
  block_number integer not null,
  position integer not null,
  primary key (tenant_id, event_id),
  unique (tenant_id, block_number, position),
  foreign key (tenant_id, event_id) references audit_event (tenant_id, id),
  foreign key (tenant_id, block_number) references audit_block (tenant_id, number)
);
call isolate_by_tenant('audit_seal', 'tenant_id', 'select, insert');
create trigger audit_seal_is_append_only before update or delete or truncate on audit_seal
  for each statement execute function refuse_change();

create table idempotency_record (
  tenant_id uuid not null references tenant (id),
  user_id uuid not null,
  key text not null check (length(key) between 8 and 100),
  request_hash bytea not null,
  status smallint not null,
  reply jsonb,
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id, key)
);
call isolate_by_tenant('idempotency_record', 'tenant_id', 'select, insert, delete');
