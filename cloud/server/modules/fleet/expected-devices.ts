import type { ExpectedDevice, ExpectedDeviceDetail, ExpectedDevicePage, LabelTarget } from '@concierge/contract/http/device-batches.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import { decodeCursor, pageOfRows } from '#platform/http/cursor.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import { type CountedBatchRow, findBatch } from './batch-store.ts';
import { shownSerial } from './batch-views.ts';
import { wordPairsToChooseFrom } from './claim-rules.ts';
import { countExpected, type ExpectedRow, findLabel, findSerial, listExpected } from './serial-store.ts';
import { findDevice } from './store.ts';

const batchAndNumber = z.tuple([z.string().regex(/^\d{1,9}$/), z.string().regex(/^\d{1,4}$/)]);

/** Machines that may come with a batch's cards, from whichever batch they are: what an office looks for when a box is opened, and where a label leads (ADR 0027). */
export interface ExpectedDevices {
  list(
    principal: Principal,
    query: { state: 'waiting' | 'open'; cursor?: string | undefined; limit: number },
  ): Promise<Result<ExpectedDevicePage, Failure>>;
  find(principal: Principal, batchId: string, serial: string): Promise<Result<ExpectedDeviceDetail, Failure>>;
  /** `mark` is the end of the batch's id, where the label says it. */
  label(principal: Principal, deviceNumber: string, mark: string | null): Promise<Result<LabelTarget, Failure>>;
}

export function createExpectedDevices(deps: { readonly database: Database }): ExpectedDevices {
  const { database } = deps;

  async function readable(principal: Principal, batchId: string): Promise<CountedBatchRow | null> {
    const batch = await findBatch(database, principal.scope, batchId);
    if (batch === null) return null;
    const may = batch.buildingId === null ? principal.buildingsFor('device:read') === null : principal.may('device:read', batch.buildingId);
    return may ? batch : null;
  }

  return {
    async list(principal, { state, cursor: from, limit }) {
      const cursor = decodeCursor(from, batchAndNumber);
      if (!cursor.ok) return cursor;
      const allowed = principal.buildingsFor('device:read');
      const after = cursor.value === null ? null : { batchNumber: Number(cursor.value[0]), number: Number(cursor.value[1]) };
      const rows = await listExpected(database, principal.scope, { allowed, presented: state === 'waiting', after, limit: limit + 1 });
      const page = pageOfRows(rows, limit, (row) => [String(row.batchNumber), String(row.number)]);
      return success({
        ...page,
        items: page.items.map((row) => shown(principal, row)),
        ...(await countExpected(database, principal.scope, allowed)),
      });
    },

    async find(principal, batchId, serial) {
      const batch = await readable(principal, batchId);
      const row = batch === null ? null : await findSerial(database, principal.scope, batchId, serial);
      if (batch === null || row === null) return failure({ code: 'not-found' });
      const seen = shownSerial(principal, batch, row);
      const wordPairs = seen.state === 'waiting' && row.keyThumbprint !== null ? wordPairsToChooseFrom(row.keyThumbprint) : null;
      return success({ ...seen, batch: { id: batch.id, number: batch.number, name: batch.name }, wordPairs });
    },

    async label(principal, deviceNumber, mark) {
      const [batchNumber = 0, number = 0] = deviceNumber.split('-').map(Number);
      const found = await findLabel(database, principal.scope, { batchNumber, number, mark });
      if (found === null || number < 1 || number > found.size) return failure({ code: 'not-found' });
      const batch = await findBatch(database, principal.scope, found.batchId);
      const row = found.serial === null ? null : await findSerial(database, principal.scope, found.batchId, found.serial);
      if (batch === null) return failure({ code: 'not-found' });
      const seen = row === null ? null : shownSerial(principal, batch, row);
      const device = seen?.state === 'claimed' && seen.device !== null ? await findDevice(database, principal.scope, seen.device.id) : null;
      const deviceId = device !== null && principal.may('device:read', device.buildingId) ? device.id : null;
      const mayBatch = (await readable(principal, found.batchId)) !== null;
      // The screen may hang where this person looks after it, and its batch be another's: then it is led to, and nothing else is said.
      if (!mayBatch && deviceId === null) return failure({ code: 'not-found' });
      return success({
        deviceNumber,
        state: seen?.state ?? (batch.over ? 'ended' : 'unlisted'),
        batch: mayBatch ? { id: batch.id, number: batch.number, name: batch.name } : null,
        serial: mayBatch ? found.serial : null,
        deviceId,
      });
    },
  };
}

function shown(principal: Principal, row: ExpectedRow): ExpectedDevice {
  const { batchId: id, batchNumber: number, batchName: name, batchBuildingId } = row;
  return { ...shownSerial(principal, { number, buildingId: batchBuildingId, over: false }, row), batch: { id, number, name } };
}
