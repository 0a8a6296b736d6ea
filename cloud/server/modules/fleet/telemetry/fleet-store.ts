import type { FleetRelease } from '@concierge/contract/http/device-releases.ts';
import type { AlertKind, DeviceFilter, DeviceSort, DeviceState, FleetCounts, FleetGrouping } from '@concierge/contract/http/fleet.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import type { Database, Scope, Statement } from '#platform/database/database.ts';
import { type ReleasesNow, releaseColumns, standingNow } from '../releases/office-store.ts';
import { deviceColumnsWith, instant } from '../store.ts';
import type { FileDevice } from './csv-rules.ts';
import type { FleetDeviceRow } from './fleet.ts';
import type { Cutoffs } from './rules.ts';

/** What is asked of the fleet: whose screens may be seen, which of them are wanted, and the instants that "now" means. */
export interface FleetQuestion {
  readonly allowed: readonly string[] | null;
  readonly filter: DeviceFilter;
  /** For each word that is looked for, the buildings that have it in their name. */
  readonly words: readonly { readonly word: string; readonly buildingIds: readonly string[] }[];
  readonly cutoffs: Cutoffs;
  readonly releases: ReleasesNow;
}

/** Values of a statement that is put together: each is a parameter, none is ever text of the statement. */
function parameters(): { values: unknown[]; add(value: unknown, type: string): string } {
  const values: unknown[] = [];
  return {
    values,
    add(value, type) {
      values.push(value);
      return `$${values.length}::${type}`;
    },
  };
}

/**
 * Every screen with what holds of it now. The one place where the clock's decisions meet the rows; `settle-store` opens and closes alerts by the same.
 */
export function fleetNow(add: (value: unknown, type: string) => string, cutoffs: Cutoffs): string {
  return `device d left join device_health h on h.tenant_id = d.tenant_id and h.device_id = d.id
    left join device_scenes w on w.tenant_id = d.tenant_id and w.device_id = d.id
    cross join lateral (select least(d.drift_since, case when (d.reported ->> 'scenesSequence')::integer < w.sequence then w.issued_at end) as since) x
    cross join lateral (select greatest(d.last_seen_at, h.received_at) as last_sign) l
    cross join lateral (select d.online and coalesce(l.last_sign, d.claimed_at) >= ${add(cutoffs.silentBefore, 'timestamptz')} as here) c
    cross join lateral (select case when d.leaving_at is not null then '{}'::text[] else array_remove(array[
        case when not c.here and coalesce(l.last_sign, d.claimed_at) < ${add(cutoffs.offlineBefore, 'timestamptz')} then 'offline' end,
        case when c.here and greatest(x.since, d.online_since) < ${add(cutoffs.driftBefore, 'timestamptz')} then 'drift' end,
        case when d.certificate_expires_at < ${add(cutoffs.certificateBefore, 'timestamptz')} then 'certificate' end], null)
      || case when h.received_at >= ${add(cutoffs.freshAfter, 'timestamptz')} then h.troubles
           when 'twin' = any (h.troubles) then '{twin}'::text[] else '{}'::text[] end end as kinds) a
    cross join lateral (select case when d.leaving_at is not null then 'leaving' when l.last_sign is null then 'new' when not c.here then 'offline'
      when cardinality(a.kinds) > 0 then 'trouble' else 'well' end as state) s`;
}

/** Every screen with all that can be asked of it. `p.picture` is how its machine fares now: null when what it told is old, however hot it was then. */
function everything(add: (value: unknown, type: string) => string, question: Pick<FleetQuestion, 'cutoffs' | 'releases'>): string {
  return `${fleetNow(add, question.cutoffs)} ${standingNow(add, question.releases)}
    cross join lateral (select case when h.received_at >= ${add(question.cutoffs.freshAfter, 'timestamptz')} then h.telemetry end as picture) p`;
}

/** What a list is narrowed by in steps: each shows how many screens there are of what, whatever of itself is chosen. */
const facets = ['state', 'alert', 'version', 'ring', 'standing'] as const;
type Facet = (typeof facets)[number];

/** Of each what is asked of a screen; `true` where nothing is. */
function chosenOf(add: (value: unknown, type: string) => string, { filter }: FleetQuestion): Readonly<Record<Facet, string>> {
  const is = (key: string, value: string | undefined) => (value === undefined ? 'true' : `${key} = ${add(value, 'text')}`);
  return {
    state: is('s.state', filter.state),
    alert: filter.alert === undefined ? 'true' : `${add(filter.alert, 'text')} = any (a.kinds)`,
    version: is(`d.reported ->> 'agentVersion'`, filter.version),
    ring: filter.ring === 'none' ? 'q.ring is null' : filter.ring === undefined ? 'true' : `q.ring = ${add(filter.ring, 'integer')}`,
    standing: is('u.standing', filter.standing),
  };
}

/** Whose screens may be seen, where they hang and what they are called. */
function within(add: (value: unknown, type: string) => string, { allowed, filter, words }: FleetQuestion): string {
  const conditions = ['d.tenant_id = (select current_tenant())', 'd.revoked_at is null'];
  if (allowed !== null) conditions.push(`d.building_id = any (${add(allowed, 'uuid[]')})`);
  if (filter.buildingId !== undefined) conditions.push(`d.building_id = ${add(filter.buildingId, 'uuid')}`);
  for (const { word, buildingIds } of words) {
    const inText = `position(folded_text(${add(word, 'text')}) in d.search_text) > 0`;
    conditions.push(`(${inText} or d.building_id = any (${add(buildingIds, 'uuid[]')}))`);
  }
  return conditions.join(' and ');
}

function chosen(add: (value: unknown, type: string) => string, question: FleetQuestion): string {
  const conditions = Object.values(chosenOf(add, question)).filter((condition) => condition !== 'true');
  return [within(add, question), ...conditions].join(' and ');
}

const rowColumns = `${deviceColumnsWith('c.here')}, s.state, a.kinds as alerts, d.desired_sequence as "desiredSequence", ${instant('x.since')} as "driftSince",
  ${instant('d.drift_since')} as "unconfirmedSince",
  ${instant('l.last_sign')} as "lastSignAt", (p.picture ->> 'temperatureCelsius')::float8 as "temperatureCelsius", d.sample, ${releaseColumns}`;

/** What a list is ordered by. All but texts are whole numbers, so that a cursor carries them exactly and a wrong one cannot make the statement fail. */
export const sortKeys: Readonly<Record<DeviceSort, { readonly key: string; readonly type: 'text' | 'bigint' }>> = {
  name: { key: 'd.name', type: 'text' },
  version: { key: `version_order(coalesce(d.reported ->> 'agentVersion', ''))`, type: 'text' },
  state: { key: `array_position(array['trouble', 'offline', 'new', 'leaving', 'well'], s.state)::bigint`, type: 'bigint' },
  lastSign: { key: 'coalesce(extract(epoch from l.last_sign) * 1000000, 0)::bigint', type: 'bigint' },
  temperature: { key: `coalesce((p.picture ->> 'temperatureCelsius')::numeric * 10, -1000)::bigint`, type: 'bigint' },
};

export interface PageAsked {
  readonly sort: DeviceSort;
  readonly direction: 'asc' | 'desc';
  readonly after: readonly [key: string, id: string] | null;
  readonly limit: number;
}

export type SortedRow = FleetDeviceRow & { readonly sortKey: string };

/** One page of the screens that were asked for. */
export async function listFleet(database: Database, scope: Scope, question: FleetQuestion, page: PageAsked): Promise<SortedRow[]> {
  return database.read<SortedRow>(scope, fleetStatement(question, page, rowColumns));
}

/** What the file says of a screen beyond the list. */
export type FileRow = SortedRow & Pick<FileDevice, 'programme' | 'measuredAt' | 'picture'>;

const fileColumns = `${rowColumns}, nullif(p.picture, 'null') as picture, case when h.telemetry <> 'null' then ${instant('h.taken_at')} end as "measuredAt",
  (select c.name from display_config c where c.tenant_id = d.tenant_id and c.id = d.display_config_id) as programme`;

/** One page of the screens that were asked for, as the file tells of them. */
export async function listForFile(database: Database, scope: Scope, question: FleetQuestion, page: PageAsked): Promise<FileRow[]> {
  return database.read<FileRow>(scope, fleetStatement(question, page, fileColumns));
}

function fleetStatement(question: FleetQuestion, page: PageAsked, columns: string): Statement & { readonly values: readonly unknown[] } {
  const { values, add } = parameters();
  const { key, type } = sortKeys[page.sort];
  const from = everything(add, question);
  const conditions = [chosen(add, question)];
  const beyond = page.direction === 'asc' ? '>' : '<';
  if (page.after !== null) conditions.push(`(${key}, d.id) ${beyond} (${add(page.after[0], type)}, ${add(page.after[1], 'uuid')})`);
  return {
    // First which ones, then what is told of them: to write ten thousand rows out in order to sort them costs ten times as much.
    text: `with page as (select d.id, ${key} as key from ${from} where ${conditions.join(' and ')}
        order by ${key} ${page.direction}, d.id ${page.direction} limit ${add(page.limit, 'integer')})
      select ${columns}, page.key::text as "sortKey" from page cross join ${from}
      where d.tenant_id = (select current_tenant()) and d.id = page.id order by page.key ${page.direction}, d.id ${page.direction}`,
    values,
  };
}

interface Counts {
  readonly total: number;
  readonly states: Partial<Record<DeviceState, number>>;
  readonly alerts: Partial<Record<AlertKind, number>>;
  readonly versions: FleetCounts['versions'];
  readonly rings: Readonly<Record<string, number>>;
  readonly standings: FleetCounts['standings'];
}

export async function countFleet(database: Database, scope: Scope, question: FleetQuestion): Promise<Counts> {
  const [row] = await database.read<Counts>(scope, countStatement(question));
  if (row === undefined) throw new Error('a count has one row');
  return row;
}

export function countStatement(question: FleetQuestion): Statement & { readonly values: readonly unknown[] } {
  const { values, add } = parameters();
  const asked = chosenOf(add, question);
  // The state has been chosen from the others' counts since there was nothing else, and narrows none of them.
  const but = (own: Facet) =>
    facets
      .filter((facet) => facet !== own && facet !== 'state')
      .map((facet) => `by_${facet}`)
      .join(' and ');
  return {
    text: `with f as materialized (
        select s.state, a.kinds, q.ring, u.standing, d.reported ->> 'agentVersion' as version,
          ${facets.map((facet) => `${asked[facet]} as by_${facet}`).join(', ')}
        from ${everything(add, question)} where ${within(add, question)})
      select (select count(*)::int from f where ${but('state')}) as total,
        (select coalesce(jsonb_object_agg(state, n), '{}') from (select state, count(*) as n from f where ${but('state')} group by state) c) as states,
        (select coalesce(jsonb_object_agg(kind, n), '{}') from (select kind, count(*) as n from f, unnest(kinds) as kind where ${but('alert')} group by kind) c) as alerts,
        (select coalesce(jsonb_object_agg(coalesce(ring::text, 'none'), n), '{}') from (select ring, count(*) as n from f where ${but('ring')} group by ring) c) as rings,
        (select coalesce(jsonb_object_agg(standing, n), '{}') from (select standing, count(*) as n from f where ${but('standing')} group by standing) c) as standings,
        (select coalesce(jsonb_agg(jsonb_build_object('version', version, 'count', n) order by n desc, version_order(version) desc), '[]')
          from (select version, count(*) as n from f where version is not null and ${but('version')} group by version
            order by n desc, version_order(version) desc limit 20) c) as versions`,
    values,
  };
}

export interface BuildingCounts {
  readonly buildingId: string;
  readonly total: number;
  readonly trouble: number;
  readonly offline: number;
}

/** The screens by building, those with most that is not well first. `after` is how many are not well, and the building. */
export async function countByBuilding(
  database: Database,
  scope: Scope,
  question: FleetQuestion,
  page: { after: readonly [string, string] | null; limit: number },
): Promise<BuildingCounts[]> {
  const { values, add } = parameters();
  const inner = `select d.building_id, count(*)::int as total, count(*) filter (where s.state = 'trouble')::int as trouble,
      count(*) filter (where s.state = 'offline')::int as offline from ${everything(add, question)} where ${chosen(add, question)} group by d.building_id`;
  const after =
    page.after === null
      ? 'true'
      : `(-(trouble + offline), building_id) > (-(${add(page.after[0], 'bigint')}), ${add(page.after[1], 'uuid')})`;
  return database.read<BuildingCounts>(scope, {
    text: `select building_id as "buildingId", total, trouble, offline from (${inner}) b where ${after}
      order by -(trouble + offline), building_id limit ${add(page.limit, 'integer')}`,
    values,
  });
}

export interface GroupRow {
  readonly key: string | null;
  readonly total: number;
  readonly trouble: number;
  readonly offline: number;
  readonly current: number;
  readonly failed: number;
}

const groupKeys: Readonly<Record<FleetGrouping, string>> = { ring: 'q.ring::text', state: 's.state' };

/** The screens by ring or by state; never more groups than there are rings or states. */
export async function countGroups(database: Database, scope: Scope, question: FleetQuestion, by: FleetGrouping): Promise<GroupRow[]> {
  const { values, add } = parameters();
  return database.read<GroupRow>(scope, {
    text: `select ${groupKeys[by]} as key, count(*)::int as total, count(*) filter (where s.state = 'trouble')::int as trouble,
        count(*) filter (where s.state = 'offline')::int as offline, count(*) filter (where u.standing = 'current')::int as current,
        count(*) filter (where u.standing = 'failed')::int as failed
      from ${everything(add, question)} where ${chosen(add, question)} group by 1 order by 1 nulls last`,
    values,
  });
}

/** Why screens are passed over or failed, and which releases run. */
export async function releaseFigures(
  database: Database,
  scope: Scope,
  question: FleetQuestion,
): Promise<Pick<FleetRelease, 'standings' | 'reasons' | 'versions'>> {
  const { values, add } = parameters();
  const conditions = `from ${everything(add, question)} where ${chosen(add, question)}`;
  const [row] = await database.read<Pick<FleetRelease, 'standings' | 'reasons' | 'versions'>>(scope, {
    text: `with f as materialized (select u.standing, m.reason, t.said -> 'running' ->> 'version' as version ${conditions})
      select (select coalesce(jsonb_object_agg(standing, n), '{}') from (select standing, count(*) as n from f group by standing) c) as standings,
        (select coalesce(jsonb_agg(jsonb_build_object('standing', standing, 'reason', reason, 'count', n) order by n desc, standing, reason), '[]')
          from (select standing, reason, count(*) as n from f where standing in ('held', 'failed') and reason is not null
            group by standing, reason order by n desc, standing, reason limit 20) c) as reasons,
        (select coalesce(jsonb_agg(jsonb_build_object('version', version, 'count', n) order by n desc, version_order(version) desc), '[]')
          from (select version, count(*) as n from f where version is not null group by version order by n desc, version_order(version) desc limit 20) c) as versions`,
    values,
  });
  if (row === undefined) throw new Error('a count has one row');
  return row;
}

export interface DetailRow extends FleetDeviceRow {
  readonly serial: string;
  readonly claimedAt: string;
  readonly certificateExpiresAt: string;
  readonly telemetry: Telemetry | null;
  readonly telemetryReceivedAt: string | null;
}

export async function findInFleet(
  database: Database,
  scope: Scope,
  deviceId: string,
  question: Pick<FleetQuestion, 'cutoffs' | 'releases'>,
): Promise<DetailRow | null> {
  const { values, add } = parameters();
  const from = everything(add, question);
  const [row] = await database.read<DetailRow>(scope, {
    text: `select ${rowColumns}, d.serial, ${instant('d.claimed_at')} as "claimedAt", ${instant('d.certificate_expires_at')} as "certificateExpiresAt",
        nullif(h.telemetry, 'null') as telemetry, case when h.telemetry <> 'null' then ${instant('h.received_at')} end as "telemetryReceivedAt"
      from ${from} where d.tenant_id = (select current_tenant()) and d.revoked_at is null and d.id = ${add(deviceId, 'uuid')}`,
    values,
  });
  return row ?? null;
}
