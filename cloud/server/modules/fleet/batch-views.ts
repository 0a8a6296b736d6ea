import { type DeviceBatch, deviceNumber, type Preauthorisation } from '@concierge/contract/http/device-batches.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import type { Principal } from '#platform/http/principal.ts';
import { stateOfSerial } from './batch-rules.ts';
import type { BatchRow, CountedBatchRow } from './batch-store.ts';
import type { SerialRow } from './serial-store.ts';

export function shownBatch(batch: CountedBatchRow): DeviceBatch {
  const unclaimed = batch.presented + batch.unclaimed;
  return {
    id: batch.id,
    number: batch.number,
    name: batch.name,
    buildingId: batch.buildingId,
    size: batch.size,
    state: batch.revoked ? 'revoked' : batch.over ? 'expired' : 'open',
    createdAt: batch.createdAt.toISOString(),
    expiresAt: batch.expiresAt.toISOString(),
    bootTokenAt: batch.over ? null : (batch.bootTokenAt?.toISOString() ?? null),
    labelsAt: batch.labelsAt?.toISOString() ?? null,
    reopenableUntil: batch.reopenableUntil?.toISOString() ?? null,
    serials: {
      open: batch.over ? 0 : batch.unclaimed,
      waiting: batch.over ? 0 : batch.presented,
      claimed: batch.claimed,
      revoked: batch.revokedDevices,
      left: batch.leftDevices,
      ended: batch.over ? unclaimed : 0,
    },
    refusedCount: batch.refusedCount,
    lastRefusedAt: batch.lastRefusedAt?.toISOString() ?? null,
  };
}

/** What the reader of the batch sees of one of its machines. One that hangs, or will, where they may see no screens has a state and no place. */
export function shownSerial(
  principal: Principal,
  batch: Pick<BatchRow, 'number' | 'buildingId' | 'over'>,
  row: SerialRow,
): Preauthorisation {
  const place = row.deviceBuildingId ?? row.buildingId ?? batch.buildingId;
  const isHidden = place !== null && !principal.may('device:read', place);
  const state = stateOfSerial({
    batchOver: batch.over,
    presented: row.presentedAt !== null,
    deviceId: row.deviceId,
    deviceEnd: row.deviceEnd,
  });
  return {
    serial: row.serial,
    deviceNumber: deviceNumber(batch.number, row.number),
    state,
    presentedAt: row.presentedAt?.toISOString() ?? null,
    words: row.keyThumbprint === null ? null : wordPairOf(row.keyThumbprint),
    buildingId: isHidden ? null : place,
    device:
      isHidden || row.deviceId === null || row.deviceName === null || row.claimedAt === null
        ? null
        : {
            id: row.deviceId,
            name: row.deviceName,
            online: row.online && row.deviceEnd === null,
            lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
            claimedAt: row.claimedAt.toISOString(),
          },
  };
}
