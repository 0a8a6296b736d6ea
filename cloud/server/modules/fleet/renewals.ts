import { type DeviceEndReply, deviceEndForm } from '@concierge/contract/http/device-end.ts';
import type { RenewalReply } from '@concierge/contract/http/devices.ts';
import { signClaims } from '@concierge/contract/signed-claims.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import { CERTIFICATE_DAYS } from './enrolment.ts';
import { hasEnded, lockDeviceKey, noteCertificate, tenantOfDevice } from './store.ts';

export interface Renewals {
  /**
   * A certificate for the key the device was claimed with, also when the last one has run out; or the signed word that the device is nobody's any more, which is for whoever names it: it is worth
   * something to that device alone. Every refusal looks the same. A device is made one certificate a day: a request tells nothing of when it was written, and who recorded one could else fill the
   * table and the revocation list, or keep the device itself waiting.
   */
  renew(request: { deviceId: string; csrPem: string }): Promise<Result<RenewalReply | DeviceEndReply, Failure>>;
}

export interface RenewalsDeps {
  readonly database: Database;
  readonly keyring: Pick<Keyring, 'authority' | 'signing'>;
  nowMs(): number;
}

export function createRenewals({ database, keyring: { authority, signing }, nowMs }: RenewalsDeps): Renewals {
  async function endOf(deviceId: string): Promise<Result<DeviceEndReply, Failure>> {
    // One that is not known at all is told nothing: the database of another day may stand here.
    if (!(await hasEnded(database, deviceId))) return failure({ code: 'claim-refused' });
    const claims = { kind: 'ended', deviceId, issuedAt: new Date(nowMs()).toISOString() } as const;
    return success({ ended: await signClaims(deviceEndForm, claims, signing) });
  }

  return {
    async renew({ deviceId, csrPem }) {
      const key = await authority.requestedKey(csrPem);
      if (key === null) return failure({ code: 'claim-refused' });
      const tenantId = await tenantOfDevice(database, deviceId);
      if (tenantId === null) return endOf(deviceId);
      return database.transaction<Result<RenewalReply, Failure>>({ tenantId, sessionId: null }, async (tx) => {
        const device = await lockDeviceKey(tx, deviceId);
        if (device === null || !device.keyThumbprint.equals(key.thumbprint)) return failure({ code: 'claim-refused' });
        // The answer was lost on its way, or somebody else asked first: who does not hold the key can do nothing with it.
        if (device.recentCertificatePem !== null) return success({ certificatePem: device.recentCertificatePem });
        const certificate = await authority.issueForRequest(csrPem, deviceId, CERTIFICATE_DAYS);
        if (certificate === null) return failure({ code: 'claim-refused' });
        await noteCertificate(tx, deviceId, certificate);
        await recordAudit(
          tx,
          { kind: 'device', id: deviceId },
          {
            action: 'device.certificate-renewed',
            subjectKind: 'device',
            subjectId: deviceId,
            buildingId: device.buildingId,
            details: { serial: certificate.serial },
          },
        );
        return success({ certificatePem: certificate.certificatePem });
      });
    },
  };
}
