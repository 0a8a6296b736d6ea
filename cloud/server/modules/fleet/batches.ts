import { randomBytes } from 'node:crypto';
import type {
  AddSerialsReply,
  DeviceBatch,
  DeviceBatchBody,
  PlaceBody,
  Preauthorisation,
  SerialState,
} from '@concierge/contract/http/device-batches.ts';
import type { Permission } from '@concierge/contract/http/permissions.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { z } from 'zod';
import type { Property } from '#modules/property/index.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { decodeCursor, type Page, pageOfRows } from '#platform/http/cursor.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import {
  type BatchRow,
  type CountedBatchRow,
  endBatch,
  findBatch,
  holdBatch,
  holdTenantsBatches,
  insertBatch,
  isNameTaken,
  listBatches,
  lockBatch,
  noteLabels,
  reopenBatch,
  setBootToken,
} from './batch-store.ts';
import { shownBatch, shownSerial } from './batch-views.ts';
import { claimBound, RequestPassed } from './boot-claims.ts';
import { sameWords } from './claim-rules.ts';
import { certify, type EnrolmentDeps } from './enrolment.ts';
import {
  addSerials,
  findSerial,
  knownSerials,
  listSerials,
  lockBoundRequest,
  lockSerial,
  placeSerial,
  removeSerial,
  unbindSerial,
  unclaimedOf,
} from './serial-store.ts';

const MAX_STANDING_BATCHES = 200;
const MAX_UNCLAIMED_SERIALS = 5_000;

const byNumber = z.tuple([z.string().regex(/^\d{1,9}$/)]);
type PageOf = { cursor?: string | undefined; limit: number };

/** What an office does with devices before they come (ADR 0019). */
export interface Batches {
  create(principal: Principal, body: DeviceBatchBody): Promise<Result<DeviceBatch, Failure>>;
  list(principal: Principal, query: PageOf): Promise<Result<Page<DeviceBatch>, Failure>>;
  find(principal: Principal, batchId: string): Promise<Result<DeviceBatch, Failure>>;
  setBootToken(
    principal: Principal,
    batchId: string,
    token: { tokenSha256: string; replace: boolean },
  ): Promise<Result<DeviceBatch, Failure>>;
  serials(
    principal: Principal,
    batchId: string,
    query: PageOf & { state?: SerialState | undefined },
  ): Promise<Result<Page<Preauthorisation>, Failure>>;
  addSerials(principal: Principal, batchId: string, serials: readonly string[]): Promise<Result<AddSerialsReply, Failure>>;
  removeSerial(principal: Principal, batchId: string, serial: string): Promise<Result<null, Failure>>;
  place(principal: Principal, batchId: string, serial: string, place: PlaceBody): Promise<Result<Preauthorisation, Failure>>;
  /** Ends what is not claimed yet; devices that were claimed stay. */
  revoke(principal: Principal, batchId: string): Promise<Result<DeviceBatch, Failure>>;
  /** Undoes a revocation of the last minutes: the cards that were written are good again. */
  reopen(principal: Principal, batchId: string): Promise<Result<DeviceBatch, Failure>>;
  /** Somebody has drawn its labels. */
  noteLabels(principal: Principal, batchId: string): Promise<Result<DeviceBatch, Failure>>;
}

export interface BatchesDeps extends EnrolmentDeps {
  readonly database: Database;
  readonly property: Pick<Property, 'lobbyBuilding'>;
}

export function createBatches(deps: BatchesDeps): Batches {
  const { database } = deps;

  /** A batch without a building is for who may do it in all of them. */
  function reachable(principal: Principal, permission: Permission, buildingId: string | null): boolean {
    return buildingId === null ? principal.buildingsFor(permission) === null : principal.may(permission, buildingId);
  }

  async function readable(principal: Principal, batchId: string): Promise<Result<CountedBatchRow, Failure>> {
    const batch = await findBatch(database, principal.scope, batchId);
    return batch === null || !reachable(principal, 'device:read', batch.buildingId) ? failure({ code: 'not-found' }) : success(batch);
  }

  /** A change of the batch that only stands when `work` succeeds. */
  async function change<Value>(
    principal: Principal,
    batchId: string,
    work: (tx: Transaction, batch: BatchRow) => Promise<Result<Value, Failure>>,
    before: (tx: Transaction) => Promise<unknown> = async () => undefined,
  ): Promise<Result<Value, Failure>> {
    const seen = await readable(principal, batchId);
    if (!seen.ok) return seen;
    if (!reachable(principal, 'device:write', seen.value.buildingId)) return failure({ code: 'not-allowed' });
    return database.transaction(principal.scope, async (tx) => {
      await before(tx);
      const batch = await lockBatch(tx, batchId);
      return batch === null ? failure({ code: 'not-found' }) : work(tx, batch);
    });
  }

  async function shownNow(principal: Principal, batchId: string): Promise<Result<DeviceBatch, Failure>> {
    const batch = await readable(principal, batchId);
    return batch.ok ? success(shownBatch(batch.value)) : batch;
  }

  async function audit(
    tx: Transaction,
    principal: Principal,
    batch: Pick<BatchRow, 'id' | 'buildingId'>,
    action: string,
    details: object = {},
  ): Promise<void> {
    await deps.outbox.announceLive(tx, { subject: 'device-batch', id: batch.id, buildingId: batch.buildingId });
    await recordAudit(tx, actorOf(principal), {
      action: `device-batch.${action}`,
      subjectKind: 'device-batch',
      subjectId: batch.id,
      buildingId: batch.buildingId,
      details: { ...details },
    });
  }

  return {
    async create(principal, { name, size, serials, buildingId, lastsDays }) {
      if (!reachable(principal, 'device:write', buildingId))
        return failure({ code: buildingId === null || principal.may('building:read', buildingId) ? 'not-allowed' : 'not-found' });
      const wanted = [...new Set(serials)];
      if (wanted.length > size) return failure(tooMany('/serials'));
      const id = uuidV7(deps.nowMs(), randomBytes(16));
      const made = await database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        if (buildingId !== null && (await deps.property.lobbyBuilding(tx, buildingId)) === null) return failure({ code: 'not-found' });
        const { standing, unclaimed, nextNumber } = await holdTenantsBatches(tx);
        if (await isNameTaken(tx, name)) return failure({ code: 'batch-name-taken' });
        if (standing >= MAX_STANDING_BATCHES || unclaimed + wanted.length > MAX_UNCLAIMED_SERIALS)
          return failure({ code: 'too-many-batches' });
        await insertBatch(tx, { id, number: nextNumber, name, buildingId, size, createdBy: principal.userId, lastsDays });
        await addSerials(tx, id, size, wanted);
        await audit(tx, principal, { id, buildingId }, 'created', { name, size, serials: wanted.length, lastsDays });
        return success(null);
      });
      return made.ok ? shownNow(principal, id) : made;
    },

    async list(principal, query) {
      const cursor = decodeCursor(query.cursor, byNumber);
      if (!cursor.ok) return cursor;
      const rows = await listBatches(database, principal.scope, {
        allowed: principal.buildingsFor('device:read'),
        beforeNumber: cursor.value === null ? null : Number(cursor.value[0]),
        limit: query.limit + 1,
      });
      const page = pageOfRows(rows, query.limit, (row) => [String(row.number)]);
      return success({ ...page, items: page.items.map(shownBatch) });
    },

    find: shownNow,

    async setBootToken(principal, batchId, { tokenSha256, replace }) {
      const hash = Buffer.from(tokenSha256, 'hex');
      const set = await change<null>(principal, batchId, async (tx, batch) => {
        if (batch.over) return failure({ code: 'batch-over' });
        if (batch.bootTokenHash?.equals(hash) === true) return success(null);
        if (batch.bootTokenHash !== null && !replace) return failure({ code: 'boot-token-exists' });
        await setBootToken(tx, batchId, hash);
        await audit(tx, principal, batch, 'boot-token-made', { replaced: batch.bootTokenHash !== null });
        return success(null);
      });
      return set.ok ? shownNow(principal, batchId) : set;
    },

    async serials(principal, batchId, query) {
      const cursor = decodeCursor(query.cursor, byNumber);
      if (!cursor.ok) return cursor;
      const batch = await readable(principal, batchId);
      if (!batch.ok) return batch;
      const rows = await listSerials(database, principal.scope, {
        batchId,
        state: query.state ?? null,
        afterNumber: cursor.value === null ? null : Number(cursor.value[0]),
        limit: query.limit + 1,
      });
      const page = pageOfRows(rows, query.limit, (row) => [String(row.number)]);
      return success({ ...page, items: page.items.map((row) => shownSerial(principal, batch.value, row)) });
    },

    async addSerials(principal, batchId, serials) {
      let counted: { unclaimed: number } | null = null;
      return change<AddSerialsReply>(
        principal,
        batchId,
        async (tx, batch) => {
          if (batch.over) return failure({ code: 'batch-over' });
          const known = new Set(await knownSerials(tx, batchId));
          const fresh = [...new Set(serials)].filter((serial) => !known.has(serial));
          if (known.size + fresh.length > batch.size) return failure(tooMany('/serials'));
          if ((counted?.unclaimed ?? 0) + fresh.length > MAX_UNCLAIMED_SERIALS) return failure({ code: 'too-many-batches' });
          const added = await addSerials(tx, batchId, batch.size, fresh);
          if (added !== fresh.length) throw new Error(`${added} of ${fresh.length} serials found a number in a batch that has room`);
          if (added > 0) await audit(tx, principal, batch, 'serials-added', { serials: added });
          return success({ added, alreadyThere: new Set(serials).size - added });
        },
        async (tx) => (counted = await holdTenantsBatches(tx)),
      );
    },

    async removeSerial(principal, batchId, serial) {
      return change<null>(principal, batchId, async (tx, batch) => {
        if (!(await removeSerial(tx, batchId, serial))) return failure({ code: 'not-found' });
        await audit(tx, principal, batch, 'serial-removed', { serial });
        return success(null);
      });
    },

    async place(principal, batchId, serial, { words, ...place }) {
      const seen = await readable(principal, batchId);
      if (!seen.ok) return seen;
      if (!principal.may('device:write', place.buildingId))
        return failure({ code: principal.may('building:read', place.buildingId) ? 'not-allowed' : 'not-found' });
      if (!reachable(principal, 'device:write', seen.value.buildingId)) return failure({ code: 'not-allowed' });
      const placed = await database
        .transaction<Result<null, Failure>>(principal.scope, async (tx) => {
          if ((await deps.property.lobbyBuilding(tx, place.buildingId)) === null) return failure({ code: 'not-found' });
          const batch = await holdBatch(tx, batchId);
          const authorised = await lockSerial(tx, batchId, serial);
          if (batch === null || authorised === null) return failure({ code: 'not-found' });
          if (authorised.deviceEnd !== null) return failure({ code: 'device-gone' });
          // The same again, because the reply was lost: it is done, and moving a device is another matter.
          if (authorised.deviceId !== null)
            return authorised.deviceBuildingId === place.buildingId ? success(null) : failure({ code: 'claim-taken' });
          if (batch.over) return failure({ code: 'batch-over' });
          // Another machine than the one somebody stands before: it is put aside, and the serial is the next one's. Remembered, so no error undoes it.
          if (authorised.keyThumbprint !== null && words !== undefined && !sameWords(authorised.keyThumbprint, words)) {
            await unbindSerial(tx, batchId, serial);
            await audit(tx, principal, { id: batchId, buildingId: place.buildingId }, 'serial-turned-down', {
              serial,
              reason: 'wrong words',
            });
            return failure({ code: 'claim-words-wrong' });
          }
          await placeSerial(tx, batchId, serial, place);
          await audit(tx, principal, { id: batchId, buildingId: place.buildingId }, 'serial-placed', { serial });
          const request = authorised.requestId === null ? null : await lockBoundRequest(tx, authorised.requestId);
          if (request === null || authorised.requestId === null) return success(null);
          const device = await certify(deps, request.csrPem);
          if (device === null) return failure({ code: 'claim-refused' });
          const chosen = { number: authorised.number, deviceName: place.name, placement: place.placement };
          const { buildingId } = place;
          await claimBound(tx, deps, actorOf(principal), {
            batch,
            serial,
            authorised: chosen,
            requestId: authorised.requestId,
            device,
            buildingId,
          });
          return success(null);
        })
        .catch((error: unknown) => {
          if (error instanceof RequestPassed) return failure<Failure>({ code: 'claim-ended' });
          throw error;
        });
      if (!placed.ok) return placed;
      const row = await findSerial(database, principal.scope, batchId, serial);
      return row === null ? failure({ code: 'not-found' }) : success(shownSerial(principal, seen.value, row));
    },

    async revoke(principal, batchId) {
      const ended = await change<null>(principal, batchId, async (tx, batch) => {
        if (!batch.revoked) {
          await endBatch(tx, batchId);
          await audit(tx, principal, batch, 'revoked');
        }
        return success(null);
      });
      return ended.ok ? shownNow(principal, batchId) : ended;
    },

    async reopen(principal, batchId) {
      let counted: { standing: number; unclaimed: number } | null = null;
      const reopened = await change<null>(
        principal,
        batchId,
        async (tx, batch) => {
          // The same again, because the reply was lost.
          if (!batch.over) return success(null);
          const { unclaimed } = await unclaimedOf(tx, batchId);
          if (counted === null || counted.standing >= MAX_STANDING_BATCHES || counted.unclaimed + unclaimed > MAX_UNCLAIMED_SERIALS)
            return failure({ code: 'too-many-batches' });
          if (!(await reopenBatch(tx, batchId))) return failure({ code: 'batch-not-reopened' });
          await audit(tx, principal, batch, 'reopened');
          return success(null);
        },
        async (tx) => (counted = await holdTenantsBatches(tx)),
      );
      return reopened.ok ? shownNow(principal, batchId) : reopened;
    },

    async noteLabels(principal, batchId) {
      const noted = await change<null>(principal, batchId, async (tx, batch) => {
        await noteLabels(tx, batchId);
        await audit(tx, principal, batch, 'labels-drawn');
        return success(null);
      });
      return noted.ok ? shownNow(principal, batchId) : noted;
    },
  };
}

function tooMany(pointer: string): Failure {
  return {
    code: 'invalid-fields',
    errors: [
      {
        pointer,
        message: {
          el: 'Οι σειριακοί αριθμοί είναι περισσότεροι από τις συσκευές της παρτίδας.',
          en: 'more serials than the batch has devices',
        },
      },
    ],
  };
}
