-- Whose a device, a building, a batch or an address is, is asked by id alone, because the tenant is the answer: for every message of every device, and by strangers with a code or a
-- log-in. The keys begin with the tenant, so none of them answers that. The predicates are those of the functions (migrations 0001, 0002, 0004 and 0011).
create index device_by_id on device (id) where revoked_at is null;
create index building_by_id on building (id) where archived_at is null;
create index device_batch_by_id on device_batch (id) where revoked_at is null and boot_token_hash is not null;
create index user_account_by_email on user_account (email, tenant_id);
