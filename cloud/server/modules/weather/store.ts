import type { BuildingPlace } from '@concierge/contract/http/weather.ts';
import type { WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { Reading } from './rules.ts';
import type { Coordinates } from './service.ts';

export type PlaceRow = Omit<BuildingPlace, 'weather'> & { readonly reading: Reading | null };

const placeColumns = `json_build_object('el', name_el, 'en', name_en) as name, latitude::float8, longitude::float8, version,
  weather_of_place(latitude::float8, longitude::float8) as reading`;

export async function findPlace(database: Database, scope: Scope, buildingId: string): Promise<PlaceRow | null> {
  const [row] = await database.read<PlaceRow>(scope, {
    name: 'find-place',
    text: `select ${placeColumns} from building_place where tenant_id = (select current_tenant()) and building_id = $1`,
    values: [buildingId],
  });
  return row ?? null;
}

/** Writes the building's place; false when somebody changed it since `version` was read. */
export async function writePlace(
  tx: Transaction,
  buildingId: string,
  place: Coordinates & { name: WeatherFact['place']; version: number | null },
): Promise<boolean> {
  const values = [tx.scope.tenantId, buildingId, place.name.el, place.name.en, place.latitude, place.longitude];
  const written =
    place.version === null
      ? await tx.change(
          `insert into building_place (tenant_id, building_id, name_el, name_en, latitude, longitude) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
          values,
        )
      : await tx.change(
          `update building_place set name_el = $3, name_en = $4, latitude = $5, longitude = $6, version = version + 1
           where tenant_id = $1 and building_id = $2 and version = $7`,
          [...values, place.version],
        );
  return written === 1;
}

export async function deletePlace(tx: Transaction, buildingId: string): Promise<boolean> {
  return (await tx.change('delete from building_place where tenant_id = $1 and building_id = $2', [tx.scope.tenantId, buildingId])) === 1;
}

/** Places whose weather is due, taken for as long as the lease lasts: no other replica asks for them meanwhile. */
export async function takeDuePlaces(
  database: Database,
  due: { nowMs: number; leaseSeconds: number; most: number },
): Promise<(Coordinates & { failures: number })[]> {
  return database.directory('select * from take_due_places($1, make_interval(secs => $2), $3)', [
    new Date(due.nowMs),
    due.leaseSeconds,
    due.most,
  ]);
}

export async function noteReading(database: Database, at: Coordinates, reading: Reading, nextMs: number): Promise<void> {
  await database.directory('select note_place_weather($1, $2, $3, $4, $5)', [
    at.latitude,
    at.longitude,
    JSON.stringify(reading),
    reading.measuredAt,
    new Date(nextMs),
  ]);
}

export async function noteFailure(database: Database, at: Coordinates, nextMs: number): Promise<void> {
  await database.directory('select note_place_failure($1, $2, $3)', [at.latitude, at.longitude, new Date(nextMs)]);
}

export async function buildingsOfPlace(database: Database, at: Coordinates): Promise<{ tenantId: string; buildingId: string }[]> {
  return database.directory('select tenant_id as "tenantId", building_id as "buildingId" from buildings_of_place($1, $2)', [
    at.latitude,
    at.longitude,
  ]);
}

export async function forgetUnusedPlaces(database: Database): Promise<void> {
  await database.directory('select forget_unused_places()');
}
