-- By what versions are put in order: 0.10.0 comes after 0.9.0, and what is made before a version (0.10.0-rc1) before it. Every part has its place, so that texts can be compared.
create function version_order(version text) returns text
  language sql immutable strict parallel safe
  return (
    select string_agg(lpad(split_part(coalesce(substring(version from '^\d+(?:\.\d+)*'), ''), '.', place), 9, '0'), '.' order by place)
    from generate_series(1, 4) as place
  ) || case when version ~ '^\d+(\.\d+)*$' then 'z' else 'a' || version end;
revoke execute on function version_order from public;
grant execute on function version_order to concierge_app;
