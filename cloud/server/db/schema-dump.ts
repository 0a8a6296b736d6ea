import type pg from 'pg';

/** Everything in schema public that a reader of the golden file must be able to see. Another kind of thing fails the dump instead of being left out. */
const SHOWN_RELATION_KINDS = ['r', 'p', 'v', 'S', 'i', 'I'];
const SHOWN_ROUTINE_KINDS = ['f', 'p'];

interface Table {
  readonly name: string;
  readonly rowSecurity: boolean;
  readonly forced: boolean;
}

/** A line that belongs to a table (or function) named `owner`. */
interface Line {
  readonly owner: string;
  readonly line: string;
}

/**
 * The schema as SQL to be read: made from the catalogue, sorted, and the same for the same migrations, so that a difference in it is a difference in the
 * database. It is for reviewing and for comparing; the database is built by the migrations. Leaves the connection's search path set to public.
 */
export async function dumpSchema(client: pg.ClientBase): Promise<string> {
  // Names of this schema come out short, those of any other with their schema.
  await client.query('set search_path = public, pg_temp');
  await refuseUnknownKinds(client);
  const parts = [
    await extensions(client),
    await schemaGrants(client),
    await sequences(client),
    ...(await tables(client)),
    ...(await views(client)),
    ...(await routines(client)),
  ];
  return `-- Made from the catalogue of a freshly migrated database by npm run gen. It is read and compared, never run: db/migrations builds the schema.\n\n${parts
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

async function refuseUnknownKinds(client: pg.ClientBase): Promise<void> {
  const unknown = await lines(
    client,
    `select relname as owner, format('relation %s (kind %s)', relname, relkind) as line from pg_class
       where relnamespace = 'public'::regnamespace and relkind <> all ($1::"char"[])
     union all
     select proname, format('routine %s (kind %s)', proname, prokind) from pg_proc where pronamespace = 'public'::regnamespace and prokind <> all ($2::"char"[])
     union all
     select typname, format('type %s', typname) from pg_type
       where typnamespace = 'public'::regnamespace and typtype in ('e', 'd', 'r', 'm')
     union all
     select rulename, format('rule %s on %s', rulename, ev_class::regclass) from pg_rewrite
       where rulename <> '_RETURN' and ev_class in (select oid from pg_class where relnamespace = 'public'::regnamespace)
     union all
     select defaclrole::regrole::text, format('default privileges of %s', defaclrole::regrole) from pg_default_acl`,
    [SHOWN_RELATION_KINDS, SHOWN_ROUTINE_KINDS],
  );
  if (unknown.length > 0)
    throw new Error(
      `The schema dump cannot show: ${unknown.map(({ line }) => line).join(', ')}. Teach cloud/server/db/schema-dump.ts to, or it would go unreviewed.`,
    );
}

async function extensions(client: pg.ClientBase): Promise<string> {
  const found = await lines(
    client,
    `select extname as owner, format('create extension %I;', extname) as line from pg_extension where extname <> 'plpgsql' order by extname`,
  );
  return found.map(({ line }) => line).join('\n');
}

async function schemaGrants(client: pg.ClientBase): Promise<string> {
  const found = await lines(
    client,
    `select 'public' as owner, format('grant %s on schema public to %s;', string_agg(lower(privilege_type), ', ' order by privilege_type), ${grantee}) as line
     from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) as acl
     where nspname = 'public' and acl.grantee <> nspowner group by acl.grantee order by line`,
  );
  return found.map(({ line }) => line).join('\n');
}

/** Those that no column brings along by itself. */
async function sequences(client: pg.ClientBase): Promise<string> {
  const found = await lines(
    client,
    `select sequencename as owner, format('create sequence %I as %s start %s increment %s minvalue %s maxvalue %s%s;',
       sequencename, data_type, start_value, increment_by, min_value, max_value, case when cycle then ' cycle' else '' end) as line
     from pg_sequences where schemaname = 'public'
       and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = format('public.%I', sequencename)::regclass and deptype = 'i')
     order by sequencename`,
  );
  return found.map(({ line }) => line).join('\n');
}

async function tables(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<Table>(
    `select relname as name, relrowsecurity as "rowSecurity", relforcerowsecurity as forced from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname collate "C"`,
  );
  const [inside, below] = [await insideTables(client), await belowTables(client)];
  return rows.map((table) => {
    const of = (from: readonly Line[]) => from.filter(({ owner }) => owner === table.name).map(({ line }) => line);
    return [
      `create table ${table.name} (`,
      of(inside)
        .map((line) => `  ${line}`)
        .join(',\n'),
      ');',
      ...(table.rowSecurity ? [`alter table ${table.name} enable row level security;`] : []),
      ...(table.forced ? [`alter table ${table.name} force row level security;`] : []),
      ...of(below),
    ].join('\n');
  });
}

/** Columns as they stand, then constraints: primary key, unique, checks, exclusions, references. */
async function insideTables(client: pg.ClientBase): Promise<Line[]> {
  const columns = await lines(
    client,
    `select c.relname as owner,
       concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
         case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation end,
         case a.attidentity when 'a' then 'generated always as identity' when 'd' then 'generated by default as identity' end,
         case a.attgenerated when 's' then format('generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid))
                             when 'v' then format('generated always as (%s) virtual', pg_get_expr(d.adbin, d.adrelid))
                             else 'default ' || pg_get_expr(d.adbin, d.adrelid) end,
         case when a.attnotnull then 'not null' end) as line
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname, a.attnum`,
  );
  const constraints = await lines(
    client,
    `select c.relname as owner, format('constraint %I %s', con.conname, pg_get_constraintdef(con.oid)) as line
     from pg_constraint con join pg_class c on c.oid = con.conrelid
     -- Not-null constraints stand at their columns, constraint triggers below the table.
     where c.relnamespace = 'public'::regnamespace and con.contype not in ('n', 't')
     order by c.relname, position(con.contype in 'pucxf'), con.conname collate "C"`,
  );
  return [...columns, ...constraints];
}

async function belowTables(client: pg.ClientBase): Promise<Line[]> {
  const indexes = await lines(
    client,
    `select c.relname as owner, pg_get_indexdef(i.indexrelid) || ';' as line
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace and not exists (select from pg_constraint where conindid = i.indexrelid and contype in ('p', 'u', 'x'))
     order by c.relname, x.relname collate "C"`,
  );
  const policies = await lines(
    client,
    `select c.relname as owner,
       concat_ws(' ', format('create policy %I on %I', p.polname, c.relname), case when not p.polpermissive then 'as restrictive' end,
         'for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
         'to ' || (select string_agg(case when role = 0 then 'public' else role::regrole::text end, ', ' order by role::regrole::text) from unnest(p.polroles) as role),
         'using (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') || ';' as line
     from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = 'public'::regnamespace order by c.relname, p.polname collate "C"`,
  );
  const triggers = await lines(
    client,
    `select c.relname as owner, pg_get_triggerdef(t.oid) || ';' || case t.tgenabled when 'O' then '' else format(' -- enabled: %s', t.tgenabled) end as line
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'public'::regnamespace and not t.tgisinternal order by c.relname, t.tgname collate "C"`,
  );
  return [...indexes, ...policies, ...triggers, ...(await relationGrants(client))];
}

/** What others than the owner may do, to whole relations and to single columns of them. */
async function relationGrants(client: pg.ClientBase): Promise<Line[]> {
  return lines(
    client,
    `select c.relname as owner, format('grant %s on %I to %s;', string_agg(lower(privilege_type), ', ' order by privilege_type), c.relname, ${grantee}) as line
     from pg_class c, aclexplode(c.relacl) as acl
     where c.relnamespace = 'public'::regnamespace and acl.grantee <> c.relowner group by c.relname, acl.grantee
     union all
     select c.relname, format('grant %s (%I) on %I to %s;', string_agg(lower(privilege_type), ', ' order by privilege_type), a.attname, c.relname, ${grantee})
     from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) as acl
     where c.relnamespace = 'public'::regnamespace and acl.grantee <> c.relowner group by c.relname, a.attname, acl.grantee
     order by owner, line`,
  );
}

async function views(client: pg.ClientBase): Promise<string[]> {
  const found = await lines(
    client,
    `select relname as owner, format('create view %I%s as%s%s', relname, case when reloptions is null then '' else format(' with (%s)', array_to_string(reloptions, ', ')) end,
       chr(10), pg_get_viewdef(oid, true)) as line
     from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' order by relname collate "C"`,
  );
  const grants = await relationGrants(client);
  return found.map((view) => [view.line, ...grants.filter(({ owner }) => owner === view.owner).map(({ line }) => line)].join('\n'));
}

/** Without a list of its own, a function may be run by everybody: that is shown too. */
async function routines(client: pg.ClientBase): Promise<string[]> {
  const found = await lines(
    client,
    `select p.oid::regprocedure::text as owner,
       rtrim(pg_get_functiondef(p.oid), chr(10)) || ';' ||
       coalesce((select string_agg(format('%sgrant execute on %s %s to %s;', chr(10), case p.prokind when 'p' then 'procedure' else 'function' end,
           p.oid::regprocedure, ${grantee}), '' order by ${grantee})
         from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as acl where acl.grantee <> p.proowner), '') as line
     from pg_proc p
     where p.pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e')
     order by p.proname collate "C", p.oid::regprocedure::text collate "C"`,
  );
  return found.map(({ line }) => line);
}

const grantee = `case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end`;

async function lines(client: pg.ClientBase, text: string, values: readonly unknown[] = []): Promise<Line[]> {
  return (await client.query<Line>(text, [...values])).rows;
}
