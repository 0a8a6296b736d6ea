import type { BuildingPlaceReply, FoundPlace, PlaceBody } from '@concierge/contract/http/weather.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Property } from '#modules/property/index.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { WEATHER_CHANGED } from './poll.ts';
import { weatherFact } from './rules.ts';
import type { WeatherService } from './service.ts';
import { deletePlace, findPlace, writePlace } from './store.ts';

/** Says that a building shows the weather of another place, which may never have been asked for. */
export const PLACE_CHANGED = 'weather.place-changed';

/** What the office does about the place whose weather a building shows. */
export interface Places {
  get(principal: Principal, buildingId: string): Promise<Result<BuildingPlaceReply, Failure>>;
  put(principal: Principal, buildingId: string, body: PlaceBody): Promise<Result<BuildingPlaceReply, Failure>>;
  remove(principal: Principal, buildingId: string): Promise<Result<null, Failure>>;
  search(name: string): Promise<Result<FoundPlace[], Failure>>;
}

export function createPlaces(deps: {
  database: Database;
  outbox: Outbox;
  property: Pick<Property, 'buildings' | 'lobbyBuilding'>;
  service: WeatherService | null;
  nowMs(): number;
}): Places {
  const { database, outbox, property, service } = deps;
  const canSearch = service !== null && service.search !== null;

  async function get(principal: Principal, buildingId: string): Promise<Result<BuildingPlaceReply, Failure>> {
    const building = await property.buildings.get(principal, buildingId);
    if (!building.ok) return building;
    const row = await findPlace(database, principal.scope, buildingId);
    if (row === null) return success({ service: service !== null, search: canSearch, place: null });
    const { reading, ...place } = row;
    const weather = reading === null ? null : weatherFact(place.name, reading, deps.nowMs());
    return success({ service: service !== null, search: canSearch, place: { ...place, weather } });
  }

  function refusal(principal: Principal, buildingId: string): Failure | null {
    if (!principal.may('building:read', buildingId)) return { code: 'not-found' };
    return principal.may('building:write', buildingId) ? null : { code: 'not-allowed' };
  }

  async function note(tx: Transaction, principal: Principal, buildingId: string, action: string, details: object): Promise<void> {
    await recordAudit(tx, actorOf(principal), {
      action: `building-place.${action}`,
      subjectKind: 'building',
      subjectId: buildingId,
      buildingId,
      details: { ...details },
    });
    await outbox.emit(tx, PLACE_CHANGED, { tenantId: tx.scope.tenantId, buildingId });
    // Known weather of the new place, or none, is shown without waiting for anybody.
    await outbox.emit(tx, WEATHER_CHANGED, { tenantId: tx.scope.tenantId, buildingId });
    await outbox.announceLive(tx, { subject: 'building', id: buildingId, buildingId });
  }

  return {
    get,

    async put(principal, buildingId, body) {
      const refused = refusal(principal, buildingId);
      if (refused !== null) return failure(refused);
      const failed = await database.transaction<Failure | null>(principal.scope, async (tx) => {
        if ((await property.lobbyBuilding(tx, buildingId)) === null) return { code: 'not-found' };
        if (!(await writePlace(tx, buildingId, body))) return { code: 'version-conflict' };
        // Degrees as text: the audit's hashes know whole numbers only.
        await note(tx, principal, buildingId, 'changed', { name: body.name.el, at: `${body.latitude} ${body.longitude}` });
        return null;
      });
      return failed === null ? get(principal, buildingId) : failure(failed);
    },

    async remove(principal, buildingId) {
      const refused = refusal(principal, buildingId);
      if (refused !== null) return failure(refused);
      return database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        if (!(await deletePlace(tx, buildingId))) return failure({ code: 'not-found' });
        await note(tx, principal, buildingId, 'removed', {});
        return success(null);
      });
    },

    async search(name) {
      if (service === null || service.search === null) return failure({ code: 'not-found' });
      const found = await service.search(name);
      return found.ok ? found : failure({ code: 'places-unreachable' });
    },
  };
}
