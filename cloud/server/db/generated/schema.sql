-- Made from the catalogue of a freshly migrated database by npm run gen. It is read and compared, never run: db/migrations builds the schema.

create extension btree_gist;

grant usage on schema public to public;

create table announcement (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  building_id uuid not null,
  category text not null,
  urgent boolean default false not null,
  title_el text not null,
  title_en text,
  body_el text,
  body_en text,
  publish_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  created_by uuid not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint announcement_pkey PRIMARY KEY (tenant_id, id),
  constraint announcement_category_check CHECK ((category = ANY (ARRAY['general'::text, 'works'::text, 'outage'::text, 'cleaning'::text, 'assembly'::text, 'safety'::text]))),
  constraint announcement_check CHECK (((expires_at IS NULL) OR (expires_at > publish_at))),
  constraint announcement_check1 CHECK (((body_en IS NULL) OR (body_el IS NOT NULL))),
  constraint announcement_title_el_check CHECK (((length(title_el) >= 1) AND (length(title_el) <= 120))),
  constraint announcement_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id),
  constraint announcement_tenant_id_created_by_fkey FOREIGN KEY (tenant_id, created_by) REFERENCES user_account(tenant_id, id)
);
alter table announcement enable row level security;
CREATE INDEX announcement_of_building ON public.announcement USING btree (tenant_id, building_id, publish_at DESC, id);
create policy tenant_isolation on announcement for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on announcement to concierge_app;

create table apartment (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  building_id uuid not null,
  label text not null,
  floor smallint not null,
  "position" smallint not null,
  area_square_metres integer,
  version integer default 1 not null,
  constraint apartment_pkey PRIMARY KEY (tenant_id, id),
  constraint apartment_tenant_id_building_id_id_key UNIQUE (tenant_id, building_id, id),
  constraint apartment_tenant_id_building_id_label_key UNIQUE (tenant_id, building_id, label),
  constraint apartment_area_square_metres_check CHECK (((area_square_metres >= 1) AND (area_square_metres <= 10000))),
  constraint apartment_floor_check CHECK (((floor >= '-5'::integer) AND (floor <= 60))),
  constraint apartment_label_check CHECK (((length(label) >= 1) AND (length(label) <= 20))),
  constraint apartment_position_check CHECK ((("position" >= 1) AND ("position" <= 2000))),
  constraint apartment_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table apartment enable row level security;
CREATE INDEX apartment_in_order ON public.apartment USING btree (tenant_id, building_id, "position");
create policy tenant_isolation on apartment for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on apartment to concierge_app;

create table audit_block (
  tenant_id uuid not null,
  number integer not null,
  event_count integer not null,
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamp with time zone default now() not null,
  constraint audit_block_pkey PRIMARY KEY (tenant_id, number),
  constraint audit_block_event_count_check CHECK ((event_count > 0)),
  constraint audit_block_number_check CHECK ((number > 0)),
  constraint audit_block_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table audit_block enable row level security;
create policy tenant_isolation on audit_block for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
CREATE TRIGGER audit_block_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_block FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on audit_block to concierge_app;

create table audit_event (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  at timestamp(3) with time zone default now() not null,
  actor_kind text not null,
  actor_id uuid,
  action text not null,
  subject_kind text not null,
  subject_id uuid,
  building_id uuid,
  details jsonb default '{}'::jsonb not null,
  constraint audit_event_pkey PRIMARY KEY (tenant_id, id),
  constraint audit_event_action_check CHECK ((length(action) <= 60)),
  constraint audit_event_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'device'::text, 'visitor'::text, 'system'::text]))),
  constraint audit_event_subject_kind_check CHECK ((length(subject_kind) <= 40)),
  constraint audit_event_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table audit_event enable row level security;
CREATE INDEX audit_event_of_subject ON public.audit_event USING btree (tenant_id, subject_id, id);
create policy tenant_isolation on audit_event for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
CREATE TRIGGER audit_event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on audit_event to concierge_app;

create table audit_seal (
  tenant_id uuid not null,
  event_id uuid not null,
  block_number integer not null,
  "position" integer not null,
  constraint audit_seal_pkey PRIMARY KEY (tenant_id, event_id),
  constraint audit_seal_tenant_id_block_number_position_key UNIQUE (tenant_id, block_number, "position"),
  constraint audit_seal_tenant_id_block_number_fkey FOREIGN KEY (tenant_id, block_number) REFERENCES audit_block(tenant_id, number),
  constraint audit_seal_tenant_id_event_id_fkey FOREIGN KEY (tenant_id, event_id) REFERENCES audit_event(tenant_id, id)
);
alter table audit_seal enable row level security;
create policy tenant_isolation on audit_seal for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
CREATE TRIGGER audit_seal_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
grant insert, select on audit_seal to concierge_app;

create table building (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  name_el text not null,
  name_en text,
  address_line_el text not null,
  address_line_en text,
  city_el text not null,
  city_en text,
  postal_code text not null,
  time_zone text default 'Europe/Athens'::text not null,
  language text default 'el'::text not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  archived_at timestamp with time zone,
  constraint building_pkey PRIMARY KEY (tenant_id, id),
  constraint building_address_line_el_check CHECK (((length(address_line_el) >= 1) AND (length(address_line_el) <= 120))),
  constraint building_city_el_check CHECK (((length(city_el) >= 1) AND (length(city_el) <= 60))),
  constraint building_language_check CHECK ((language = ANY (ARRAY['el'::text, 'en'::text]))),
  constraint building_name_el_check CHECK (((length(name_el) >= 1) AND (length(name_el) <= 80))),
  constraint building_postal_code_check CHECK ((postal_code ~ '^\d{5}$'::text)),
  constraint building_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table building enable row level security;
CREATE INDEX building_by_id ON public.building USING btree (id) WHERE (archived_at IS NULL);
create policy tenant_isolation on building for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on building to concierge_app;

create table building_account (
  tenant_id uuid not null,
  building_id uuid not null,
  iban text not null,
  holder text not null,
  version integer default 1 not null,
  constraint building_account_pkey PRIMARY KEY (tenant_id, building_id),
  constraint building_account_holder_check CHECK (((length(holder) >= 1) AND (length(holder) <= 70))),
  constraint building_account_iban_check CHECK ((iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'::text)),
  constraint building_account_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table building_account enable row level security;
create policy tenant_isolation on building_account for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on building_account to concierge_app;

create table building_place (
  tenant_id uuid not null,
  building_id uuid not null,
  name_el text not null,
  name_en text,
  latitude numeric(4,2) not null,
  longitude numeric(5,2) not null,
  version integer default 1 not null,
  constraint building_place_pkey PRIMARY KEY (tenant_id, building_id),
  constraint building_place_latitude_check CHECK (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric))),
  constraint building_place_longitude_check CHECK (((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric))),
  constraint building_place_name_el_check CHECK (((length(name_el) >= 1) AND (length(name_el) <= 60))),
  constraint building_place_name_en_check CHECK (((length(name_en) >= 1) AND (length(name_en) <= 60))),
  constraint building_place_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table building_place enable row level security;
CREATE INDEX building_place_by_place ON public.building_place USING btree (latitude, longitude);
create policy tenant_isolation on building_place for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on building_place to concierge_app;

create table claim_try (
  subject bytea not null,
  count integer not null,
  since timestamp with time zone not null,
  constraint claim_try_pkey PRIMARY KEY (subject)
);
CREATE INDEX claim_try_by_age ON public.claim_try USING btree (since);

create table development_claim (
  tenant_id uuid not null,
  token_hash bytea not null,
  building_id uuid not null,
  device_name text not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint development_claim_pkey PRIMARY KEY (tenant_id, token_hash),
  constraint development_claim_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table development_claim enable row level security;
create policy tenant_isolation on development_claim for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on development_claim to concierge_app;

create table device (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  building_id uuid not null,
  name text not null,
  placement text,
  serial text not null,
  certificate_fingerprint text not null,
  certificate_expires_at timestamp with time zone not null,
  claimed_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  display jsonb not null,
  desired_sequence integer default 0 not null,
  content_sequence integer default 0 not null,
  qr_sequence integer default 0 not null,
  content_sent_at timestamp with time zone,
  qr_sent_at timestamp with time zone,
  online boolean default false not null,
  last_seen_at timestamp with time zone,
  reported jsonb,
  version integer default 1 not null,
  leaving_at timestamp with time zone,
  key_thumbprint bytea,
  drift_since timestamp(3) with time zone,
  sample boolean default false not null,
  search_text text generated always as (folded_text(((((name || ' '::text) || COALESCE(placement, ''::text)) || ' '::text) || serial))) stored not null,
  display_config_id uuid,
  scenes_sent_at timestamp with time zone,
  moved_from uuid[] default '{}'::uuid[] not null,
  online_since timestamp(3) with time zone,
  wipe_failed_at timestamp with time zone,
  left_at timestamp with time zone,
  constraint device_pkey PRIMARY KEY (tenant_id, id),
  constraint device_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  constraint device_placement_check CHECK ((length(placement) <= 120)),
  constraint device_says_sequences_that_fit CHECK (fits_sequences(reported)),
  constraint device_serial_check CHECK ((length(serial) <= 60)),
  constraint device_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id),
  constraint device_tenant_id_display_config_id_fkey FOREIGN KEY (tenant_id, display_config_id) REFERENCES display_config(tenant_id, id)
);
alter table device enable row level security;
CREATE INDEX device_by_id ON public.device USING btree (id) WHERE (revoked_at IS NULL);
CREATE INDEX device_by_key ON public.device USING btree (tenant_id, key_thumbprint) WHERE (revoked_at IS NULL);
CREATE INDEX device_by_name ON public.device USING btree (tenant_id, name, id) WHERE (revoked_at IS NULL);
CREATE INDEX device_of_building ON public.device USING btree (tenant_id, building_id) WHERE (revoked_at IS NULL);
CREATE INDEX device_of_display_config ON public.device USING btree (tenant_id, display_config_id) WHERE ((display_config_id IS NOT NULL) AND (revoked_at IS NULL));
CREATE INDEX ended_device_by_id ON public.device USING btree (id) WHERE (revoked_at IS NOT NULL);
create policy tenant_isolation on device for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
CREATE TRIGGER device_notes_drift BEFORE INSERT OR UPDATE OF desired_sequence, content_sequence, reported ON public.device FOR EACH ROW EXECUTE FUNCTION note_drift();
grant insert, select, update on device to concierge_app;

create table device_alert (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  device_id uuid not null,
  kind text not null,
  opened_at timestamp(3) with time zone not null,
  closed_at timestamp(3) with time zone,
  acknowledged_at timestamp(3) with time zone,
  acknowledged_by uuid,
  constraint device_alert_pkey PRIMARY KEY (tenant_id, id),
  constraint device_alert_kind_check CHECK ((kind = ANY (ARRAY['offline'::text, 'drift'::text, 'certificate'::text, 'hot'::text, 'power'::text, 'disk'::text, 'storage'::text, 'memory'::text, 'crash-loop'::text, 'clock'::text]))),
  constraint device_alert_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_alert enable row level security;
CREATE INDEX device_alert_of_device ON public.device_alert USING btree (tenant_id, device_id, opened_at DESC);
CREATE UNIQUE INDEX device_alert_open_once ON public.device_alert USING btree (tenant_id, device_id, kind) WHERE (closed_at IS NULL);
create policy tenant_isolation on device_alert for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on device_alert to concierge_app;

create table device_batch (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  number integer not null,
  name text not null,
  building_id uuid,
  size integer not null,
  created_by uuid not null,
  created_at timestamp(3) with time zone default now() not null,
  expires_at timestamp(3) with time zone not null,
  revoked_at timestamp(3) with time zone,
  boot_token_hash bytea,
  boot_token_at timestamp(3) with time zone,
  refused_count integer default 0 not null,
  last_refused_at timestamp(3) with time zone,
  labels_at timestamp(3) with time zone,
  constraint device_batch_pkey PRIMARY KEY (tenant_id, id),
  constraint device_batch_tenant_id_name_key UNIQUE (tenant_id, name),
  constraint device_batch_tenant_id_number_key UNIQUE (tenant_id, number),
  constraint device_batch_boot_token_hash_check CHECK ((length(boot_token_hash) = 32)),
  constraint device_batch_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40))),
  constraint device_batch_number_check CHECK ((number > 0)),
  constraint device_batch_size_check CHECK (((size >= 1) AND (size <= 1000))),
  constraint device_batch_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table device_batch enable row level security;
CREATE INDEX device_batch_by_id ON public.device_batch USING btree (id) WHERE ((revoked_at IS NULL) AND (boot_token_hash IS NOT NULL));
create policy tenant_isolation on device_batch for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on device_batch to concierge_app;

create table device_certificate (
  tenant_id uuid not null,
  device_id uuid not null,
  serial text not null,
  issued_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  certificate_pem text,
  constraint device_certificate_pkey PRIMARY KEY (tenant_id, device_id, serial),
  constraint device_certificate_certificate_pem_check CHECK ((length(certificate_pem) <= 8000)),
  constraint device_certificate_serial_check CHECK ((serial ~ '^[0-9a-f]{2,40}$'::text)),
  constraint device_certificate_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_certificate enable row level security;
create policy tenant_isolation on device_certificate for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select on device_certificate to concierge_app;

create table device_command (
  tenant_id uuid not null,
  id uuid not null,
  device_id uuid not null,
  command text not null,
  issued_by uuid not null,
  issued_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  outcome text,
  answered_at timestamp with time zone,
  constraint device_command_pkey PRIMARY KEY (tenant_id, id),
  constraint device_command_command_check CHECK ((command = ANY (ARRAY['identify'::text, 'reload'::text, 'restart'::text, 'reboot'::text, 'logs'::text, 'screenshot'::text]))),
  constraint device_command_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'expired'::text, 'failed'::text]))),
  constraint device_command_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_command enable row level security;
CREATE INDEX device_command_of_device ON public.device_command USING btree (tenant_id, device_id, issued_at DESC);
create policy tenant_isolation on device_command for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on device_command to concierge_app;

create table device_command_result (
  tenant_id uuid not null,
  device_id uuid not null,
  command text not null,
  command_id uuid not null,
  building_id uuid not null,
  content_type text not null,
  content bytea not null,
  received_at timestamp(3) with time zone not null,
  constraint device_command_result_pkey PRIMARY KEY (tenant_id, device_id, command),
  constraint device_command_result_command_check CHECK ((command = ANY (ARRAY['logs'::text, 'screenshot'::text]))),
  constraint device_command_result_content_check CHECK ((octet_length(content) <= 2097152)),
  constraint device_command_result_content_type_check CHECK ((content_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'text/plain'::text]))),
  constraint device_command_result_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_command_result enable row level security;
create policy tenant_isolation on device_command_result for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on device_command_result to concierge_app;

create table device_health (
  tenant_id uuid not null,
  device_id uuid not null,
  taken_at timestamp(3) with time zone not null,
  received_at timestamp(3) with time zone not null,
  telemetry jsonb not null,
  troubles text[] not null,
  constraint device_health_pkey PRIMARY KEY (tenant_id, device_id),
  constraint device_health_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_health enable row level security;
create policy tenant_isolation on device_health for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on device_health to concierge_app;

create table device_hour (
  tenant_id uuid not null,
  device_id uuid not null,
  at timestamp(0) with time zone not null,
  temperature_decidegrees smallint,
  memory_available_mebibytes integer,
  disk_free_mebibytes integer,
  agent_mebibytes integer,
  load_percent integer,
  power boolean not null,
  constraint device_hour_pkey PRIMARY KEY (tenant_id, device_id, at)
);
alter table device_hour enable row level security;
create policy tenant_isolation on device_hour for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on device_hour to concierge_app;

create table device_preauthorisation (
  tenant_id uuid not null,
  batch_id uuid not null,
  serial text not null,
  number integer not null,
  building_id uuid,
  device_name text,
  placement text,
  key_thumbprint bytea,
  request_id uuid,
  presented_at timestamp(3) with time zone,
  device_id uuid,
  claimed_at timestamp(3) with time zone,
  constraint device_preauthorisation_pkey PRIMARY KEY (tenant_id, batch_id, serial),
  constraint device_preauthorisation_tenant_id_batch_id_number_key UNIQUE (tenant_id, batch_id, number),
  constraint device_preauthorisation_device_name_check CHECK (((length(device_name) >= 1) AND (length(device_name) <= 60))),
  constraint device_preauthorisation_number_check CHECK (((number >= 1) AND (number <= 1000))),
  constraint device_preauthorisation_placement_check CHECK ((length(placement) <= 120)),
  constraint device_preauthorisation_serial_check CHECK ((serial ~ '^[a-z0-9-]{1,60}$'::text)),
  constraint device_preauthorisation_tenant_id_batch_id_fkey FOREIGN KEY (tenant_id, batch_id) REFERENCES device_batch(tenant_id, id),
  constraint device_preauthorisation_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id),
  constraint device_preauthorisation_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_preauthorisation enable row level security;
CREATE UNIQUE INDEX device_preauthorisation_of_device ON public.device_preauthorisation USING btree (tenant_id, device_id) WHERE (device_id IS NOT NULL);
CREATE INDEX device_preauthorisation_waiting ON public.device_preauthorisation USING btree (tenant_id, batch_id, number) WHERE ((device_id IS NULL) AND (presented_at IS NOT NULL));
create policy tenant_isolation on device_preauthorisation for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on device_preauthorisation to concierge_app;

create table device_release (
  tenant_id uuid not null,
  device_id uuid not null,
  pinned_ring smallint,
  rollout_id uuid,
  sequence integer,
  state text,
  reason text,
  may_start boolean default false not null,
  state_since timestamp(3) with time zone,
  retried_rollout_id uuid,
  retry_count smallint default 0 not null,
  allowed_at timestamp(3) with time zone,
  constraint device_release_pkey PRIMARY KEY (tenant_id, device_id),
  constraint device_release_pinned_ring_check CHECK (((pinned_ring >= 0) AND (pinned_ring <= 9))),
  constraint device_release_reason_check CHECK ((length(reason) <= 40)),
  constraint device_release_state_check CHECK ((state = ANY (ARRAY['passed-over'::text, 'offered'::text, 'waiting'::text, 'trial'::text, 'done'::text, 'failed'::text, 'withdrawn'::text]))),
  constraint device_release_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_release enable row level security;
CREATE INDEX device_release_of_rollout ON public.device_release USING btree (rollout_id, state);
create policy tenant_isolation on device_release for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on device_release to concierge_app;

create table device_release_event (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  device_id uuid not null,
  at timestamp(3) with time zone default now() not null,
  sequence integer not null,
  what text not null,
  reason text,
  by_user uuid,
  constraint device_release_event_pkey PRIMARY KEY (tenant_id, id),
  constraint device_release_event_reason_check CHECK ((length(reason) <= 40)),
  constraint device_release_event_sequence_check CHECK ((sequence > 0)),
  constraint device_release_event_what_check CHECK ((what = ANY (ARRAY['offered'::text, 'done'::text, 'failed'::text, 'withdrawn'::text, 'retried'::text]))),
  constraint device_release_event_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_release_event enable row level security;
CREATE INDEX device_release_event_of_device ON public.device_release_event USING btree (tenant_id, device_id, at DESC);
create policy tenant_isolation on device_release_event for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select on device_release_event to concierge_app;

create table device_request (
  id uuid not null,
  code_hash bytea not null,
  key_thumbprint bytea not null,
  csr_pem text not null,
  serial text not null,
  agent_version text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  found_by_tenant uuid,
  ended_at timestamp with time zone,
  device_id uuid,
  reply jsonb,
  asked_from bytea,
  found_by_users uuid[] default '{}'::uuid[] not null,
  constraint device_request_pkey PRIMARY KEY (id),
  constraint device_request_code_hash_key UNIQUE (code_hash),
  constraint device_request_agent_version_check CHECK (((length(agent_version) >= 1) AND (length(agent_version) <= 40))),
  constraint device_request_csr_pem_check CHECK ((length(csr_pem) <= 4000)),
  constraint device_request_serial_check CHECK (((length(serial) >= 1) AND (length(serial) <= 60)))
);
CREATE INDEX device_request_by_age ON public.device_request USING btree (created_at);
CREATE INDEX device_request_by_key ON public.device_request USING btree (key_thumbprint);
CREATE INDEX device_request_open_by_address ON public.device_request USING btree (asked_from) WHERE (reply IS NULL);
CREATE INDEX device_request_open_by_end ON public.device_request USING btree (expires_at) WHERE (reply IS NULL);

create table device_sample (
  tenant_id uuid not null,
  device_id uuid not null,
  at timestamp(0) with time zone not null,
  temperature_decidegrees smallint,
  memory_available_mebibytes integer,
  disk_free_mebibytes integer,
  agent_mebibytes integer,
  load_percent integer,
  power boolean not null,
  constraint device_sample_pkey PRIMARY KEY (tenant_id, device_id, at)
);
alter table device_sample enable row level security;
create policy tenant_isolation on device_sample for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on device_sample to concierge_app;

create table device_scenes (
  tenant_id uuid not null,
  device_id uuid not null,
  sequence integer not null,
  building_id uuid not null,
  display_config_id uuid,
  revision integer not null,
  jws text not null,
  issued_at timestamp(3) with time zone not null,
  left_out text[] default '{}'::text[] not null,
  constraint device_scenes_pkey PRIMARY KEY (tenant_id, device_id),
  constraint device_scenes_sequence_check CHECK ((sequence > 0)),
  constraint device_scenes_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table device_scenes enable row level security;
create policy tenant_isolation on device_scenes for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on device_scenes to concierge_app;

create table display_config (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  name text not null,
  building_id uuid,
  draft jsonb not null,
  draft_is_published boolean default false not null,
  published_revision integer default 0 not null,
  version integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint display_config_pkey PRIMARY KEY (tenant_id, id),
  constraint display_config_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
  constraint display_config_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id),
  constraint display_config_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table display_config enable row level security;
CREATE INDEX display_config_by_name ON public.display_config USING btree (tenant_id, name, id);
create policy tenant_isolation on display_config for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on display_config to concierge_app;

create table display_config_revision (
  tenant_id uuid not null,
  display_config_id uuid not null,
  revision integer not null,
  list jsonb not null,
  published_at timestamp(3) with time zone not null,
  published_by uuid not null,
  constraint display_config_revision_pkey PRIMARY KEY (tenant_id, display_config_id, revision),
  constraint display_config_revision_revision_check CHECK ((revision > 0)),
  constraint display_config_revision_tenant_id_display_config_id_fkey FOREIGN KEY (tenant_id, display_config_id) REFERENCES display_config(tenant_id, id) ON DELETE CASCADE,
  constraint display_config_revision_tenant_id_published_by_fkey FOREIGN KEY (tenant_id, published_by) REFERENCES user_account(tenant_id, id)
);
alter table display_config_revision enable row level security;
create policy tenant_isolation on display_config_revision for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select on display_config_revision to concierge_app;

create table fleet_thresholds (
  tenant_id uuid not null,
  thresholds jsonb not null,
  version integer default 1 not null,
  constraint fleet_thresholds_pkey PRIMARY KEY (tenant_id),
  constraint fleet_thresholds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table fleet_thresholds enable row level security;
create policy tenant_isolation on fleet_thresholds for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on fleet_thresholds to concierge_app;

create table idempotency_record (
  tenant_id uuid not null,
  user_id uuid not null,
  key text not null,
  request_hash bytea not null,
  status smallint not null,
  reply jsonb,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_record_pkey PRIMARY KEY (tenant_id, user_id, key),
  constraint idempotency_record_key_check CHECK (((length(key) >= 8) AND (length(key) <= 100))),
  constraint idempotency_record_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table idempotency_record enable row level security;
CREATE INDEX idempotency_record_by_age ON public.idempotency_record USING btree (tenant_id, user_id, created_at);
create policy tenant_isolation on idempotency_record for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select on idempotency_record to concierge_app;
grant update (reply) on idempotency_record to concierge_app;

create table lobby_document (
  tenant_id uuid not null,
  building_id uuid not null,
  sequence integer not null,
  content_hash text not null,
  document jsonb not null,
  jws text not null,
  issued_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  published_sequence integer default 0 not null,
  constraint lobby_document_pkey PRIMARY KEY (tenant_id, building_id),
  constraint lobby_document_sequence_check CHECK ((sequence > 0)),
  constraint lobby_document_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table lobby_document enable row level security;
create policy tenant_isolation on lobby_document for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on lobby_document to concierge_app;

create table lobby_facts (
  tenant_id uuid not null,
  building_id uuid not null,
  sequence integer not null,
  content_hash text not null,
  facts jsonb not null,
  jws text not null,
  issued_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  published_sequence integer default 0 not null,
  constraint lobby_facts_pkey PRIMARY KEY (tenant_id, building_id),
  constraint lobby_facts_sequence_check CHECK ((sequence > 0)),
  constraint lobby_facts_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table lobby_facts enable row level security;
create policy tenant_isolation on lobby_facts for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on lobby_facts to concierge_app;

create table media (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  sha256 text not null,
  type text not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  name text not null,
  uploaded_by uuid not null,
  uploaded_at timestamp(3) with time zone not null,
  deleted_at timestamp(3) with time zone,
  duration_ms integer,
  constraint media_pkey PRIMARY KEY (tenant_id, id),
  constraint media_bytes_check CHECK ((bytes > 0)),
  constraint media_duration_ms_check CHECK ((duration_ms > 0)),
  constraint media_films_play CHECK (((type ~~ 'video/%'::text) = (duration_ms IS NOT NULL))),
  constraint media_height_check CHECK ((height > 0)),
  constraint media_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint media_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint media_type_check CHECK ((type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'image/webp'::text, 'video/mp4'::text, 'video/webm'::text]))),
  constraint media_width_check CHECK ((width > 0)),
  constraint media_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id),
  constraint media_tenant_id_uploaded_by_fkey FOREIGN KEY (tenant_id, uploaded_by) REFERENCES user_account(tenant_id, id)
);
alter table media enable row level security;
CREATE UNIQUE INDEX media_by_hash ON public.media USING btree (tenant_id, sha256) WHERE (deleted_at IS NULL);
CREATE INDEX media_by_upload ON public.media USING btree (tenant_id, uploaded_at, id) WHERE (deleted_at IS NULL);
create policy tenant_isolation on media for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on media to concierge_app;

create table membership (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  user_id uuid not null,
  building_id uuid not null,
  role text not null,
  created_at timestamp with time zone default now() not null,
  constraint membership_pkey PRIMARY KEY (tenant_id, id),
  constraint membership_tenant_id_user_id_building_id_role_key UNIQUE (tenant_id, user_id, building_id, role),
  constraint membership_role_check CHECK ((role = ANY (ARRAY['internal_manager'::text, 'resident'::text]))),
  constraint membership_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id),
  constraint membership_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES user_account(tenant_id, id)
);
alter table membership enable row level security;
create policy tenant_isolation on membership for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select on membership to concierge_app;

create table occupancy (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  apartment_id uuid not null,
  kind text not null,
  full_name text not null,
  email text,
  phone text,
  starts_on date not null,
  ends_on date,
  version integer default 1 not null,
  constraint occupancy_pkey PRIMARY KEY (tenant_id, id),
  constraint occupancy_check CHECK (((ends_on IS NULL) OR (ends_on >= starts_on))),
  constraint occupancy_full_name_check CHECK (((length(full_name) >= 1) AND (length(full_name) <= 120))),
  constraint occupancy_kind_check CHECK ((kind = ANY (ARRAY['owner'::text, 'tenant'::text]))),
  constraint occupancy_tenant_id_apartment_id_fkey FOREIGN KEY (tenant_id, apartment_id) REFERENCES apartment(tenant_id, id)
);
alter table occupancy enable row level security;
CREATE INDEX occupancy_of_apartment ON public.occupancy USING btree (tenant_id, apartment_id, starts_on);
create policy tenant_isolation on occupancy for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on occupancy to concierge_app;

create table place_weather (
  latitude numeric(4,2) not null,
  longitude numeric(5,2) not null,
  reading jsonb,
  measured_at timestamp(3) with time zone,
  failures integer default 0 not null,
  next_at timestamp with time zone not null,
  constraint place_weather_pkey PRIMARY KEY (latitude, longitude)
);

create table presence_proof (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  device_id uuid not null,
  building_id uuid not null,
  slot bigint not null,
  browser_hash bytea not null,
  join_hash bytea not null,
  proven_at timestamp with time zone default now() not null,
  join_until timestamp with time zone not null,
  constraint presence_proof_pkey PRIMARY KEY (tenant_id, id),
  constraint presence_proof_tenant_id_device_id_slot_browser_hash_key UNIQUE (tenant_id, device_id, slot, browser_hash),
  constraint presence_proof_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id),
  constraint presence_proof_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table presence_proof enable row level security;
CREATE INDEX presence_proof_by_end ON public.presence_proof USING btree (tenant_id, join_until);
create policy tenant_isolation on presence_proof for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on presence_proof to concierge_app;

create table qr_batch (
  tenant_id uuid not null,
  device_id uuid not null,
  sequence integer not null,
  first_slot bigint not null,
  slot_count integer not null,
  jws text not null,
  issued_at timestamp with time zone not null,
  building_id uuid,
  constraint qr_batch_pkey PRIMARY KEY (tenant_id, device_id),
  constraint qr_batch_tenant_id_device_id_fkey FOREIGN KEY (tenant_id, device_id) REFERENCES device(tenant_id, id)
);
alter table qr_batch enable row level security;
create policy tenant_isolation on qr_batch for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on qr_batch to concierge_app;

create table release (
  sequence integer not null,
  version text not null,
  manifest_sha256 text not null,
  targets jsonb not null,
  earliest_sequence integer not null,
  timestamp_expires_at timestamp with time zone not null,
  published_at timestamp with time zone default now() not null,
  timestamp_jws text,
  constraint release_pkey PRIMARY KEY (sequence),
  constraint release_earliest_sequence_check CHECK ((earliest_sequence >= 0)),
  constraint release_manifest_sha256_check CHECK ((manifest_sha256 ~ '^[0-9a-f]{64}$'::text)),
  constraint release_sequence_check CHECK ((sequence > 0)),
  constraint release_timestamp_jws_check CHECK ((length(timestamp_jws) <= 16384)),
  constraint release_version_check CHECK ((length(version) <= 40))
);

create table release_note (
  id uuid default uuidv7() not null,
  noted_at timestamp with time zone default now() not null,
  noted_by text not null,
  what text not null,
  details jsonb not null,
  constraint release_note_pkey PRIMARY KEY (id),
  constraint release_note_noted_by_check CHECK ((length(noted_by) <= 60)),
  constraint release_note_what_check CHECK ((length(what) <= 40))
);

create table release_ring (
  ring smallint not null,
  name text not null,
  share integer not null,
  soak_seconds integer not null,
  constraint release_ring_pkey PRIMARY KEY (ring),
  constraint release_ring_name_check CHECK (((length(name) >= 1) AND (length(name) <= 20))),
  constraint release_ring_ring_check CHECK (((ring >= 0) AND (ring <= 9))),
  constraint release_ring_share_check CHECK (((share >= 0) AND (share <= 10000))),
  constraint release_ring_soak_seconds_check CHECK (((soak_seconds >= 0) AND (soak_seconds <= 2592000)))
);

create table rollout (
  id uuid default uuidv7() not null,
  sequence integer not null,
  state text default 'running'::text not null,
  plan jsonb not null,
  ring smallint default 0 not null,
  ring_since timestamp(3) with time zone default now() not null,
  carried_at timestamp(3) with time zone,
  settled_at timestamp(3) with time zone,
  reason text,
  started_at timestamp(3) with time zone default now() not null,
  ended_at timestamp(3) with time zone,
  constraint rollout_pkey PRIMARY KEY (id),
  constraint rollout_reason_check CHECK ((length(reason) <= 300)),
  constraint rollout_state_check CHECK ((state = ANY (ARRAY['running'::text, 'paused'::text, 'aborted'::text, 'ended'::text])))
);
CREATE UNIQUE INDEX one_rollout_at_a_time ON public.rollout USING btree ((true)) WHERE (state = ANY (ARRAY['running'::text, 'paused'::text]));

create table schema_migration (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migration_pkey PRIMARY KEY (name)
);

create table tenant (
  id uuid default uuidv7() not null,
  slug text not null,
  name text not null,
  created_at timestamp with time zone default now() not null,
  constraint tenant_pkey PRIMARY KEY (id),
  constraint tenant_slug_key UNIQUE (slug),
  constraint tenant_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint tenant_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,62}$'::text))
);
alter table tenant enable row level security;
create policy tenant_isolation on tenant for all to concierge_app using ((id = ( SELECT current_tenant() AS current_tenant))) with check ((id = ( SELECT current_tenant() AS current_tenant)));
grant select on tenant to concierge_app;

create table tenant_domain (
  tenant_id uuid not null,
  host text not null,
  constraint tenant_domain_pkey PRIMARY KEY (tenant_id, host),
  constraint tenant_domain_host_key UNIQUE (host),
  constraint tenant_domain_host_check CHECK ((host = lower(host))),
  constraint tenant_domain_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table tenant_domain enable row level security;
create policy tenant_isolation on tenant_domain for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant select on tenant_domain to concierge_app;

create table tenant_plan (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  plan text not null,
  trial boolean default false not null,
  starts_at timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone,
  set_by text not null,
  set_at timestamp(3) with time zone default now() not null,
  constraint tenant_plan_pkey PRIMARY KEY (tenant_id, id),
  constraint tenant_plan_lasts CHECK ((ends_at > starts_at)),
  constraint tenant_plan_plan_check CHECK ((plan = ANY (ARRAY['basic'::text, 'premium'::text]))),
  constraint tenant_plan_set_by_check CHECK (((length(set_by) >= 1) AND (length(set_by) <= 60))),
  constraint tenant_plan_one_at_a_time EXCLUDE USING gist (tenant_id WITH =, tstzrange(starts_at, ends_at) WITH &&),
  constraint tenant_plan_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table tenant_plan enable row level security;
create policy tenant_isolation on tenant_plan for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant select on tenant_plan to concierge_app;

create table tenant_plan_carried (
  tenant_id uuid not null,
  plan text not null,
  carried_at timestamp(3) with time zone not null,
  constraint tenant_plan_carried_pkey PRIMARY KEY (tenant_id),
  constraint tenant_plan_carried_plan_check CHECK ((plan = ANY (ARRAY['basic'::text, 'premium'::text]))),
  constraint tenant_plan_carried_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table tenant_plan_carried enable row level security;
create policy tenant_isolation on tenant_plan_carried for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on tenant_plan_carried to concierge_app;

create table user_account (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  email text not null,
  full_name text not null,
  phone text,
  password_hash text not null,
  language text default 'el'::text not null,
  office_role text,
  failed_login_count integer default 0 not null,
  locked_until timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  constraint user_account_pkey PRIMARY KEY (tenant_id, id),
  constraint user_account_tenant_id_email_key UNIQUE (tenant_id, email),
  constraint user_account_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
  constraint user_account_full_name_check CHECK (((length(full_name) >= 1) AND (length(full_name) <= 120))),
  constraint user_account_language_check CHECK ((language = ANY (ARRAY['el'::text, 'en'::text]))),
  constraint user_account_office_role_check CHECK ((office_role = ANY (ARRAY['office_manager'::text, 'office_staff'::text]))),
  constraint user_account_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
alter table user_account enable row level security;
CREATE INDEX user_account_by_email ON public.user_account USING btree (email, tenant_id);
create policy tenant_isolation on user_account for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant insert, select, update on user_account to concierge_app;

create table user_session (
  tenant_id uuid not null,
  id uuid default uuidv7() not null,
  user_id uuid not null,
  refresh_hash bytea not null,
  previous_refresh_hash bytea,
  rotated_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  revoke_reason text,
  user_agent text default ''::text not null,
  created_at timestamp with time zone default now() not null,
  constraint user_session_pkey PRIMARY KEY (tenant_id, id),
  constraint user_session_revoke_reason_check CHECK ((revoke_reason = ANY (ARRAY['logout'::text, 'logout-everywhere'::text, 'refresh-reuse'::text, 'locked'::text]))),
  constraint user_session_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES user_account(tenant_id, id)
);
alter table user_session enable row level security;
CREATE INDEX user_session_by_end ON public.user_session USING btree (tenant_id, expires_at);
CREATE INDEX user_session_of_user ON public.user_session USING btree (tenant_id, user_id) WHERE (revoked_at IS NULL);
create policy tenant_isolation on user_session for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
grant delete, insert, select, update on user_session to concierge_app;

create table weight (
  tenant_id uuid not null,
  building_id uuid not null,
  kind text not null,
  apartment_id uuid not null,
  parts integer not null,
  remaining_charge_hundredths smallint,
  constraint weight_pkey PRIMARY KEY (tenant_id, building_id, kind, apartment_id),
  constraint weight_check CHECK (((kind = 'heating'::text) OR (remaining_charge_hundredths IS NULL))),
  constraint weight_parts_check CHECK ((parts >= 0)),
  constraint weight_remaining_charge_hundredths_check CHECK (((remaining_charge_hundredths >= 0) AND (remaining_charge_hundredths <= 99))),
  constraint weight_tenant_id_building_id_apartment_id_fkey FOREIGN KEY (tenant_id, building_id, apartment_id) REFERENCES apartment(tenant_id, building_id, id),
  constraint weight_tenant_id_building_id_kind_fkey FOREIGN KEY (tenant_id, building_id, kind) REFERENCES weight_table(tenant_id, building_id, kind)
);
alter table weight enable row level security;
create policy tenant_isolation on weight for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
CREATE CONSTRAINT TRIGGER weights_make_the_whole AFTER INSERT OR DELETE OR UPDATE ON public.weight DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION weights_make_the_whole();
grant delete, insert, select, update on weight to concierge_app;

create table weight_table (
  tenant_id uuid not null,
  building_id uuid not null,
  kind text not null,
  parts_total integer not null,
  version integer default 1 not null,
  constraint weight_table_pkey PRIMARY KEY (tenant_id, building_id, kind),
  constraint weight_table_kind_check CHECK ((kind = ANY (ARRAY['general'::text, 'elevator'::text, 'heating'::text, 'owner'::text, 'vote'::text]))),
  constraint weight_table_parts_total_check CHECK ((parts_total = ANY (ARRAY[1000, 10000, 100000]))),
  constraint weight_table_tenant_id_building_id_fkey FOREIGN KEY (tenant_id, building_id) REFERENCES building(tenant_id, id)
);
alter table weight_table enable row level security;
create policy tenant_isolation on weight_table for all to concierge_app using ((tenant_id = ( SELECT current_tenant() AS current_tenant))) with check ((tenant_id = ( SELECT current_tenant() AS current_tenant)));
CREATE CONSTRAINT TRIGGER weight_total_is_met AFTER INSERT OR UPDATE ON public.weight_table DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION weights_make_the_whole();
grant insert, select, update on weight_table to concierge_app;

CREATE OR REPLACE FUNCTION public.answer_device_request_again(request uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update device_request r set found_by_tenant = earlier.tenant_id, device_id = earlier.device_id, reply = earlier.reply
  from (
    select d.tenant_id, d.id as device_id, jsonb_set(before.reply, '{buildingId}', to_jsonb(d.building_id)) as reply
    from device_request asked
      join device_request before on before.key_thumbprint = asked.key_thumbprint and before.reply is not null
      join device d on d.tenant_id = before.found_by_tenant and d.id = before.device_id and d.key_thumbprint = asked.key_thumbprint
    where asked.id = request and d.revoked_at is null and d.leaving_at is null
    order by before.created_at desc limit 1
  ) earlier
  where r.id = request and r.ended_at is null and r.reply is null
    -- A request is no secret, and whoever repeats it must not fill the table. A device asks after the answer that it knows of before it asks anew.
    and (select count(*) from device_request answered where answered.key_thumbprint = r.key_thumbprint and answered.reply is not null) < 20;
end
$function$;
grant execute on function answer_device_request_again(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.buildings_of_place(at_latitude double precision, at_longitude double precision)
 RETURNS TABLE(tenant_id uuid, building_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT p.tenant_id,
     p.building_id
    FROM building_place p
   WHERE ((p.latitude = (buildings_of_place.at_latitude)::numeric(4,2)) AND (p.longitude = (buildings_of_place.at_longitude)::numeric(5,2)))
   ORDER BY p.tenant_id, p.building_id;
END;
grant execute on function buildings_of_place(double precision,double precision) to concierge_app;

CREATE OR REPLACE FUNCTION public.claim_tries_free_at(subjects bytea[], allowed integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT (max(t.since) + '00:15:00'::interval) FROM claim_try t WHERE ((t.subject = ANY (claim_tries_free_at.subjects)) AND (t.count > claim_tries_free_at.allowed)));
grant execute on function claim_tries_free_at(bytea[],integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.current_rollout()
 RETURNS TABLE(id uuid, sequence integer, state text, plan jsonb, ring integer, carried_at timestamp with time zone, settled_at timestamp with time zone, now timestamp with time zone, targets jsonb, earliest_sequence integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT r.id,
     r.sequence,
     r.state,
     r.plan,
     (r.ring)::integer AS ring,
     r.carried_at,
     r.settled_at,
     now() AS now,
     p.targets,
     p.earliest_sequence
    FROM (rollout r
      JOIN release p ON ((p.sequence = r.sequence)))
   WHERE (r.state = ANY (ARRAY['running'::text, 'paused'::text]));
END;
grant execute on function current_rollout() to concierge_app;

CREATE OR REPLACE FUNCTION public.current_tenant()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid;
grant execute on function current_tenant() to concierge_app;

CREATE OR REPLACE FUNCTION public.device_has_ended(wanted uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (EXISTS (SELECT FROM device WHERE ((device.id = device_has_ended.wanted) AND (device.revoked_at IS NOT NULL))));
grant execute on function device_has_ended(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.device_request_answer(request uuid)
 RETURNS TABLE(csr_pem text, ended boolean, reply jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT r.csr_pem,
     ((r.ended_at IS NOT NULL) OR ((r.reply IS NULL) AND (r.expires_at <= now()))),
     r.reply
    FROM device_request r
   WHERE (r.id = device_request_answer.request);
END;
grant execute on function device_request_answer(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.device_request_of(request uuid)
 RETURNS TABLE(key_thumbprint bytea, csr_pem text, serial text, device_id uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT r.key_thumbprint,
     r.csr_pem,
     r.serial,
     r.device_id
    FROM device_request r
   WHERE ((r.id = device_request_of.request) AND (r.found_by_tenant = current_tenant()) AND (r.ended_at IS NULL) AND ((r.device_id IS NOT NULL) OR (r.expires_at > now())))
  FOR UPDATE OF r;
END;
grant execute on function device_request_of(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.end_device_request(request uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update device_request r set ended_at = now()
  where r.id = request and r.found_by_tenant = current_tenant() and r.ended_at is null and r.reply is null;
  return found;
end
$function$;
grant execute on function end_device_request(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.find_device_request(code bytea, finder uuid)
 RETURNS TABLE(id uuid, key_thumbprint bytea, serial text, agent_version text, expires_at timestamp with time zone, device_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  found_row device_request;
begin
  update device_request r set found_by_tenant = current_tenant(),
    found_by_users = case when finder = any (r.found_by_users) then r.found_by_users else r.found_by_users || finder end,
    ended_at = case when cardinality(r.found_by_users) >= 5 and finder <> all (r.found_by_users) then now() end
  where r.code_hash = code and r.ended_at is null and r.reply is null and r.expires_at > now() and current_tenant() is not null
    and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
  returning r.* into found_row;
  if found_row.id is null then
    select r.* into found_row from device_request r
    where r.code_hash = code and r.ended_at is null and r.reply is not null and r.expires_at > now() and r.found_by_tenant = current_tenant();
  end if;
  if found_row.id is not null and found_row.ended_at is null then
    return query select found_row.id, found_row.key_thumbprint, found_row.serial, found_row.agent_version, found_row.expires_at, found_row.device_id;
  end if;
end
$function$;
grant execute on function find_device_request(bytea,uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.fits_integer(said jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((said IS NULL) OR CASE WHEN (jsonb_typeof(said) = 'number'::text) THEN (((said)::numeric = trunc((said)::numeric)) AND (((said)::numeric >= (0)::numeric) AND ((said)::numeric <= (2147483647)::numeric))) ELSE false END);
grant execute on function fits_integer(jsonb) to concierge_app;
grant execute on function fits_integer(jsonb) to public;

CREATE OR REPLACE FUNCTION public.fits_sequences(reported jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (fits_integer((reported -> 'desiredSequence'::text)) AND fits_integer((reported -> 'contentSequence'::text)) AND fits_integer((reported -> 'scenesSequence'::text)) AND fits_integer((reported #> '{release,running,sequence}'::text[])));
grant execute on function fits_sequences(jsonb) to concierge_app;
grant execute on function fits_sequences(jsonb) to public;

CREATE OR REPLACE FUNCTION public.folded_text(written text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN translate(lower(written), 'άέήίόύώϊϋΐΰςabezhikmnoptyx'::text, 'αεηιουωιυιυσαβεζηικμνορτυχ'::text);
grant execute on function folded_text(text) to concierge_app;
grant execute on function folded_text(text) to public;

CREATE OR REPLACE FUNCTION public.forget_unused_places()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 DELETE FROM place_weather w
   WHERE (NOT (EXISTS ( SELECT
            FROM building_place p
           WHERE ((p.latitude = w.latitude) AND (p.longitude = w.longitude)))));
END;
grant execute on function forget_unused_places() to concierge_app;

CREATE OR REPLACE FUNCTION public.has_claim_try(subjects bytea[], allowed integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT (COALESCE(max(t.count), 0) < has_claim_try.allowed)
    FROM claim_try t
   WHERE ((t.subject = ANY (has_claim_try.subjects)) AND (t.since >= (now() - '00:15:00'::interval)));
END;
grant execute on function has_claim_try(bytea[],integer) to concierge_app;

CREATE OR REPLACE PROCEDURE public.isolate_by_tenant(IN target regclass, IN tenant_column name, IN rights text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy tenant_isolation on %s to concierge_app using (%I = (select current_tenant())) with check (%I = (select current_tenant()))',
    target, tenant_column, tenant_column);
  execute format('grant %s on %s to concierge_app', rights, target);
end
$procedure$;
grant execute on procedure isolate_by_tenant(regclass,name,text) to public;

CREATE OR REPLACE FUNCTION public.login_candidates(wanted text)
 RETURNS TABLE(tenant_id uuid, user_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT u.tenant_id,
     u.id
    FROM user_account u
   WHERE (u.email = lower(login_candidates.wanted))
   ORDER BY u.tenant_id
  LIMIT 50;
END;
grant execute on function login_candidates(text) to concierge_app;

CREATE OR REPLACE FUNCTION public.move_rollout(wanted uuid, at_ring integer, step text, why text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  case step
    when 'carry' then
      update rollout set carried_at = now() where id = wanted and state = 'running' and ring = at_ring and carried_at is null;
    when 'advance' then
      update rollout set ring = at_ring + 1, ring_since = now(), carried_at = null where id = wanted and state = 'running' and ring = at_ring and settled_at is null;
    when 'settle' then
      update rollout set settled_at = now() where id = wanted and state = 'running' and ring = at_ring and settled_at is null;
    when 'abort' then
      update rollout set state = 'aborted', reason = why, ended_at = now() where id = wanted and state = 'running' and ring = at_ring;
  end case;
  if not found then return false; end if;
  insert into release_note (noted_by, what, details) values ('engine', 'rollout-' || step, jsonb_build_object('rollout', wanted, 'ring', at_ring, 'reason', why));
  return true;
end
$function$;
grant execute on function move_rollout(uuid,integer,text,text) to concierge_app;

CREATE OR REPLACE FUNCTION public.note_drift()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.desired_sequence > coalesce((new.reported ->> 'desiredSequence')::integer, 0)
    or new.content_sequence > coalesce((new.reported ->> 'contentSequence')::integer, 0) then
    new.drift_since := coalesce(old.drift_since, now());
  else
    new.drift_since := null;
  end if;
  return new;
end
$function$;
grant execute on function note_drift() to public;

CREATE OR REPLACE FUNCTION public.note_place_failure(at_latitude double precision, at_longitude double precision, its_next timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 UPDATE place_weather SET failures = (place_weather.failures + 1), next_at = note_place_failure.its_next
   WHERE ((place_weather.latitude = (note_place_failure.at_latitude)::numeric(4,2)) AND (place_weather.longitude = (note_place_failure.at_longitude)::numeric(5,2)));
END;
grant execute on function note_place_failure(double precision,double precision,timestamp with time zone) to concierge_app;

CREATE OR REPLACE FUNCTION public.note_place_weather(at_latitude double precision, at_longitude double precision, its_reading jsonb, its_moment timestamp with time zone, its_next timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 UPDATE place_weather SET reading = note_place_weather.its_reading, measured_at = note_place_weather.its_moment, failures = 0, next_at = note_place_weather.its_next
   WHERE ((place_weather.latitude = (note_place_weather.at_latitude)::numeric(4,2)) AND (place_weather.longitude = (note_place_weather.at_longitude)::numeric(5,2)) AND ((place_weather.measured_at IS NULL) OR (place_weather.measured_at <= note_place_weather.its_moment)));
END;
grant execute on function note_place_weather(double precision,double precision,jsonb,timestamp with time zone,timestamp with time zone) to concierge_app;

CREATE OR REPLACE FUNCTION public.office_rollout()
 RETURNS TABLE(id uuid, sequence integer, version text, state text, rings jsonb, quiet jsonb, soak_seconds integer, ring integer, carried_at timestamp with time zone, settled_at timestamp with time zone, started_at timestamp with time zone, now timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT r.id,
     r.sequence,
     p.version,
     r.state,
     COALESCE((r.plan -> 'rings'::text), ( SELECT jsonb_agg(jsonb_build_object('ring', g.ring, 'name', g.name, 'share', g.share) ORDER BY g.ring) AS jsonb_agg
            FROM release_ring g), '[]'::jsonb) AS "coalesce",
     NULLIF((r.plan -> 'quiet'::text), 'null'::jsonb) AS "nullif",
     ( SELECT ((e.value ->> 'soakSeconds'::text))::integer AS int4
            FROM jsonb_array_elements((r.plan -> 'rings'::text)) e(value)
           WHERE (((e.value ->> 'ring'::text))::integer = r.ring)) AS int4,
     (r.ring)::integer AS ring,
     r.carried_at,
     r.settled_at,
     r.started_at,
     now() AS now
    FROM ((( SELECT) one
      LEFT JOIN ( SELECT rollout.id,
             rollout.sequence,
             rollout.state,
             rollout.plan,
             rollout.ring,
             rollout.ring_since,
             rollout.carried_at,
             rollout.settled_at,
             rollout.reason,
             rollout.started_at,
             rollout.ended_at
            FROM rollout
           ORDER BY rollout.started_at DESC, rollout.id DESC
          LIMIT 1) r ON (true))
      LEFT JOIN release p ON ((p.sequence = r.sequence)));
END;
grant execute on function office_rollout() to concierge_app;

CREATE OR REPLACE FUNCTION public.open_device_request(request uuid, code bytea, thumbprint bytea, csr text, board_serial text, version text, lasts interval, address bytea)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  open_in_all integer;
  open_from_there integer;
begin
  delete from device_request where created_at < now() - interval '1 day';
  -- What nobody confirmed is asked for no more.
  delete from device_request where reply is null and expires_at < now() - interval '1 hour';
  delete from device_request where key_thumbprint = thumbprint and reply is null;
  select count(*) into open_in_all from device_request where reply is null and expires_at > now();
  select count(*) into open_from_there from device_request where reply is null and asked_from = address and expires_at > now();
  if open_in_all >= 50000 or open_from_there >= (case when open_in_all < 10000 then 200 else 5 end) then return false; end if;
  insert into device_request (id, code_hash, key_thumbprint, csr_pem, serial, agent_version, expires_at, asked_from)
  values (request, code, thumbprint, csr, board_serial, version, now() + lasts, address);
  return true;
end
$function$;
grant execute on function open_device_request(uuid,bytea,bytea,text,text,text,interval,bytea) to concierge_app;

CREATE OR REPLACE FUNCTION public.preauthorised_request(request uuid)
 RETURNS TABLE(csr_pem text, agent_version text)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT r.csr_pem,
     r.agent_version
    FROM device_request r
   WHERE ((r.id = preauthorised_request.request) AND (r.ended_at IS NULL) AND (r.reply IS NULL) AND (r.expires_at > now()) AND (COALESCE(r.found_by_tenant, current_tenant()) = current_tenant()) AND (EXISTS ( SELECT
            FROM device_preauthorisation p
           WHERE ((p.tenant_id = current_tenant()) AND (p.request_id = r.id) AND (p.key_thumbprint = r.key_thumbprint) AND (p.serial = lower(r.serial))))))
  FOR UPDATE OF r;
END;
grant execute on function preauthorised_request(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only: % is not allowed', tg_table_name, lower(tg_op)
    using errcode = 'restrict_violation', hint = 'Write a correcting row instead.';
end
$function$;

CREATE OR REPLACE FUNCTION public.release_bucket(device uuid)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (((('x'::text || substr(md5((device)::text), 1, 8)))::bit(32))::bigint % (10000)::bigint);
grant execute on function release_bucket(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.release_ring_of(device uuid, pinned smallint, shares integer[])
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
RETURN COALESCE((pinned)::integer, NULLIF(width_bucket(release_bucket(device), shares), cardinality(shares)));
grant execute on function release_ring_of(uuid,smallint,integer[]) to concierge_app;

CREATE OR REPLACE FUNCTION public.release_shares(plan jsonb)
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE
RETURN (SELECT array_agg(((r.value ->> 'share'::text))::integer ORDER BY ((r.value ->> 'ring'::text))::integer) AS array_agg FROM jsonb_array_elements((release_shares.plan -> 'rings'::text)) r(value));

CREATE OR REPLACE FUNCTION public.release_timestamp(wanted integer)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT release.timestamp_jws
    FROM release
   WHERE (release.sequence = release_timestamp.wanted);
END;
grant execute on function release_timestamp(integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.release_timestamps_due(within_seconds integer)
 RETURNS TABLE(sequence integer, manifest_sha256 text, expires_at timestamp with time zone, now timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT p.sequence,
     p.manifest_sha256,
     p.timestamp_expires_at,
     now() AS now
    FROM release p
   WHERE ((p.timestamp_expires_at < (now() + make_interval(secs => (release_timestamps_due.within_seconds)::double precision))) AND ((EXISTS ( SELECT
            FROM rollout r
           WHERE ((r.sequence = p.sequence) AND (r.state = ANY (ARRAY['running'::text, 'paused'::text]))))) OR (p.sequence > ( SELECT COALESCE(max(r.sequence), 0) AS "coalesce"
            FROM rollout r))))
   ORDER BY p.sequence
  LIMIT 20;
END;
grant execute on function release_timestamps_due(integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.release_versions(wanted integer[])
 RETURNS TABLE(sequence integer, version text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT r.sequence,
     r.version
    FROM release r
   WHERE (r.sequence = ANY (release_versions.wanted));
END;
grant execute on function release_versions(integer[]) to concierge_app;

CREATE OR REPLACE FUNCTION public.renew_release_timestamp(wanted integer, of_manifest text, ended_at timestamp with time zone, jws text, ends_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update release set timestamp_jws = jws, timestamp_expires_at = ends_at
  -- Clients know no finer time than milliseconds.
  where sequence = wanted and manifest_sha256 = of_manifest and date_trunc('milliseconds', timestamp_expires_at) = ended_at and ends_at > ended_at;
  if not found then return false; end if;
  insert into release_note (noted_by, what, details) values ('engine', 'timestamp', jsonb_build_object('sequence', wanted, 'expiresAt', ends_at));
  return true;
end
$function$;
grant execute on function renew_release_timestamp(integer,text,timestamp with time zone,text,timestamp with time zone) to concierge_app;

CREATE OR REPLACE FUNCTION public.return_claim_try(subjects bytea[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 UPDATE claim_try SET count = GREATEST((claim_try.count - 1), 0)
   WHERE (claim_try.subject = ANY (return_claim_try.subjects));
END;
grant execute on function return_claim_try(bytea[]) to concierge_app;

CREATE OR REPLACE FUNCTION public.revoked_certificates()
 RETURNS TABLE(serial text, revoked_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT c.serial,
     d.revoked_at
    FROM (device d
      JOIN device_certificate c ON (((c.tenant_id = d.tenant_id) AND (c.device_id = d.id))))
   WHERE ((d.revoked_at IS NOT NULL) AND (c.expires_at > now()))
   ORDER BY d.revoked_at, c.serial;
END;
grant execute on function revoked_certificates() to concierge_app;

CREATE OR REPLACE FUNCTION public.revoked_devices()
 RETURNS TABLE(id uuid, revoked_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT d.id,
     d.revoked_at
    FROM device d
   WHERE ((d.revoked_at IS NOT NULL) AND (d.certificate_expires_at > now()))
   ORDER BY d.revoked_at, d.id;
END;
grant execute on function revoked_devices() to concierge_app;

CREATE OR REPLACE FUNCTION public.rollout_candidates(wanted uuid, at_most integer)
 RETURNS TABLE(tenant_id uuid, device_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 WITH r AS MATERIALIZED (
          SELECT rollout.id,
             rollout.sequence,
             rollout.ring,
             release_shares(rollout.plan) AS shares,
             (now() - make_interval(secs => (((rollout.plan ->> 'onlineWithinSeconds'::text))::integer)::double precision)) AS heard_since,
             (now() - make_interval(secs => (((rollout.plan ->> 'lookAgainAfterSeconds'::text))::integer)::double precision)) AS looked_at_before
            FROM rollout
           WHERE ((rollout.id = rollout_candidates.wanted) AND (rollout.state = 'running'::text))
         )
  SELECT d.tenant_id,
     d.id
    FROM ((r
      CROSS JOIN device d)
      LEFT JOIN device_release m ON (((m.tenant_id = d.tenant_id) AND (m.device_id = d.id))))
   WHERE ((d.revoked_at IS NULL) AND (d.leaving_at IS NULL) AND d.online AND (d.last_seen_at > r.heard_since) AND (d.reported ? 'release'::text) AND (release_ring_of(d.id, m.pinned_ring, r.shares) <= r.ring) AND ((m.rollout_id IS DISTINCT FROM r.id) OR ((m.state = 'passed-over'::text) AND (m.state_since < r.looked_at_before))) AND (((((d.reported -> 'release'::text) -> 'running'::text) ->> 'sequence'::text))::integer < r.sequence))
   ORDER BY
         CASE
             WHEN (m.rollout_id = r.id) THEN m.state_since
             ELSE NULL::timestamp with time zone
         END NULLS FIRST, d.id
  LIMIT LEAST(rollout_candidates.at_most, 500);
END;
grant execute on function rollout_candidates(uuid,integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.rollout_counts(wanted uuid)
 RETURNS TABLE(ring integer, members integer, unasked integer, absent integer, passed_over integer, downloading integer, waiting integer, starting integer, done integer, already integer, failed integer, silent integer, failing_tenants integer, of_failing integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 WITH r AS MATERIALIZED (
          SELECT rollout.id,
             rollout.sequence,
             release_shares(rollout.plan) AS shares,
             (now() - make_interval(secs => (((rollout.plan ->> 'onlineWithinSeconds'::text))::integer)::double precision)) AS heard_since,
             (now() - make_interval(secs => (((rollout.plan ->> 'silentAfterSeconds'::text))::integer)::double precision)) AS silent_since
            FROM rollout
           WHERE (rollout.id = rollout_counts.wanted)
         ), each AS (
          SELECT d.tenant_id,
             release_ring_of(d.id, m.pinned_ring, r.shares) AS ring,
             (((((d.reported -> 'release'::text) -> 'running'::text) ->> 'sequence'::text))::integer >= r.sequence) AS runs_it,
             COALESCE((d.online AND (d.last_seen_at > r.heard_since)), false) AS online,
                 CASE
                     WHEN (m.rollout_id = r.id) THEN m.state
                     ELSE NULL::text
                 END AS state,
             m.may_start,
             (m.allowed_at IS NOT NULL) AS allowed,
             (m.state_since < r.silent_since) AS long_ago,
             (m.allowed_at < r.silent_since) AS allowed_long_ago
            FROM ((r
              CROSS JOIN device d)
              LEFT JOIN device_release m ON (((m.tenant_id = d.tenant_id) AND (m.device_id = d.id))))
           WHERE ((d.revoked_at IS NULL) AND (d.leaving_at IS NULL) AND (d.reported ? 'release'::text))
         ), judged AS MATERIALIZED (
          SELECT each.tenant_id,
             each.ring,
             each.state,
             each.runs_it,
             each.online,
             each.may_start,
             ((each.state = 'waiting'::text) AND (NOT each.online) AND each.allowed) AS gone,
             COALESCE(
                 CASE each.state
                     WHEN 'waiting'::text THEN ((each.may_start AND each.long_ago) OR ((NOT each.online) AND each.allowed_long_ago))
                     ELSE ((each.state = ANY (ARRAY['offered'::text, 'trial'::text])) AND each.long_ago)
                 END, false) AS silent
            FROM each
           WHERE (each.ring IS NOT NULL)
         ), failing AS MATERIALIZED (
          SELECT DISTINCT judged.tenant_id
            FROM judged
           WHERE ((judged.state = 'failed'::text) OR judged.silent)
         )
  SELECT j.ring,
     (count(*))::integer AS count,
     (count(*) FILTER (WHERE ((j.state IS NULL) AND (NOT j.runs_it) AND j.online)))::integer AS count,
     (count(*) FILTER (WHERE ((((j.state IS NULL) AND (NOT j.runs_it)) OR ((j.state = 'waiting'::text) AND (NOT j.may_start) AND (NOT j.gone))) AND (NOT j.online))))::integer AS count,
     (count(*) FILTER (WHERE (j.state = 'passed-over'::text)))::integer AS count,
     (count(*) FILTER (WHERE ((j.state = 'offered'::text) AND (NOT j.silent))))::integer AS count,
     (count(*) FILTER (WHERE ((j.state = 'waiting'::text) AND (NOT j.may_start) AND j.online)))::integer AS count,
     (count(*) FILTER (WHERE (((j.state = 'trial'::text) OR ((j.state = 'waiting'::text) AND (j.may_start OR j.gone))) AND (NOT j.silent))))::integer AS count,
     (count(*) FILTER (WHERE (j.state = 'done'::text)))::integer AS count,
     (count(*) FILTER (WHERE ((j.state IS NULL) AND j.runs_it)))::integer AS count,
     (count(*) FILTER (WHERE (j.state = 'failed'::text)))::integer AS count,
     (count(*) FILTER (WHERE j.silent))::integer AS count,
     (( SELECT count(*) AS count
            FROM failing))::integer AS count,
     (count(f.tenant_id))::integer AS count
    FROM (judged j
      LEFT JOIN failing f ON ((f.tenant_id = j.tenant_id)))
   GROUP BY j.ring
   ORDER BY j.ring;
END;
grant execute on function rollout_counts(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.rollout_goes_on(wanted uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM rollout
           WHERE ((rollout.id = rollout_goes_on.wanted) AND (rollout.state = 'running'::text))
          FOR SHARE OF rollout)) AS "exists";
END;
grant execute on function rollout_goes_on(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.rollout_leftovers(at_most integer)
 RETURNS TABLE(tenant_id uuid, device_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT m.tenant_id,
     m.device_id
    FROM ((device_release m
      JOIN rollout r ON ((r.id = m.rollout_id)))
      JOIN device d ON (((d.tenant_id = m.tenant_id) AND (d.id = m.device_id))))
   WHERE ((r.state = ANY (ARRAY['aborted'::text, 'ended'::text])) AND (m.state = ANY (ARRAY['offered'::text, 'waiting'::text])) AND (d.revoked_at IS NULL))
   ORDER BY m.may_start DESC, m.device_id
  LIMIT LEAST(rollout_leftovers.at_most, 500);
END;
grant execute on function rollout_leftovers(integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.rollout_waiting(wanted uuid, may boolean, zones text[], at_most integer)
 RETURNS TABLE(tenant_id uuid, device_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT m.tenant_id,
     m.device_id
    FROM (((rollout r
      JOIN device_release m ON ((m.rollout_id = r.id)))
      JOIN device d ON (((d.tenant_id = m.tenant_id) AND (d.id = m.device_id))))
      JOIN building b ON (((b.tenant_id = d.tenant_id) AND (b.id = d.building_id))))
   WHERE ((r.id = rollout_waiting.wanted) AND (m.state = 'waiting'::text) AND (m.may_start = (NOT rollout_waiting.may)) AND ((b.time_zone = ANY (rollout_waiting.zones)) = rollout_waiting.may) AND ((NOT rollout_waiting.may) OR (d.online AND (d.last_seen_at > (now() - make_interval(secs => (((r.plan ->> 'onlineWithinSeconds'::text))::integer)::double precision))))) AND (d.revoked_at IS NULL) AND (d.leaving_at IS NULL))
   ORDER BY m.state_since, m.device_id
  LIMIT LEAST(rollout_waiting.at_most, 500);
END;
grant execute on function rollout_waiting(uuid,boolean,text[],integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.rollout_zones(wanted uuid)
 RETURNS TABLE(zone text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT DISTINCT b.time_zone
    FROM ((device_release m
      JOIN device d ON (((d.tenant_id = m.tenant_id) AND (d.id = m.device_id))))
      JOIN building b ON (((b.tenant_id = d.tenant_id) AND (b.id = d.building_id))))
   WHERE ((m.rollout_id = rollout_zones.wanted) AND (m.state = 'waiting'::text))
   ORDER BY b.time_zone
  LIMIT 600;
END;
grant execute on function rollout_zones(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.session_stands(tenant uuid, session uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN ((session IS NULL) OR (EXISTS (SELECT FROM user_session WHERE ((user_session.tenant_id = session_stands.tenant) AND (user_session.id = session_stands.session) AND (user_session.revoked_at IS NULL) AND (user_session.expires_at > now())))));
grant execute on function session_stands(uuid,uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.settle_device_request(request uuid, device uuid, answer jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update device_request r set device_id = device, reply = answer
  where r.id = request and r.found_by_tenant = current_tenant() and r.ended_at is null and r.reply is null and r.expires_at > now();
  return found;
end
$function$;
grant execute on function settle_device_request(uuid,uuid,jsonb) to concierge_app;

CREATE OR REPLACE FUNCTION public.settle_preauthorised_request(request uuid, device uuid, answer jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  update device_request r set found_by_tenant = current_tenant(), device_id = device, reply = answer
  where r.id = request and r.ended_at is null and r.reply is null and r.expires_at > now() and coalesce(r.found_by_tenant, current_tenant()) = current_tenant()
    and exists (select from device_preauthorisation p
      where p.tenant_id = current_tenant() and p.request_id = r.id and p.key_thumbprint = r.key_thumbprint and p.serial = lower(r.serial) and p.device_id = device);
  return found;
end
$function$;
grant execute on function settle_preauthorised_request(uuid,uuid,jsonb) to concierge_app;

CREATE OR REPLACE FUNCTION public.take_claim_try(subjects bytea[], allowed integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  most integer;
begin
  delete from claim_try where since < now() - interval '1 day';
  with counted as (
    insert into claim_try (subject, count, since)
    select s, 1, now() from (select distinct unnest(subjects) as s order by 1) as each
    on conflict (subject) do update set
      count = case when claim_try.since < now() - interval '15 minutes' then 1 else claim_try.count + 1 end,
      since = case when claim_try.since < now() - interval '15 minutes' then now() else claim_try.since end
    returning count
  )
  select max(count) into most from counted;
  return most <= allowed;
end
$function$;
grant execute on function take_claim_try(bytea[],integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.take_due_places(now_is timestamp with time zone, lease interval, at_most integer)
 RETURNS TABLE(latitude double precision, longitude double precision, failures integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 INSERT INTO place_weather (latitude, longitude, next_at)  SELECT due.latitude,
             due.longitude,
             (take_due_places.now_is + take_due_places.lease)
            FROM ( SELECT DISTINCT p.latitude,
                     p.longitude
                    FROM (building_place p
                      JOIN building b ON (((b.tenant_id = p.tenant_id) AND (b.id = p.building_id) AND (b.archived_at IS NULL))))
                   WHERE ((EXISTS ( SELECT
                            FROM device d
                           WHERE ((d.tenant_id = p.tenant_id) AND (d.building_id = p.building_id) AND (d.revoked_at IS NULL)))) AND (NOT (EXISTS ( SELECT
                            FROM place_weather w
                           WHERE ((w.latitude = p.latitude) AND (w.longitude = p.longitude) AND (w.next_at > take_due_places.now_is))))))
                  LIMIT LEAST(take_due_places.at_most, 1000)) due ON CONFLICT(latitude, longitude) DO UPDATE SET next_at = excluded.next_at
   WHERE (place_weather.next_at <= take_due_places.now_is)
   RETURNING (place_weather.latitude)::double precision AS latitude,
     (place_weather.longitude)::double precision AS longitude,
     place_weather.failures;
END;
grant execute on function take_due_places(timestamp with time zone,interval,integer) to concierge_app;

CREATE OR REPLACE FUNCTION public.tenant_ids()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
BEGIN ATOMIC
 SELECT tenant.id
    FROM tenant
   ORDER BY tenant.id;
END;
grant execute on function tenant_ids() to concierge_app;

CREATE OR REPLACE FUNCTION public.tenant_of_building(wanted uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT building.tenant_id FROM building WHERE ((building.id = tenant_of_building.wanted) AND (building.archived_at IS NULL)));
grant execute on function tenant_of_building(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.tenant_of_development_claim(hash bytea)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT development_claim.tenant_id FROM development_claim WHERE ((development_claim.token_hash = tenant_of_development_claim.hash) AND (development_claim.used_at IS NULL) AND (development_claim.expires_at > now())));
grant execute on function tenant_of_development_claim(bytea) to concierge_app;

CREATE OR REPLACE FUNCTION public.tenant_of_device(wanted uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT device.tenant_id FROM device WHERE ((device.id = tenant_of_device.wanted) AND (device.revoked_at IS NULL)));
grant execute on function tenant_of_device(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.tenant_of_device_batch(wanted uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT device_batch.tenant_id FROM device_batch WHERE ((device_batch.id = tenant_of_device_batch.wanted) AND (device_batch.revoked_at IS NULL) AND (device_batch.expires_at > now()) AND (device_batch.boot_token_hash IS NOT NULL)));
grant execute on function tenant_of_device_batch(uuid) to concierge_app;

CREATE OR REPLACE FUNCTION public.tenant_of_host(wanted text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT tenant_domain.tenant_id FROM tenant_domain WHERE (tenant_domain.host = lower(tenant_of_host.wanted)));
grant execute on function tenant_of_host(text) to concierge_app;

CREATE OR REPLACE FUNCTION public.version_order(version text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((SELECT string_agg(lpad(split_part(COALESCE("substring"(version_order.version, '^\d+(?:\.\d+)*'::text), ''::text), '.'::text, place.place), 9, '0'::text), '.'::text ORDER BY place.place) AS string_agg FROM generate_series(1, 4) place(place)) || CASE WHEN (version ~ '^\d+(\.\d+)*$'::text) THEN 'z'::text ELSE ('a'::text || version) END);
grant execute on function version_order(text) to concierge_app;

CREATE OR REPLACE FUNCTION public.weather_of_place(at_latitude double precision, at_longitude double precision)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
RETURN (SELECT place_weather.reading FROM place_weather WHERE ((place_weather.latitude = (weather_of_place.at_latitude)::numeric(4,2)) AND (place_weather.longitude = (weather_of_place.at_longitude)::numeric(5,2))));
grant execute on function weather_of_place(double precision,double precision) to concierge_app;

CREATE OR REPLACE FUNCTION public.weights_make_the_whole()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;
