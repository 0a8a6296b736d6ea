import { X509Certificate } from 'node:crypto';
import { RenewalReply } from '@concierge/contract/http/devices.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { deviceRequest } from './device-key.ts';
import { type CertificateFault, checkCertificate, type DeviceIdentity, saveCertificate } from './identity.ts';
import { type PostFailure, postToCloud } from './post-to-cloud.ts';
import type { PrivateDirectory } from './private-directory.ts';

/** How often the certificate's age is looked at; a failed renewal is tried again at the next look. */
const LOOK_EVERY_MS = 3_600_000;
/** Devices that were switched on by the same power cut do not all ask in the same minute. */
const FIRST_LOOK_MS = { least: 60_000, most: 600_000 } as const;

/** Whether two thirds of the certificate's life are over, so that the next one overlaps with it by a third. One that has run out is due too. */
export function isDue(certificate: Pick<X509Certificate, 'validFrom' | 'validTo'>, nowMs: number): boolean {
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return nowMs >= fromMs + ((toMs - fromMs) * 2) / 3;
}

export interface Renewal {
  start(identity: DeviceIdentity): void;
  stop(): void;
}

/** Renews the device's certificate while the one before still holds. The key stays: it is who the device is. */
export function createRenewal(deps: {
  readonly directory: PrivateDirectory;
  /** Stands for the cloud's address of the claim, when the cloud moved. */
  readonly cloudUrl: string | undefined;
  serial(): string;
  /** The time, or null while nobody knows it: then nothing can be said about a certificate's age. */
  nowMs(): number | null;
  random(): number;
  /** Both in place of an hour and of minutes. */
  readonly lookEveryMs?: number;
  readonly firstLookMs?: number;
  /** Goes on with the new certificate. */
  onRenewed(identity: DeviceIdentity): void;
  readonly logger: Logger;
}): Renewal {
  let timer: NodeJS.Timeout | undefined;
  let stopping = new AbortController();

  async function renew(identity: DeviceIdentity): Promise<Result<DeviceIdentity, PostFailure | CertificateFault>> {
    const { csrPem } = await deviceRequest(deps.directory, deps.serial());
    const reply = await postToCloud({
      url: new URL('/api/kiosk/certificates', deps.cloudUrl ?? identity.cloudUrl),
      body: { deviceId: identity.deviceId, csrPem },
      reply: RenewalReply,
      stopping: stopping.signal,
    });
    if (!reply.ok) return reply;
    // From the authority that was pinned at the claim, for this device and this key: nothing else may take the old one's place.
    const renewed = { ...identity, certificatePem: reply.value.certificatePem };
    const fault = checkCertificate(renewed, identity.keyPem);
    if (fault !== null) return failure(fault);
    saveCertificate(deps.directory, renewed.certificatePem);
    return success(renewed);
  }

  async function look(identity: DeviceIdentity): Promise<DeviceIdentity> {
    const nowMs = deps.nowMs();
    if (nowMs === null || !isDue(new X509Certificate(identity.certificatePem), nowMs)) return identity;
    const outcome = await renew(identity);
    if (stopping.signal.aborted) return identity;
    if (!outcome.ok) {
      deps.logger.warn({ reason: outcome.error }, 'the certificate is not renewed yet');
      return identity;
    }
    deps.logger.info('the certificate is renewed');
    deps.onRenewed(outcome.value);
    return outcome.value;
  }

  async function lookAgain(identity: DeviceIdentity): Promise<void> {
    let next = identity;
    try {
      next = await look(identity);
    } catch (error) {
      deps.logger.error({ error }, 'the renewal failed unexpectedly');
    }
    if (!stopping.signal.aborted) schedule(next, deps.lookEveryMs ?? LOOK_EVERY_MS);
  }

  function schedule(identity: DeviceIdentity, delayMs: number): void {
    timer = setTimeout(() => void lookAgain(identity), delayMs).unref();
  }

  return {
    start(identity) {
      clearTimeout(timer);
      stopping = new AbortController();
      schedule(identity, deps.firstLookMs ?? FIRST_LOOK_MS.least + deps.random() * (FIRST_LOOK_MS.most - FIRST_LOOK_MS.least));
    },
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}
