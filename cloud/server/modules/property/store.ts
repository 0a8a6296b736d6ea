import type { Apartment, Occupancy } from '@concierge/contract/http/apartments.ts';
import type { Building } from '@concierge/contract/http/buildings.ts';
import type { WeightTable } from '@concierge/contract/http/weight-tables.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { Cursor } from '#platform/http/cursor.ts';

/** Reads that are hot or join; ordinary CRUD is Prisma's, in the use cases. */

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const buildingColumns = `b.id, json_build_object('el', b.name_el, 'en', b.name_en) as name,
  json_build_object('el', b.address_line_el, 'en', b.address_line_en) as "addressLine", json_build_object('el', b.city_el, 'en', b.city_en) as city,
  b.postal_code as "postalCode", b.time_zone as "timeZone", b.language, b.version, ${instant('b.created_at')} as "createdAt",
  (select count(*)::int from apartment a where a.tenant_id = b.tenant_id and a.building_id = b.id) as "apartmentCount"`;

export async function listBuildings(
  database: Database,
  scope: Scope,
  query: { allowed: readonly string[] | null; after: Cursor | null; limit: number },
): Promise<Building[]> {
  return database.read<Building>(scope, {
    name: 'list-buildings',
    text: `select ${buildingColumns} from building b
      where b.tenant_id = (select current_tenant()) and b.archived_at is null and ($1::uuid[] is null or b.id = any ($1))
        and ($2::text is null or (b.name_el, b.id) > ($2, $3::uuid))
      order by b.name_el, b.id limit $4`,
    values: [query.allowed, query.after?.[0] ?? null, query.after?.[1] ?? null, query.limit],
  });
}

export async function findBuilding(database: Database, scope: Scope, buildingId: string): Promise<Building | null> {
  const [building] = await database.read<Building>(scope, {
    name: 'find-building',
    text: `select ${buildingColumns} from building b where b.tenant_id = (select current_tenant()) and b.id = $1 and b.archived_at is null`,
    values: [buildingId],
  });
  return building ?? null;
}

const occupancyJson = `json_build_object('id', o.id, 'apartmentId', o.apartment_id, 'kind', o.kind, 'fullName', o.full_name, 'email', o.email, 'phone', o.phone,
  'startsOn', o.starts_on, 'endsOn', o.ends_on, 'version', o.version)`;

const apartmentColumns = `a.id, a.building_id as "buildingId", a.label, a.floor::int, a.position::int, a.area_square_metres as "areaSquareMetres", a.version`;

/** A building's apartments in order. `today` is the building's calendar date; people appear only when `withPeople`. */
export async function listApartments(
  database: Database,
  scope: Scope,
  query: { buildingId: string; today: string; withPeople: boolean },
): Promise<Apartment[]> {
  return database.read<Apartment>(scope, {
    name: 'list-apartments',
    text: `select ${apartmentColumns},
        case when $3 then (select coalesce(json_agg(${occupancyJson} order by o.kind, o.starts_on, o.id), '[]') from occupancy o
          where o.tenant_id = a.tenant_id and o.apartment_id = a.id and o.starts_on <= $2 and (o.ends_on is null or o.ends_on >= $2)) else '[]' end as current
      from apartment a join building b on b.tenant_id = a.tenant_id and b.id = a.building_id and b.archived_at is null
      where a.tenant_id = (select current_tenant()) and a.building_id = $1 order by a.position, a.label limit 2000`,
    values: [query.buildingId, query.today, query.withPeople],
  });
}

export async function listOccupancies(database: Database, scope: Scope, apartmentId: string): Promise<Occupancy[]> {
  const rows = await database.read<{ occupancy: Occupancy }>(scope, {
    name: 'list-occupancies',
    text: `select ${occupancyJson} as occupancy from occupancy o where o.tenant_id = (select current_tenant()) and o.apartment_id = $1
      order by o.starts_on desc, o.kind, o.id limit 500`,
    values: [apartmentId],
  });
  return rows.map((row) => row.occupancy);
}

export async function buildingOfApartment(database: Database, scope: Scope, apartmentId: string): Promise<string | null> {
  const [row] = await database.read<{ buildingId: string }>(scope, {
    name: 'building-of-apartment',
    text: `select a.building_id as "buildingId" from apartment a join building b on b.tenant_id = a.tenant_id and b.id = a.building_id
      where a.tenant_id = (select current_tenant()) and a.id = $1 and b.archived_at is null`,
    values: [apartmentId],
  });
  return row?.buildingId ?? null;
}

export async function buildingOfOccupancy(database: Database, scope: Scope, occupancyId: string): Promise<string | null> {
  const [row] = await database.read<{ buildingId: string }>(scope, {
    name: 'building-of-occupancy',
    text: `select a.building_id as "buildingId" from occupancy o
      join apartment a on a.tenant_id = o.tenant_id and a.id = o.apartment_id
      join building b on b.tenant_id = a.tenant_id and b.id = a.building_id
      where o.tenant_id = (select current_tenant()) and o.id = $1 and b.archived_at is null`,
    values: [occupancyId],
  });
  return row?.buildingId ?? null;
}

export async function listWeightTables(database: Database, scope: Scope, buildingId: string): Promise<WeightTable[]> {
  return database.read<WeightTable>(scope, {
    name: 'list-weight-tables',
    text: `select t.kind, t.parts_total as "partsTotal", t.version,
        (select coalesce(json_agg(json_build_object('apartmentId', w.apartment_id, 'parts', w.parts, 'remainingChargeHundredths', w.remaining_charge_hundredths)
           order by a.position, a.label), '[]')
         from weight w join apartment a on a.tenant_id = w.tenant_id and a.id = w.apartment_id
         where w.tenant_id = t.tenant_id and w.building_id = t.building_id and w.kind = t.kind) as weights
      from weight_table t where t.tenant_id = (select current_tenant()) and t.building_id = $1 order by t.kind`,
    values: [buildingId],
  });
}

export type WeightTableWrite = Pick<WeightTable, 'kind' | 'partsTotal' | 'weights'> & {
  readonly buildingId: string;
  readonly version: number | null;
};

/** Writes the whole table; false when somebody changed it since `version` was read. */
export async function writeWeightTable(tx: Transaction, table: WeightTableWrite): Promise<boolean> {
  const key = [tx.scope.tenantId, table.buildingId, table.kind];
  const written =
    table.version === null
      ? await tx.change(
          'insert into weight_table (tenant_id, building_id, kind, parts_total) values ($1, $2, $3, $4) on conflict do nothing',
          [...key, table.partsTotal],
        )
      : await tx.change(
          'update weight_table set parts_total = $4, version = version + 1 where tenant_id = $1 and building_id = $2 and kind = $3 and version = $5',
          [...key, table.partsTotal, table.version],
        );
  if (written === 0) return false;
  await tx.change('delete from weight where tenant_id = $1 and building_id = $2 and kind = $3', key);
  await tx.change(
    `insert into weight (tenant_id, building_id, kind, apartment_id, parts, remaining_charge_hundredths)
     select $1, $2, $3, w.apartment_id, w.parts, w.remaining from unnest($4::uuid[], $5::int[], $6::int[]) as w (apartment_id, parts, remaining)`,
    [
      ...key,
      table.weights.map((weight) => weight.apartmentId),
      table.weights.map((weight) => weight.parts),
      table.weights.map((weight) => weight.remainingChargeHundredths),
    ],
  );
  return true;
}

export interface LobbyBuilding {
  readonly id: string;
  readonly name: { el: string; en: string | null };
  readonly addressLine: { el: string; en: string | null };
  readonly city: { el: string; en: string | null };
  readonly timeZone: string;
  readonly language: 'el' | 'en';
}

/** What a building shows of itself to everybody; null when it left the office. */
export async function findLobbyBuilding(tx: Transaction, buildingId: string): Promise<LobbyBuilding | null> {
  const [row] = await tx.query<LobbyBuilding>(
    `select b.id, json_build_object('el', b.name_el, 'en', b.name_en) as name, json_build_object('el', b.address_line_el, 'en', b.address_line_en) as "addressLine",
       json_build_object('el', b.city_el, 'en', b.city_en) as city, b.time_zone as "timeZone", b.language
     from building b where b.tenant_id = $1 and b.id = $2 and b.archived_at is null`,
    [tx.scope.tenantId, buildingId],
  );
  return row ?? null;
}

export async function tenantOfBuilding(database: Database, buildingId: string): Promise<string | null> {
  const [row] = await database.directory<{ tenant: string | null }>('select tenant_of_building($1) as tenant', [buildingId]);
  return row?.tenant ?? null;
}
