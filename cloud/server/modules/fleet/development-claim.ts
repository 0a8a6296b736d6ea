import { createHash, randomBytes } from 'node:crypto';
import type { ClaimReply } from '@concierge/contract/http/devices.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import type { Database } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import { certify, claimReply, type EnrolmentDeps, enrol } from './enrolment.ts';
import { findMade, insertClaim, lockClaim, noteCertificate, tenantOfClaim } from './store.ts';

const TOKEN_HOURS = 24;
/** Each answer is another certificate, and a revocation list names them all. */
const MOST_ANSWERS = 20;

export interface DevelopmentClaims {
  /** A single-use token with which one device may claim a place in the building. Returned once; only its hash is kept. */
  issueToken(tenantId: string, buildingId: string, deviceName: string): Promise<string>;
  /**
   * Gives the device its certificate and the keys to pin. One token makes one device of one key: whoever asks again with that key, because the answer was lost, is told the same device.
   * Every refusal looks the same.
   */
  redeem(claim: { token: string; csrPem: string; serial: string }): Promise<Result<ClaimReply, Failure>>;
}

export interface DevelopmentClaimsDeps extends EnrolmentDeps {
  readonly database: Database;
}

export function createDevelopmentClaims(deps: DevelopmentClaimsDeps): DevelopmentClaims {
  const { database } = deps;
  return {
    async issueToken(tenantId, buildingId, deviceName) {
      const token = randomBytes(32).toString('base64url');
      await database.transaction({ tenantId, sessionId: null }, async (tx) => {
        await insertClaim(tx, {
          tokenHash: hashOf(token),
          buildingId,
          deviceName,
          expiresAt: new Date(deps.nowMs() + TOKEN_HOURS * 3_600_000),
        });
      });
      return token;
    },

    async redeem({ token, csrPem, serial }) {
      const tokenHash = hashOf(token);
      const tenantId = await tenantOfClaim(database, tokenHash);
      if (tenantId === null) return failure({ code: 'claim-refused' });
      return database.transaction<Result<ClaimReply, Failure>>({ tenantId, sessionId: null }, async (tx) => {
        const claim = await lockClaim(tx, tokenHash);
        const device = claim === null ? null : await certify(deps, csrPem, deviceIdOf(tokenHash, claim.expiresAt));
        if (claim === null || device === null) return failure({ code: 'claim-refused' });
        const made = await findMade(tx, device.id);
        if (made === null) {
          const place = { buildingId: claim.buildingId, name: claim.deviceName, placement: null, serial };
          return success(await enrol(tx, deps, { kind: 'device', id: device.id }, device, place));
        }
        const same = made.keyThumbprint?.equals(device.keyThumbprint) === true;
        if (!same || made.ended || made.certificates >= MOST_ANSWERS) return failure({ code: 'claim-refused' });
        await noteCertificate(tx, device.id, {
          fingerprint: device.fingerprint,
          serial: device.certificateSerial,
          expiresAt: device.certificateExpiresAt,
          certificatePem: device.certificatePem,
        });
        return success(claimReply(deps, device, made.buildingId));
      });
    },
  };
}

/** The one device that a token makes. Nobody can tell the token from it, and no second one can be made. */
function deviceIdOf(tokenHash: Buffer, expiresAt: Date): string {
  const chance = createHash('sha256').update('device of ').update(tokenHash).digest().subarray(0, 16);
  return uuidV7(expiresAt.getTime() - TOKEN_HOURS * 3_600_000, chance);
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
