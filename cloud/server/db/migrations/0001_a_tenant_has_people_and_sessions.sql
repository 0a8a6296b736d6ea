-- Tenancy is kept by the database itself (ADR 0002): every tenant-owned table carries tenant_id in its key, and the application role
-- sees only rows of the tenant named in app.tenant_id. Without that setting it sees nothing.

create function current_tenant() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('app.tenant_id', true), '')::uuid;

-- The one way a table becomes tenant-owned: isolation by policy, and only the named rights for the application. The policy's sub-select is worked out once a
-- statement instead of once a row.
create procedure isolate_by_tenant(target regclass, tenant_column name, rights text)
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy tenant_isolation on %s to concierge_app using (%I = (select current_tenant())) with check (%I = (select current_tenant()))',
    target, tenant_column, tenant_column);
  execute format('grant %s on %s to concierge_app', rights, target);
end
$$;

create function refuse_change() returns trigger
  language plpgsql as $$
begin
  raise exception '% is append-only: % is not allowed', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation', hint = 'Write a correcting row instead.';
end
$$;

create table tenant (
  id uuid primary key default uuidv7(),
  slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,62}$'),
  name text not null check (length(name) between 1 and 120),
  created_at timestamptz not null default now()
);
call isolate_by_tenant('tenant', 'id', 'select');

create table tenant_domain (
  tenant_id uuid not null references tenant (id),
  host text not null check (host = lower(host)),
  primary key (tenant_id, host),
  unique (host)
);
call isolate_by_tenant('tenant_domain', 'tenant_id', 'select');

create table user_account (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  email text not null check (email = lower(email) and length(email) <= 254),
  full_name text not null check (length(full_name) between 1 and 120),
  phone text,
  password_hash text not null,
  language text not null default 'el' check (language in ('el', 'en')),
  -- The role over every building of the tenant; null for people who have roles in single buildings only.
  office_role text check (office_role in ('office_manager', 'office_staff')),
  failed_login_count integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, email)
);
call isolate_by_tenant('user_account', 'tenant_id', 'select, insert, update');

create table user_session (
  tenant_id uuid not null,
  id uuid not null default uuidv7(),
  user_id uuid not null,
  -- SHA-256 of the refresh secret now valid, and of the one before it: showing the old one again is theft or a lost reply.
  refresh_hash bytea not null,
  previous_refresh_hash bytea,
  rotated_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoke_reason text check (revoke_reason in ('logout', 'logout-everywhere', 'refresh-reuse', 'locked')),
  user_agent text not null default '',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references user_account (tenant_id, id)
);
create index user_session_of_user on user_session (tenant_id, user_id) where revoked_at is null;
call isolate_by_tenant('user_session', 'tenant_id', 'select, insert, update');

-- What must be known before there is a tenant. These run with the owner's rights, answer with ids only, and are all there is of that kind.
-- Whether the session still stands; a request without one (null) needs none. It is asked in the same statement that names the tenant, before row-level security
-- would let the session be seen, hence with the owner's rights.
create function session_stands(tenant uuid, session uuid) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  return session is null or exists (select from user_session where tenant_id = tenant and id = session and revoked_at is null and expires_at > now());

create function tenant_of_host(wanted text) returns uuid
  language sql stable security definer set search_path = public, pg_temp
  return (select tenant_id from tenant_domain where host = lower(wanted));

create function login_candidates(wanted text) returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select u.tenant_id, u.id from user_account u where u.email = lower(wanted) order by u.tenant_id limit 5;
end;

create function tenant_ids() returns setof uuid
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select id from tenant order by id;
end;

revoke execute on all functions in schema public from public;
grant execute on function current_tenant, session_stands, tenant_of_host, login_candidates, tenant_ids to concierge_app;
