import { createHash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ConnectReply } from '@concierge/contract/http/kiosk-connect.ts';
import { QR_SLOT_SECONDS } from '@concierge/contract/mqtt/qr-batch.ts';
import { decodePresenceToken } from '@concierge/contract/qr-token.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Fleet } from '#modules/fleet/index.ts';
import type { Property } from '#modules/property/index.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import { presenceMacsOf } from './presence-batches.ts';
import { judgeSlot } from './rules.ts';
import { insertProof } from './store.ts';

export interface Presence {
  /**
   * Turns a scanned code into a short join session of this browser. It proves that somebody stood before the screen, nothing about who. The same browser gets the same
   * answer again while its join session lasts; later, or with the session's cookie gone, the code is used up for it.
   */
  connect(attempt: {
    token: string;
    browserId: string;
    joinSecret: string | undefined;
  }): Promise<Result<{ reply: ConnectReply; joinSecret: string }, Failure>>;
}

const JOIN_MINUTES = 15;

export interface PresenceDeps {
  readonly database: Database;
  readonly fleet: Fleet;
  readonly property: Property;
  readonly presenceKey: KeyObject;
  nowMs(): number;
}

export function createPresence(deps: PresenceDeps): Presence {
  const { database, fleet, property } = deps;
  return {
    async connect({ token, browserId, joinSecret }) {
      const shown = decodePresenceToken(token);
      if (shown === null) return failure({ code: 'presence-invalid' });
      // The MAC first: a made-up token must not learn whether a device exists.
      if (!timingSafeEqual(presenceMacsOf(deps.presenceKey, shown.deviceId)(shown.slot), shown.mac))
        return failure({ code: 'presence-invalid' });
      if (judgeSlot(shown.slot, QR_SLOT_SECONDS, deps.nowMs()) !== 'valid') return failure({ code: 'presence-expired' });
      const tenantId = await fleet.tenantOfDevice(shown.deviceId);
      if (tenantId === null) return failure({ code: 'presence-expired' });
      return database.transaction<Result<{ reply: ConnectReply; joinSecret: string }, Failure>>(
        { tenantId, sessionId: null },
        async (tx) => {
          const device = await fleet.lockDevice(tx, shown.deviceId);
          const building = device === null ? null : await property.lobbyBuilding(tx, device.buildingId);
          if (building === null) return failure({ code: 'presence-expired' });
          const secret = randomBytes(32).toString('base64url');
          const { inserted, proof } = await insertProof(tx, {
            deviceId: shown.deviceId,
            buildingId: building.id,
            slot: shown.slot,
            browserHash: hashOf(browserId),
            joinHash: hashOf(secret),
            joinUntil: new Date(deps.nowMs() + JOIN_MINUTES * 60_000),
          });
          if (!inserted) {
            const same = joinSecret !== undefined && timingSafeEqual(hashOf(joinSecret), proof.joinHash);
            if (!same || proof.joinUntil.getTime() <= deps.nowMs()) return failure({ code: 'presence-used' });
          } else {
            await recordAudit(
              tx,
              { kind: 'visitor', id: null },
              { action: 'presence.proven', subjectKind: 'device', subjectId: shown.deviceId, buildingId: building.id },
            );
          }
          const { id, name, addressLine, city } = building;
          return success({
            reply: { building: { id, name, addressLine, city }, joinUntil: proof.joinUntil.toISOString() },
            joinSecret: inserted ? secret : (joinSecret ?? ''),
          });
        },
      );
    },
  };
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
