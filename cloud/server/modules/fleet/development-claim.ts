import { createHash, randomBytes } from 'node:crypto';
import type { ClaimReply } from '@concierge/contract/http/devices.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Database } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import { certify, type EnrolmentDeps, enrol } from './enrolment.ts';
import { insertClaim, tenantOfClaim, useClaim } from './store.ts';

const TOKEN_HOURS = 24;

export interface DevelopmentClaims {
  /** A single-use token with which one device may claim a place in the building. Returned once; only its hash is kept. */
  issueToken(tenantId: string, buildingId: string, deviceName: string): Promise<string>;
  /** Gives the device its certificate and the keys to pin. Every refusal looks the same. */
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
      const device = await certify(deps, csrPem);
      if (device === null) return failure({ code: 'claim-refused' });
      return database.transaction<Result<ClaimReply, Failure>>({ tenantId, sessionId: null }, async (tx) => {
        const claim = await useClaim(tx, tokenHash);
        if (claim === null) return failure({ code: 'claim-refused' });
        const place = { buildingId: claim.buildingId, name: claim.deviceName, placement: null, serial };
        return success(await enrol(tx, deps, { kind: 'device', id: device.id }, device, place));
      });
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
