import { createHash, randomBytes } from 'node:crypto';
import type { ClaimReply } from '@concierge/contract/http/devices.ts';
import type { PublicSigningKey } from '@concierge/contract/keys.ts';
import type { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { CertificateAuthority } from '#platform/keys/authority.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { insertClaim, insertDevice, tenantOfClaim, useClaim } from './store.ts';

/** A building has one more screen. */
export const DEVICE_CLAIMED = 'device.claimed';

const CERTIFICATE_DAYS = 90;
const TOKEN_HOURS = 24;
const defaultDisplay: DisplaySettings = { language: 'alternate', widthMm: null };

export interface DevelopmentClaims {
  /** A single-use token with which one device may claim a place in the building. Returned once; only its hash is kept. */
  issueToken(tenantId: string, buildingId: string, deviceName: string): Promise<string>;
  /** Gives the device its certificate and the keys to pin. Every refusal looks the same. */
  redeem(claim: { token: string; csrPem: string; serial: string }): Promise<Result<ClaimReply, Failure>>;
}

export interface DevelopmentClaimsDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly authority: CertificateAuthority;
  readonly signingKeys: readonly PublicSigningKey[];
  readonly brokerUrl: () => string;
  readonly cloudUrl: string;
  nowMs(): number;
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
      const deviceId = uuidV7(deps.nowMs(), randomBytes(16));
      const certificate = await deps.authority.issueForRequest(csrPem, deviceId, CERTIFICATE_DAYS);
      if (certificate === null) return failure({ code: 'claim-refused' });
      return database.transaction<Result<ClaimReply, Failure>>({ tenantId, sessionId: null }, async (tx) => {
        const claim = await useClaim(tx, tokenHash);
        if (claim === null) return failure({ code: 'claim-refused' });
        await insertDevice(tx, {
          id: deviceId,
          buildingId: claim.buildingId,
          name: claim.deviceName,
          serial,
          fingerprint: certificate.fingerprint,
          certificateExpiresAt: certificate.expiresAt,
          display: defaultDisplay,
        });
        await recordAudit(
          tx,
          { kind: 'device', id: deviceId },
          { action: 'device.claimed', subjectKind: 'device', subjectId: deviceId, buildingId: claim.buildingId },
        );
        await deps.outbox.emit(tx, DEVICE_CLAIMED, { tenantId, buildingId: claim.buildingId, subjectId: deviceId });
        await deps.outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: claim.buildingId });
        return success({
          deviceId,
          buildingId: claim.buildingId,
          certificatePem: certificate.certificatePem,
          authorityPem: deps.authority.certificatePem,
          brokerUrl: deps.brokerUrl(),
          cloudUrl: deps.cloudUrl,
          signingKeys: deps.signingKeys.map((key) => ({ ...key })),
        });
      });
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
