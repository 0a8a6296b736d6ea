-- What an office may show on its screens besides text: files by the hash of their bytes. The bytes lie in the file storage, under the same tenant and hash.
create table media (
  tenant_id uuid not null references tenant (id),
  id uuid not null default uuidv7(),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  type text not null check (type in ('image/jpeg', 'image/png', 'image/webp')),
  bytes integer not null check (bytes > 0),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  name text not null check (length(name) between 1 and 120),
  uploaded_by uuid not null,
  uploaded_at timestamptz(3) not null,
  -- The row stays, because the audit trail speaks of it; its bytes go.
  deleted_at timestamptz(3),
  primary key (tenant_id, id),
  foreign key (tenant_id, uploaded_by) references user_account (tenant_id, id)
);
create unique index media_by_hash on media (tenant_id, sha256) where deleted_at is null;
create index media_by_upload on media (tenant_id, uploaded_at, id) where deleted_at is null;
call isolate_by_tenant('media', 'tenant_id', 'select, insert, update');
