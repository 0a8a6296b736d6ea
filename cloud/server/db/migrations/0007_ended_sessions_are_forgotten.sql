-- A person of many offices: all of their accounts are asked, or one office could never be entered. More than fifty nobody has.
create or replace function login_candidates(wanted text) returns table (tenant_id uuid, user_id uuid)
  language sql stable security definer set search_path = public, pg_temp
begin atomic
  select u.tenant_id, u.id from user_account u where u.email = lower(wanted) order by u.tenant_id limit 50;
end;

-- Sessions that ended are kept for a while, so that a stolen token is still known as one, and then go.
grant delete on user_session to concierge_app;
create index user_session_by_end on user_session (tenant_id, expires_at);
