import { randomBytes } from 'node:crypto';
import type { ClaimReply } from '@concierge/contract/http/devices.ts';
import type { DisplaySettings } from '@concierge/contract/mqtt/desired.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { type Actor, recordAudit } from '#platform/audit/audit.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { CertificateAuthority } from '#platform/keys/authority.ts';
import type { KeyChain } from '#platform/keys/signing-keys.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { endDevice } from './end-device.ts';
import { insertDevice, lockDevicesOfKey } from './store.ts';

/** A building has one more screen. */
export const DEVICE_CLAIMED = 'device.claimed';

export const CERTIFICATE_DAYS = 90;
const defaultDisplay: DisplaySettings = { language: 'alternate', widthMm: null };

export interface EnrolmentDeps {
  readonly outbox: Outbox;
  readonly authority: CertificateAuthority;
  readonly signing: KeyChain;
  readonly brokerUrl: () => string;
  readonly cloudUrl: string;
  nowMs(): number;
}

export interface NewDevice {
  readonly id: string;
  readonly certificatePem: string;
  readonly fingerprint: string;
  readonly keyThumbprint: Uint8Array;
  readonly certificateSerial: string;
  readonly certificateExpiresAt: Date;
}

/** An id, unless it has one, and a certificate for the key that the request proves to be held; null when it proves nothing. Writes nothing. */
export async function certify(deps: EnrolmentDeps, csrPem: string, id = uuidV7(deps.nowMs(), randomBytes(16))): Promise<NewDevice | null> {
  const certificate = await deps.authority.issueForRequest(csrPem, id, CERTIFICATE_DAYS);
  if (certificate === null) return null;
  return {
    id,
    certificatePem: certificate.certificatePem,
    fingerprint: certificate.fingerprint,
    keyThumbprint: certificate.keyThumbprint,
    certificateSerial: certificate.serial,
    certificateExpiresAt: certificate.expiresAt,
  };
}

/**
 * Makes the device part of its building; returns what the device must be told. What the office has of the same key already was the same machine, which knows nothing of it any more: its life
 * ends (ADR 0016).
 */
export async function enrol(
  tx: Transaction,
  deps: EnrolmentDeps,
  actor: Actor,
  device: NewDevice,
  place: { buildingId: string; name: string; placement: string | null; serial: string },
): Promise<ClaimReply> {
  for (const earlier of await lockDevicesOfKey(tx, device.keyThumbprint))
    await endDevice(tx, deps.outbox, actor, earlier, 'device.claimed-anew');
  await insertDevice(tx, { ...device, ...place, display: defaultDisplay });
  await recordAudit(tx, actor, {
    action: 'device.claimed',
    subjectKind: 'device',
    subjectId: device.id,
    buildingId: place.buildingId,
    details: { serial: place.serial },
  });
  await deps.outbox.emit(tx, DEVICE_CLAIMED, { tenantId: tx.scope.tenantId, buildingId: place.buildingId, subjectId: device.id });
  await deps.outbox.announceLive(tx, { subject: 'device', id: device.id, buildingId: place.buildingId });
  return claimReply(deps, device, place.buildingId);
}

export function claimReply(deps: EnrolmentDeps, device: Pick<NewDevice, 'id' | 'certificatePem'>, buildingId: string): ClaimReply {
  return {
    deviceId: device.id,
    buildingId,
    certificatePem: device.certificatePem,
    authorityPem: deps.authority.certificatePem,
    brokerUrl: deps.brokerUrl(),
    cloudUrl: deps.cloudUrl,
    signingKeys: deps.signing.publicKeys.map((key) => ({ ...key })),
    signingKeysVersion: deps.signing.version,
  };
}
