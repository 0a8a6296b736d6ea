-- What a tenant has agreed on, from when until when (ADR 0028). Only the operator writes it, as the owner of the database; the application reads its tenant's.
-- The extension lets the exclusion below compare a tenant for equality beside a span for overlap. It is PostgreSQL's own, and trusted: who owns the database may create it.
create extension if not exists btree_gist;

create table tenant_plan (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  plan text not null check (plan in ('basic', 'premium')),
  trial boolean not null default false,
  starts_at timestamptz(3) not null,
  -- Null: until somebody says otherwise.
  ends_at timestamptz(3),
  set_by text not null check (length(set_by) between 1 and 60),
  set_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  constraint tenant_plan_lasts check (ends_at > starts_at),
  -- One plan at a time, whoever writes and however many at once.
  constraint tenant_plan_one_at_a_time exclude using gist (tenant_id with =, tstzrange(starts_at, ends_at) with &&)
);
call isolate_by_tenant('tenant_plan', 'tenant_id', 'select');

-- The plan that the screens were last composed for. Whoever changes this row tells them, and nobody else.
create table tenant_plan_carried (
  tenant_id uuid not null primary key references tenant (id),
  plan text not null check (plan in ('basic', 'premium')),
  carried_at timestamptz(3) not null
);
call isolate_by_tenant('tenant_plan_carried', 'tenant_id', 'select, insert, update');

-- Who was here before there were plans loses nothing.
insert into tenant_plan (tenant_id, plan, starts_at, set_by) select id, 'premium', created_at, 'migration 0020' from tenant;
insert into tenant_plan_carried (tenant_id, plan, carried_at) select id, 'premium', now() from tenant;
insert into audit_event (tenant_id, actor_kind, action, subject_kind, subject_id, details)
  select id, 'system', 'plan.set', 'tenant', id, '{"plan": "premium", "trial": false, "until": null, "by": "migration 0020"}' from tenant;

-- The features that the arrangement a device was sent had to do without.
alter table device_scenes add column left_out text[] not null default '{}';
