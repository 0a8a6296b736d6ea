import type { Building, BuildingBody, BuildingPatch } from '@concierge/contract/http/buildings.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Orm } from '#platform/database/orm.ts';
import { decodeCursor, type Page, pageOfRows, textAndId } from '#platform/http/cursor.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { isTimeZone, MAX_BUILDINGS, tooManyBuildings } from './rules.ts';
import { findBuilding, listBuildings } from './store.ts';

/** Says that what a building shows of itself changed. */
export const BUILDING_CHANGED = 'building.changed';

export interface BuildingsDeps {
  readonly database: Database;
  readonly orm: Orm;
  readonly outbox: Outbox;
}

export interface Buildings {
  list(principal: Principal, query: { cursor?: string | undefined; limit: number }): Promise<Result<Page<Building>, Failure>>;
  get(principal: Principal, buildingId: string): Promise<Result<Building, Failure>>;
  create(principal: Principal, body: BuildingBody): Promise<Result<Building, Failure>>;
  change(principal: Principal, buildingId: string, patch: BuildingPatch): Promise<Result<Building, Failure>>;
  /** Takes the building out of every list and screen; its history stays. */
  archive(principal: Principal, buildingId: string): Promise<Result<null, Failure>>;
  /** Brings an archived building back as it was. */
  restore(principal: Principal, buildingId: string): Promise<Result<Building, Failure>>;
}

export function createBuildings({ database, orm, outbox }: BuildingsDeps): Buildings {
  return {
    async list(principal, query) {
      const cursor = decodeCursor(query.cursor, textAndId);
      if (!cursor.ok) return cursor;
      const rows = await listBuildings(database, principal.scope, {
        allowed: principal.buildingsFor('building:read'),
        after: cursor.value,
        limit: query.limit + 1,
      });
      return success(pageOfRows(rows, query.limit, (row) => [row.name.el, row.id]));
    },

    get,

    async create(principal, body) {
      // A new building is in nobody's list of single buildings, so only roles over all of them make one.
      if (principal.buildingsFor('building:write') !== null) return failure({ code: 'not-allowed' });
      if (!isTimeZone(body.timeZone)) return unknownTimeZone();
      const id = await database.transaction(principal.scope, async (tx) => {
        if ((await orm.building.count()) >= MAX_BUILDINGS) return null;
        const made = await orm.building.create({ data: { tenantId: tx.scope.tenantId, ...columnsOf(body) }, select: { id: true } });
        await recordAudit(tx, actorOf(principal), {
          action: 'building.created',
          subjectKind: 'building',
          subjectId: made.id,
          buildingId: made.id,
        });
        await announce(tx, made.id);
        return made.id;
      });
      return id === null ? failure({ code: 'invalid-fields', detail: tooManyBuildings() }) : get(principal, id);
    },

    async change(principal, buildingId, { version, ...patch }) {
      if (!principal.may('building:read', buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('building:write', buildingId)) return failure({ code: 'not-allowed' });
      if (patch.timeZone !== undefined && !isTimeZone(patch.timeZone)) return unknownTimeZone();
      const outcome = await database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        const { count } = await orm.building.updateMany({
          where: { id: buildingId, version, archivedAt: null },
          data: { ...changedColumnsOf(patch), version: { increment: 1 } },
        });
        if (count === 0)
          return failure({
            code: (await orm.building.count({ where: { id: buildingId, archivedAt: null } })) === 0 ? 'not-found' : 'version-conflict',
          });
        await recordAudit(tx, actorOf(principal), {
          action: 'building.changed',
          subjectKind: 'building',
          subjectId: buildingId,
          buildingId,
          details: { fields: Object.keys(patch).sort() },
        });
        await announce(tx, buildingId);
        return success(null);
      });
      return outcome.ok ? get(principal, buildingId) : outcome;
    },

    async archive(principal, buildingId) {
      if (!principal.may('building:read', buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('building:write', buildingId)) return failure({ code: 'not-allowed' });
      return database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        const { count } = await orm.building.updateMany({
          where: { id: buildingId, archivedAt: null },
          data: { archivedAt: new Date(), version: { increment: 1 } },
        });
        if (count === 0) return failure({ code: 'not-found' });
        await recordAudit(tx, actorOf(principal), {
          action: 'building.archived',
          subjectKind: 'building',
          subjectId: buildingId,
          buildingId,
        });
        await announce(tx, buildingId);
        return success(null);
      });
    },

    async restore(principal, buildingId) {
      if (!principal.may('building:read', buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('building:write', buildingId)) return failure({ code: 'not-allowed' });
      const outcome = await database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        const { count } = await orm.building.updateMany({
          where: { id: buildingId, archivedAt: { not: null } },
          data: { archivedAt: null, version: { increment: 1 } },
        });
        if (count === 0) return failure({ code: 'not-found' });
        await recordAudit(tx, actorOf(principal), {
          action: 'building.restored',
          subjectKind: 'building',
          subjectId: buildingId,
          buildingId,
        });
        await announce(tx, buildingId);
        return success(null);
      });
      return outcome.ok ? get(principal, buildingId) : outcome;
    },
  };

  async function get(principal: Principal, buildingId: string): Promise<Result<Building, Failure>> {
    if (!principal.may('building:read', buildingId)) return failure({ code: 'not-found' });
    const building = await findBuilding(database, principal.scope, buildingId);
    return building === null ? failure({ code: 'not-found' }) : success(building);
  }

  async function announce(tx: Parameters<Outbox['emit']>[0], buildingId: string): Promise<void> {
    await outbox.emit(tx, BUILDING_CHANGED, { tenantId: tx.scope.tenantId, buildingId });
    await outbox.announceLive(tx, { subject: 'building', id: buildingId, buildingId });
  }
}

function unknownTimeZone(): { readonly ok: false; readonly error: Failure } {
  return failure({
    code: 'invalid-fields',
    errors: [
      {
        pointer: '/timeZone',
        message: { el: 'Δεν είναι γνωστή ζώνη ώρας, όπως Europe/Athens.', en: 'not a known time zone, such as Europe/Athens' },
      },
    ],
  });
}

function columnsOf(body: BuildingBody) {
  return {
    nameEl: body.name.el,
    nameEn: body.name.en,
    addressLineEl: body.addressLine.el,
    addressLineEn: body.addressLine.en,
    cityEl: body.city.el,
    cityEn: body.city.en,
    postalCode: body.postalCode,
    timeZone: body.timeZone,
    language: body.language,
  };
}

function changedColumnsOf({ name, addressLine, city, postalCode, timeZone, language }: Omit<BuildingPatch, 'version'>) {
  return {
    ...(name === undefined ? {} : { nameEl: name.el, nameEn: name.en }),
    ...(addressLine === undefined ? {} : { addressLineEl: addressLine.el, addressLineEn: addressLine.en }),
    ...(city === undefined ? {} : { cityEl: city.el, cityEn: city.en }),
    ...(postalCode === undefined ? {} : { postalCode }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(language === undefined ? {} : { language }),
  };
}
