import type { DisplayConfig, DisplayConfigRevision, DisplayConfigSummary } from '@concierge/contract/http/display-configs.ts';
import type { DeviceProgramme } from '@concierge/contract/http/fleet.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { Cursor } from '#platform/http/cursor.ts';

/** How many revisions are kept: what one goes back to is among the latest. */
const REVISIONS_KEPT = 50;

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The screens that were given the configuration, as far as they hang where the reader ($1, null for everywhere) may see screens. */
const screensSeen = `from device d where d.tenant_id = c.tenant_id and d.display_config_id = c.id and d.revoked_at is null and ($1::uuid[] is null or d.building_id = any ($1))`;

const summaryColumns = `c.id, c.name, c.building_id as "buildingId", jsonb_array_length(c.draft -> 'scenes') as "sceneCount",
  (select jsonb_build_object('revision', r.revision, 'at', ${instant('r.published_at')}) from display_config_revision r
     where r.tenant_id = c.tenant_id and r.display_config_id = c.id and r.revision = c.published_revision) as published,
  not c.draft_is_published as "hasChanges",
  (select count(*)::int ${screensSeen}) as "deviceCount",
  c.version`;

export async function listConfigs(
  database: Database,
  scope: Scope,
  query: { allowed: readonly string[] | null; buildingId: string | null; after: Cursor | null; limit: number },
): Promise<DisplayConfigSummary[]> {
  return database.read<DisplayConfigSummary>(scope, {
    name: 'list-display-configs',
    text: `select ${summaryColumns} from display_config c
      where c.tenant_id = (select current_tenant()) and (c.building_id is null or $1::uuid[] is null or c.building_id = any ($1))
        and ($2::uuid is null or c.building_id is null or c.building_id = $2) and ($3::text is null or (c.name, c.id) > ($3, $4::uuid))
      order by c.name, c.id limit $5`,
    values: [query.allowed, query.buildingId, query.after?.[0] ?? null, query.after?.[1] ?? null, query.limit],
  });
}

export async function findConfig(
  database: Database,
  scope: Scope,
  query: { allowed: readonly string[] | null; configId: string },
): Promise<DisplayConfig | null> {
  const [config] = await database.read<DisplayConfig>(scope, {
    name: 'find-display-config',
    text: `select ${summaryColumns}, c.draft, array(select d.id ${screensSeen} order by d.name, d.id limit 1000) as "deviceIds",
        array(select distinct (d.display ->> 'widthMm')::int ${screensSeen} order by 1 limit 200) as "screenWidthsMm"
      from display_config c where c.tenant_id = (select current_tenant()) and c.id = $2`,
    values: [query.allowed, query.configId],
  });
  return config ?? null;
}

export async function countConfigs(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>('select count(*)::int as count from display_config where tenant_id = $1', [
    tx.scope.tenantId,
  ]);
  return row?.count ?? 0;
}

/** What a screen was given. It has arrived when the arrangement made of the newest revision, for where the screen hangs, is one that the screen says it holds. */
export async function programmeOfDevice(database: Database, scope: Scope, deviceId: string): Promise<DeviceProgramme | null> {
  const [programme] = await database.read<DeviceProgramme>(scope, {
    name: 'find-programme-of-device',
    text: `select c.id, c.name, nullif(c.published_revision, 0) as revision, exists (select from device_scenes s
        where s.tenant_id = d.tenant_id and s.device_id = d.id and s.display_config_id = c.id and s.revision = c.published_revision and s.building_id = d.building_id
          and (d.reported ->> 'scenesSequence')::integer >= s.sequence) as arrived
      from device d join display_config c on c.tenant_id = d.tenant_id and c.id = d.display_config_id
      where d.tenant_id = (select current_tenant()) and d.id = $1`,
    values: [deviceId],
  });
  return programme ?? null;
}

export async function insertConfig(
  tx: Transaction,
  config: { id: string; name: string; buildingId: string | null; draft: SceneList },
): Promise<void> {
  await tx.change('insert into display_config (tenant_id, id, name, building_id, draft) values ($1, $2, $3, $4, $5)', [
    tx.scope.tenantId,
    config.id,
    config.name,
    config.buildingId,
    JSON.stringify(config.draft),
  ]);
}

export async function changeDraft(
  tx: Transaction,
  configId: string,
  version: number,
  patch: { name?: string | undefined; draft?: SceneList | undefined },
): Promise<boolean> {
  const changed = await tx.change(
    `update display_config set name = coalesce($4, name), draft = coalesce($5::jsonb, draft), updated_at = now(), version = version + 1,
       draft_is_published = case when $5::jsonb is null then draft_is_published else published_revision > 0 and $5::jsonb =
         (select r.list from display_config_revision r where r.tenant_id = $1 and r.display_config_id = $2 and r.revision = published_revision) end
     where tenant_id = $1 and id = $2 and version = $3`,
    [tx.scope.tenantId, configId, version, patch.name ?? null, patch.draft === undefined ? null : JSON.stringify(patch.draft)],
  );
  return changed === 1;
}

/** Makes the draft the next revision; null when somebody changed it in between. */
export async function publishDraft(
  tx: Transaction,
  configId: string,
  publication: { version: number; by: string; at: Date },
): Promise<number | null> {
  const [row] = await tx.query<{ revision: number }>(
    `update display_config set published_revision = published_revision + 1, draft_is_published = true, version = version + 1, updated_at = now()
     where tenant_id = $1 and id = $2 and version = $3 returning published_revision as revision`,
    [tx.scope.tenantId, configId, publication.version],
  );
  if (row === undefined) return null;
  await tx.change(
    `insert into display_config_revision (tenant_id, display_config_id, revision, list, published_at, published_by)
     select tenant_id, id, published_revision, draft, $3, $4 from display_config where tenant_id = $1 and id = $2`,
    [tx.scope.tenantId, configId, publication.at, publication.by],
  );
  await tx.change('delete from display_config_revision where tenant_id = $1 and display_config_id = $2 and revision <= $3', [
    tx.scope.tenantId,
    configId,
    row.revision - REVISIONS_KEPT,
  ]);
  return row.revision;
}

/** `publishedBy` is the person's id. */
export async function listRevisions(database: Database, scope: Scope, configId: string): Promise<DisplayConfigRevision[]> {
  return database.read<DisplayConfigRevision>(scope, {
    name: 'list-display-config-revisions',
    text: `select r.revision, ${instant('r.published_at')} as "publishedAt", r.published_by as "publishedBy", jsonb_array_length(r.list -> 'scenes') as "sceneCount"
      from display_config_revision r where r.tenant_id = (select current_tenant()) and r.display_config_id = $1 order by r.revision desc limit ${REVISIONS_KEPT}`,
    values: [configId],
  });
}

export async function findRevision(tx: Transaction, configId: string, revision: number): Promise<SceneList | null> {
  const [row] = await tx.query<{ list: SceneList }>(
    'select list from display_config_revision where tenant_id = $1 and display_config_id = $2 and revision = $3',
    [tx.scope.tenantId, configId, revision],
  );
  return row?.list ?? null;
}

/** False while a screen shows it that stays. */
export async function deleteConfig(tx: Transaction, configId: string): Promise<boolean> {
  // A screen that is gone, or leaves, keeps no hold on what it once showed: nobody can give it something else any more.
  await tx.change(
    `update device set display_config_id = null
     where tenant_id = $1 and display_config_id = $2 and (revoked_at is not null or leaving_at is not null)`,
    [tx.scope.tenantId, configId],
  );
  const deleted = await tx.change(
    `delete from display_config c where c.tenant_id = $1 and c.id = $2
       and not exists (select from device d where d.tenant_id = $1 and d.display_config_id = $2)`,
    [tx.scope.tenantId, configId],
  );
  return deleted === 1;
}

/** Those of the devices that exist, with the building each hangs in; their rows are locked in the order of their ids. */
export async function lockDevices(tx: Transaction, deviceIds: readonly string[]): Promise<{ id: string; buildingId: string }[]> {
  return tx.query<{ id: string; buildingId: string }>(
    `select id, building_id as "buildingId" from device
     where tenant_id = $1 and id = any ($2) and revoked_at is null and leaving_at is null order by id for update`,
    [tx.scope.tenantId, deviceIds],
  );
}

/** Gives the devices that configuration; with null it takes `only` away from those that have it. Returns the devices for which that is another one. */
export async function giveConfig(tx: Transaction, deviceIds: readonly string[], configId: string | null, only: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `update device set display_config_id = $3, version = version + 1
     where tenant_id = $1 and id = any ($2) and display_config_id is distinct from $3 and ($3::uuid is not null or display_config_id = $4) returning id`,
    [tx.scope.tenantId, deviceIds, configId, only],
  );
  return rows.map(({ id }) => id);
}

/** The next devices with the configuration after one id, in the order of their ids. */
export async function devicesOfConfig(
  tx: Transaction,
  configId: string,
  after: string | null,
  limit: number,
): Promise<{ id: string; buildingId: string }[]> {
  return tx.query<{ id: string; buildingId: string }>(
    `select id, building_id as "buildingId" from device
     where tenant_id = $1 and display_config_id = $2 and revoked_at is null and ($3::uuid is null or id > $3) order by id limit $4`,
    [tx.scope.tenantId, configId, after, limit],
  );
}

/** The next devices with any configuration after one id, in the order of their ids. */
export async function devicesWithConfig(
  tx: Transaction,
  after: string | null,
  limit: number,
): Promise<{ id: string; buildingId: string }[]> {
  return tx.query<{ id: string; buildingId: string }>(
    `select id, building_id as "buildingId" from device
     where tenant_id = $1 and display_config_id is not null and revoked_at is null and ($2::uuid is null or id > $2) order by id limit $3`,
    [tx.scope.tenantId, after, limit],
  );
}

export interface StoredScenes {
  readonly sequence: number;
  readonly buildingId: string;
  readonly configId: string | null;
  readonly revision: number;
  /** The features of a fuller plan that it does without, in the table's order. */
  readonly leftOut: readonly string[];
  readonly jws: string;
  readonly issuedAt: Date;
}

/** What the device was sent last, and what it should have: a published revision, or nothing. */
export async function scenesOfDevice(
  tx: Transaction,
  deviceId: string,
): Promise<{ stored: StoredScenes | null; wanted: { configId: string; revision: number } | null }> {
  const [stored] = await tx.query<StoredScenes>(
    `select sequence, building_id as "buildingId", display_config_id as "configId", revision, left_out as "leftOut", jws, issued_at as "issuedAt"
     from device_scenes where tenant_id = $1 and device_id = $2`,
    [tx.scope.tenantId, deviceId],
  );
  const [wanted] = await tx.query<{ configId: string; revision: number }>(
    `select c.id as "configId", c.published_revision as revision from device d join display_config c on c.tenant_id = d.tenant_id and c.id = d.display_config_id
     where d.tenant_id = $1 and d.id = $2 and c.published_revision > 0`,
    [tx.scope.tenantId, deviceId],
  );
  return { stored: stored ?? null, wanted: wanted ?? null };
}

export async function writeScenes(tx: Transaction, deviceId: string, scenes: StoredScenes): Promise<void> {
  await tx.change(
    `insert into device_scenes (tenant_id, device_id, sequence, building_id, display_config_id, revision, left_out, jws, issued_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, device_id) do update set sequence = excluded.sequence, building_id = excluded.building_id,
       display_config_id = excluded.display_config_id, revision = excluded.revision, left_out = excluded.left_out, jws = excluded.jws, issued_at = excluded.issued_at`,
    [
      tx.scope.tenantId,
      deviceId,
      scenes.sequence,
      scenes.buildingId,
      scenes.configId,
      scenes.revision,
      scenes.leftOut,
      scenes.jws,
      scenes.issuedAt,
    ],
  );
}

/** The configurations whose draft or published revision names the file; those of their older revisions that do are checked again if they are ever published. */
export async function configsNaming(tx: Transaction, sha256: string): Promise<{ name: string; buildingId: string | null }[]> {
  return tx.query<{ name: string; buildingId: string | null }>(
    `select c.name, c.building_id as "buildingId" from display_config c
     left join display_config_revision r on r.tenant_id = c.tenant_id and r.display_config_id = c.id and r.revision = c.published_revision
     where c.tenant_id = $1 and exists (select from unnest(array[c.draft, r.list]) as list
       where jsonb_path_exists(list, '$.**.sha256 ? (@ == $sha256)', jsonb_build_object('sha256', $2::text)))
     order by c.name, c.id limit 50`,
    [tx.scope.tenantId, sha256],
  );
}
