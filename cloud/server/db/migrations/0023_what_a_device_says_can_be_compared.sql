-- A sequence that a device says is compared with ours, which are integers: one that does not fit would make every statement fail that looks at its row, those of the release engine for all
-- tenants included.
create function fits_integer(said jsonb) returns boolean
  language sql immutable parallel safe
  return said is null or case when jsonb_typeof(said) = 'number' then said::numeric = trunc(said::numeric) and said::numeric between 0 and 2147483647 else false end;
grant execute on function fits_integer to concierge_app;

create function fits_sequences(reported jsonb) returns boolean
  language sql immutable parallel safe
  return fits_integer(reported -> 'desiredSequence') and fits_integer(reported -> 'contentSequence') and fits_integer(reported -> 'scenesSequence')
    and fits_integer(reported #> '{release,running,sequence}');
grant execute on function fits_sequences to concierge_app;

update device set reported = null where not fits_sequences(reported);
alter table device add constraint device_says_sequences_that_fit check (fits_sequences(reported));

-- Since when it is connected: one that comes back after a week lacks much for a moment, and that is nothing to tell anybody.
alter table device add column online_since timestamptz(3);
