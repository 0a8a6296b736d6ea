import { createHmac, type KeyObject } from 'node:crypto';
import { QR_BATCH_SLOTS, QR_SLOT_SECONDS } from '@concierge/contract/mqtt/qr-batch.ts';
import { MAC_BYTES, presencePayloadsOf } from '@concierge/contract/qr-token.ts';
import { signDocument } from '@concierge/contract/signed-document.ts';
import type { Fleet } from '#modules/fleet/index.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import { isByRetiredKey } from '#platform/keys/signing-keys.ts';
import { QR_RENEW_BELOW_SECONDS } from './rules.ts';
import { findBatch, type StoredBatch, writeBatch } from './store.ts';

export interface PresenceBatches {
  /** The device's batch of codes, made anew when it would run out within hours. The device's row must be locked. */
  current(tx: Transaction, deviceId: string, buildingId: string): Promise<StoredBatch>;
}

export interface PresenceBatchesDeps {
  readonly fleet: Fleet;
  readonly signing: Keyring['signing'];
  readonly presenceKey: KeyObject;
  readonly publicUrl: URL;
  nowMs(): number;
}

export function createPresenceBatches(deps: PresenceBatchesDeps): PresenceBatches {
  const urlPrefix = new URL('/j/', deps.publicUrl).href;
  return {
    async current(tx, deviceId, buildingId) {
      const nowMs = deps.nowMs();
      const stored = await findBatch(tx, deviceId);
      if (stored !== null && stored.buildingId === buildingId && !isByRetiredKey(stored.jws, deps.signing)) {
        const endsAtMs = (stored.firstSlot + stored.slotCount) * QR_SLOT_SECONDS * 1000;
        if (endsAtMs - nowMs > QR_RENEW_BELOW_SECONDS * 1000) return stored;
      }
      // A minute back, for a kiosk whose clock runs behind.
      const firstSlot = Math.floor(nowMs / 1000 / QR_SLOT_SECONDS) - 2;
      const sequence = (stored?.sequence ?? 0) + 1;
      const macOf = presenceMacsOf(deps.presenceKey, deviceId);
      const macs = Buffer.concat(Array.from({ length: QR_BATCH_SLOTS }, (_, index) => macOf(firstSlot + index)));
      const jws = await signDocument(
        'qr',
        {
          kind: 'qr',
          deviceId,
          buildingId,
          sequence,
          issuedAt: new Date(nowMs).toISOString(),
          expiresAt: new Date((firstSlot + QR_BATCH_SLOTS) * QR_SLOT_SECONDS * 1000).toISOString(),
          urlPrefix,
          firstSlot,
          macs: macs.toString('base64url'),
        },
        deps.signing,
      );
      const batch = { sequence, buildingId, firstSlot, slotCount: QR_BATCH_SLOTS, jws };
      await writeBatch(tx, deviceId, { ...batch, issuedAt: new Date(nowMs) });
      await deps.fleet.setQrSequence(tx, deviceId, sequence);
      return batch;
    },
  };
}

/** By slot: HMAC-SHA-256 over the token's first 21 bytes, cut to 128 bits (see the contract's `qr-token.ts`). */
export function presenceMacsOf(key: KeyObject, deviceId: string): (slot: number) => Buffer {
  const payloadOf = presencePayloadsOf(deviceId);
  return (slot) => createHmac('sha256', key).update(payloadOf(slot)).digest().subarray(0, MAC_BYTES);
}
