import { featuresNeeded, withoutFeatures } from '@concierge/contract/plans.ts';
import { signDocument } from '@concierge/contract/signed-document.ts';
import type { Plans } from '#modules/plans/index.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import { isByRetiredKey } from '#platform/keys/signing-keys.ts';
import { findRevision, scenesOfDevice, writeScenes } from './scene-store.ts';

/** An arrangement is no statement about the building, so it may stand for as long as a device may be away. */
const LIFE_MS = 400 * 86_400_000;
/** One that a living device holds is signed anew long before it runs out. */
const RENEWED_AFTER_MS = 90 * 86_400_000;

/** The signed arrangement of a device. */
export interface DeviceScenes {
  /** What the device should hold, as far as the office's plan goes, made anew when another one is due; null when it never had one. The device's row must be locked. */
  current(tx: Transaction, device: { id: string; buildingId: string }): Promise<{ sequence: number; jws: string } | null>;
}

export function createDeviceScenes(deps: { signing: Keyring['signing']; plans: Pick<Plans, 'lacking'>; nowMs(): number }): DeviceScenes {
  return {
    async current(tx, { id: deviceId, buildingId }) {
      const nowMs = deps.nowMs();
      const { stored, wanted } = await scenesOfDevice(tx, deviceId);
      if (stored === null && wanted === null) return null;
      const lacking = wanted === null ? [] : await deps.plans.lacking(tx.scope);
      // With the whole plan nothing is left out, and what is published need not be read to know that.
      const looked = wanted === null || lacking.length === 0 ? null : await findRevision(tx, wanted.configId, wanted.revision);
      const leftOut = looked === null ? [] : featuresNeeded(looked).filter((feature) => lacking.includes(feature));
      const isCurrent =
        stored !== null &&
        stored.buildingId === buildingId &&
        stored.configId === (wanted?.configId ?? null) &&
        stored.revision === (wanted?.revision ?? 0) &&
        stored.leftOut.join() === leftOut.join() &&
        nowMs - stored.issuedAt.getTime() < RENEWED_AFTER_MS &&
        !isByRetiredKey(stored.jws, deps.signing);
      if (isCurrent) return stored;
      const published = wanted === null ? null : (looked ?? (await findRevision(tx, wanted.configId, wanted.revision)));
      if (wanted !== null && published === null) throw new Error('a published revision is kept while it is the newest');
      const list = published === null ? null : withoutFeatures(published, leftOut);
      const sequence = (stored?.sequence ?? 0) + 1;
      const issuedAt = new Date(nowMs);
      const jws = await signDocument(
        'scenes',
        {
          kind: 'scenes',
          deviceId,
          buildingId,
          sequence,
          issuedAt: issuedAt.toISOString(),
          expiresAt: new Date(nowMs + LIFE_MS).toISOString(),
          configuration: wanted === null || list === null ? null : { id: wanted.configId, revision: wanted.revision, list },
        },
        deps.signing,
      );
      await writeScenes(tx, deviceId, {
        sequence,
        buildingId,
        configId: wanted?.configId ?? null,
        revision: wanted?.revision ?? 0,
        leftOut,
        jws,
        issuedAt,
      });
      return { sequence, jws };
    },
  };
}
