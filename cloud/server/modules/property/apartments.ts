import type {
  Apartment,
  ApartmentBody,
  ApartmentPatch,
  Occupancy,
  OccupancyBody,
  OccupancyPatch,
} from '@concierge/contract/http/apartments.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import { type Database, violatedConstraint } from '#platform/database/database.ts';
import type { Orm } from '#platform/database/orm.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { dateIn, MAX_APARTMENTS, MAX_OCCUPANCIES, tooManyComplaint } from './rules.ts';
import { buildingOfApartment, buildingOfOccupancy, findBuilding, listApartments, listOccupancies } from './store.ts';

export interface ApartmentsDeps {
  readonly database: Database;
  readonly orm: Orm;
  readonly outbox: Outbox;
  nowMs(): number;
}

export interface Apartments {
  list(principal: Principal, buildingId: string): Promise<Result<{ items: Apartment[] }, Failure>>;
  create(principal: Principal, buildingId: string, body: ApartmentBody): Promise<Result<Apartment, Failure>>;
  change(principal: Principal, apartmentId: string, patch: ApartmentPatch): Promise<Result<Apartment, Failure>>;
  remove(principal: Principal, apartmentId: string): Promise<Result<null, Failure>>;
  occupancies(principal: Principal, apartmentId: string): Promise<Result<{ items: Occupancy[] }, Failure>>;
  addOccupancy(principal: Principal, apartmentId: string, body: OccupancyBody): Promise<Result<Occupancy, Failure>>;
  changeOccupancy(principal: Principal, occupancyId: string, patch: OccupancyPatch): Promise<Result<Occupancy, Failure>>;
}

export function createApartments({ database, orm, outbox, nowMs }: ApartmentsDeps): Apartments {
  return {
    async list(principal, buildingId) {
      if (!principal.may('building:read', buildingId)) return failure({ code: 'not-found' });
      const building = await findBuilding(database, principal.scope, buildingId);
      if (building === null) return failure({ code: 'not-found' });
      return success({ items: await read(principal, buildingId, building.timeZone) });
    },

    async create(principal, buildingId, body) {
      const access = await writable(principal, buildingId);
      if (!access.ok) return access;
      return answeringConstraints(async () => {
        const id = await database.transaction(principal.scope, async (tx) => {
          if ((await orm.apartment.count({ where: { buildingId } })) >= MAX_APARTMENTS) return null;
          const made = await orm.apartment.create({ data: { tenantId: tx.scope.tenantId, buildingId, ...body }, select: { id: true } });
          await recordAudit(tx, actorOf(principal), {
            action: 'apartment.created',
            subjectKind: 'apartment',
            subjectId: made.id,
            buildingId,
          });
          await outbox.announceLive(tx, { subject: 'apartment', id: made.id, buildingId });
          return made.id;
        });
        return id === null ? tooMany(MAX_APARTMENTS) : one(principal, buildingId, id);
      });
    },

    async change(principal, apartmentId, { version, ...patch }) {
      const buildingId = await buildingOfApartment(database, principal.scope, apartmentId);
      const access = await writable(principal, buildingId);
      if (!access.ok) return access;
      return answeringConstraints(async () => {
        const changed = await database.transaction(principal.scope, async (tx) => {
          const { count } = await orm.apartment.updateMany({
            where: { id: apartmentId, version },
            data: { ...defined(patch), version: { increment: 1 } },
          });
          if (count === 0) return false;
          await recordAudit(tx, actorOf(principal), {
            action: 'apartment.changed',
            subjectKind: 'apartment',
            subjectId: apartmentId,
            buildingId: access.value,
            details: { fields: Object.keys(patch).sort() },
          });
          await outbox.announceLive(tx, { subject: 'apartment', id: apartmentId, buildingId: access.value });
          return true;
        });
        return changed ? one(principal, access.value, apartmentId) : failure({ code: 'version-conflict' });
      });
    },

    async remove(principal, apartmentId) {
      const buildingId = await buildingOfApartment(database, principal.scope, apartmentId);
      const access = await writable(principal, buildingId);
      if (!access.ok) return access;
      return answeringConstraints(async () =>
        database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
          const { count } = await orm.apartment.deleteMany({ where: { id: apartmentId } });
          if (count === 0) return failure({ code: 'not-found' });
          await recordAudit(tx, actorOf(principal), {
            action: 'apartment.removed',
            subjectKind: 'apartment',
            subjectId: apartmentId,
            buildingId: access.value,
          });
          await outbox.announceLive(tx, { subject: 'apartment', id: apartmentId, buildingId: access.value });
          return success(null);
        }),
      );
    },

    async occupancies(principal, apartmentId) {
      const buildingId = await buildingOfApartment(database, principal.scope, apartmentId);
      if (buildingId === null || !principal.may('resident-data:read', buildingId)) return failure({ code: 'not-found' });
      return success({ items: await listOccupancies(database, principal.scope, apartmentId) });
    },

    async addOccupancy(principal, apartmentId, body) {
      const buildingId = await buildingOfApartment(database, principal.scope, apartmentId);
      if (buildingId === null || !principal.may('resident-data:read', buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('resident-data:write', buildingId)) return failure({ code: 'not-allowed' });
      if (endsBeforeItStarts(body)) return invalidPeriod();
      return database.transaction<Result<Occupancy, Failure>>(principal.scope, async (tx) => {
        if ((await orm.occupancy.count({ where: { apartmentId } })) >= MAX_OCCUPANCIES) return tooMany(MAX_OCCUPANCIES);
        const made = await orm.occupancy.create({
          data: {
            tenantId: tx.scope.tenantId,
            apartmentId,
            ...body,
            startsOn: new Date(body.startsOn),
            endsOn: body.endsOn === null ? null : new Date(body.endsOn),
          },
        });
        await recordAudit(tx, actorOf(principal), {
          action: 'occupancy.created',
          subjectKind: 'occupancy',
          subjectId: made.id,
          buildingId,
          details: { kind: body.kind },
        });
        await outbox.announceLive(tx, { subject: 'occupancy', id: made.id, buildingId });
        return success(occupancyOf(made));
      });
    },

    async changeOccupancy(principal, occupancyId, { version, startsOn, endsOn, ...patch }) {
      const buildingId = await buildingOfOccupancy(database, principal.scope, occupancyId);
      if (buildingId === null || !principal.may('resident-data:read', buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('resident-data:write', buildingId)) return failure({ code: 'not-allowed' });
      return database.transaction<Result<Occupancy, Failure>>(principal.scope, async (tx) => {
        const before = await orm.occupancy.findFirst({ where: { id: occupancyId } });
        if (before === null) return failure({ code: 'not-found' });
        const period = {
          startsOn: startsOn ?? dateOf(before.startsOn),
          endsOn: endsOn === undefined ? (before.endsOn === null ? null : dateOf(before.endsOn)) : endsOn,
        };
        if (endsBeforeItStarts(period)) return invalidPeriod();
        const { count } = await orm.occupancy.updateMany({
          where: { id: occupancyId, version },
          data: {
            ...defined(patch),
            startsOn: new Date(period.startsOn),
            endsOn: period.endsOn === null ? null : new Date(period.endsOn),
            version: { increment: 1 },
          },
        });
        if (count === 0) return failure({ code: 'version-conflict' });
        await recordAudit(tx, actorOf(principal), {
          action: 'occupancy.changed',
          subjectKind: 'occupancy',
          subjectId: occupancyId,
          buildingId,
        });
        await outbox.announceLive(tx, { subject: 'occupancy', id: occupancyId, buildingId });
        const after = await orm.occupancy.findFirst({ where: { id: occupancyId } });
        return after === null ? failure({ code: 'not-found' }) : success(occupancyOf(after));
      });
    },
  };

  async function read(principal: Principal, buildingId: string, timeZone: string): Promise<Apartment[]> {
    const withPeople = principal.may('resident-data:read', buildingId);
    return listApartments(database, principal.scope, { buildingId, today: dateIn(timeZone, nowMs()), withPeople });
  }

  async function one(principal: Principal, buildingId: string, apartmentId: string): Promise<Result<Apartment, Failure>> {
    const building = await findBuilding(database, principal.scope, buildingId);
    const found =
      building === null
        ? undefined
        : (await read(principal, buildingId, building.timeZone)).find((apartment) => apartment.id === apartmentId);
    return found === undefined ? failure({ code: 'not-found' }) : success(found);
  }

  /** The building's id when the reader may change it; what they may not even see does not exist for them. */
  async function writable(principal: Principal, buildingId: string | null): Promise<Result<string, Failure>> {
    if (buildingId === null || !principal.may('building:read', buildingId)) return failure({ code: 'not-found' });
    if (!principal.may('building:write', buildingId)) return failure({ code: 'not-allowed' });
    return (await findBuilding(database, principal.scope, buildingId)) === null ? failure({ code: 'not-found' }) : success(buildingId);
  }
}

async function answeringConstraints<Value>(work: () => Promise<Result<Value, Failure>>): Promise<Result<Value, Failure>> {
  try {
    return await work();
  } catch (error) {
    const violated = violatedConstraint(error);
    if (violated === 'unique') return failure({ code: 'label-taken' });
    if (violated === 'reference') return failure({ code: 'still-in-use' });
    throw error;
  }
}

function endsBeforeItStarts(period: { startsOn: string; endsOn: string | null }): boolean {
  return period.endsOn !== null && period.endsOn < period.startsOn;
}

function invalidPeriod(): { readonly ok: false; readonly error: Failure } {
  return failure({
    code: 'invalid-fields',
    errors: [{ pointer: '/endsOn', message: { el: 'Είναι πριν από την αρχή.', en: 'before startsOn' } }],
  });
}

function tooMany(most: number): { readonly ok: false; readonly error: Failure } {
  return failure({ code: 'invalid-fields', detail: tooManyComplaint(most) });
}

/** Without the keys nobody sent, which for Prisma is not the same as keys that are undefined. */
function defined<Patch extends object>(patch: Patch): { [Key in keyof Patch]: Exclude<Patch[Key], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Patch]: Exclude<Patch[Key], undefined>;
  };
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function occupancyOf(row: {
  id: string;
  apartmentId: string;
  kind: string;
  fullName: string;
  email: string | null;
  phone: string | null;
  startsOn: Date;
  endsOn: Date | null;
  version: number;
}): Occupancy {
  return {
    id: row.id,
    apartmentId: row.apartmentId,
    kind: row.kind === 'owner' ? 'owner' : 'tenant',
    fullName: row.fullName,
    email: row.email,
    phone: row.phone,
    startsOn: dateOf(row.startsOn),
    endsOn: row.endsOn === null ? null : dateOf(row.endsOn),
    version: row.version,
  };
}
