-- A proof of presence opens a join session of minutes and is worth nothing after it; it must not remain as a diary of who stood before which screen.
grant delete on presence_proof to concierge_app;
create index presence_proof_by_end on presence_proof (tenant_id, join_until);

-- Of a person's answered requests the newest are kept, and of the large answers only the last few: what is older is still known as done, without its answer.
grant update (reply) on idempotency_record to concierge_app;
create index idempotency_record_by_age on idempotency_record (tenant_id, user_id, created_at);
