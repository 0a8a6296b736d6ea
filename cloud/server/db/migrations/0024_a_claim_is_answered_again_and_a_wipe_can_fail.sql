-- The answer to a claim is fetched by the device; one that was switched off meanwhile asks anew (ADR 0016). Where its key was given a device within the day, and the device lives, the new
-- request is that device's: it is told the same, and the building that it hangs in by now.
create function answer_device_request_again(request uuid) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
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
$$;

revoke execute on function answer_device_request_again from public;
grant execute on function answer_device_request_again to concierge_app;

-- The living device of a key, of which a tenant has one: claimed anew, the machine is the newer one.
create index device_by_key on device (tenant_id, key_thumbprint) where revoked_at is null;

-- A device that was told to leave has said that its disk does not let go of what it showed.
alter table device add column wipe_failed_at timestamptz;
