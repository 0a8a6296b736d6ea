-- What a device was asked to do at a distance, and what became of it. Whether one has run out is decided from the clock, not written down.
create table device_command (
  tenant_id uuid not null,
  id uuid not null,
  device_id uuid not null,
  command text not null check (command in ('identify', 'reload', 'restart')),
  issued_by uuid not null,
  issued_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  outcome text check (outcome in ('done', 'expired', 'failed')),
  answered_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, device_id) references device (tenant_id, id)
);
create index device_command_of_device on device_command (tenant_id, device_id, issued_at desc);
call isolate_by_tenant('device_command', 'tenant_id', 'select, insert, update, delete');
