import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { CertificateAuthority } from '#platform/keys/authority.ts';
import { CERTIFICATE_DAYS } from './enrolment.ts';
import { lockDeviceKey, noteCertificate, tenantOfDevice } from './store.ts';

export interface Renewals {
  /**
   * A certificate for the key the device was claimed with, also when the last one has run out. Every refusal looks the same. A device is made one a day: a request tells nothing of when it was
   * written, and who recorded one could else fill the table and the revocation list, or keep the device itself waiting.
   */
  renew(request: { deviceId: string; csrPem: string }): Promise<Result<{ certificatePem: string }, Failure>>;
}

export function createRenewals({ database, authority }: { database: Database; authority: CertificateAuthority }): Renewals {
  return {
    async renew({ deviceId, csrPem }) {
      const key = await authority.requestedKey(csrPem);
      const tenantId = key === null ? null : await tenantOfDevice(database, deviceId);
      if (key === null || tenantId === null) return failure({ code: 'claim-refused' });
      return database.transaction<Result<{ certificatePem: string }, Failure>>({ tenantId, sessionId: null }, async (tx) => {
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
