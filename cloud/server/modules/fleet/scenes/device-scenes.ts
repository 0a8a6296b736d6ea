import { signDocument } from '@concierge/contract/signed-document.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import { findRevision, scenesOfDevice, writeScenes } from './scene-store.ts';

/** An arrangement is no statement about the building, so it may stand for as long as a device may be away. */
const LIFE_MS = 400 * 86_400_000;
/** One that a living device holds is signed anew long before it runs out. */
const RENEWED_AFTER_MS = 90 * 86_400_000;

/** The signed arrangement of a device. */
export interface DeviceScenes {
  /** What the device should hold, made anew when another one is due; null when it never had one. The device's row must be locked. */
  current(tx: Transaction, device: { id: string; buildingId: string }): Promise<{ sequence: number; jws: string } | null>;
}

export function createDeviceScenes(deps: { signing: Keyring['signing']; nowMs(): number }): DeviceScenes {
  return {
    async current(tx, { id: deviceId, buildingId }) {
      const nowMs = deps.nowMs();
      const { stored, wanted } = await scenesOfDevice(tx, deviceId);
      if (stored === null && wanted === null) return null;
      const isCurrent =
        stored !== null &&
        stored.buildingId === buildingId &&
        stored.configId === (wanted?.configId ?? null) &&
        stored.revision === (wanted?.revision ?? 0) &&
        nowMs - stored.issuedAt.getTime() < RENEWED_AFTER_MS;
      if (isCurrent) return stored;
      const list = wanted === null ? null : await findRevision(tx, wanted.configId, wanted.revision);
      if (wanted !== null && list === null) throw new Error('a published revision is kept while it is the newest');
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
        jws,
        issuedAt,
      });
      return { sequence, jws };
    },
  };
}
