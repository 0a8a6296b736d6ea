import { X509Certificate } from 'node:crypto';
import { DEVICE_END_MAX_BYTES, DeviceEndReply, deviceEndForm } from '@concierge/contract/http/device-end.ts';
import { RenewalReply } from '@concierge/contract/http/devices.ts';
import { openClaims } from '@concierge/contract/signed-claims.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { renewalRequest } from './device-key.ts';
import { type CertificateFault, checkCertificate, type DeviceIdentity, saveCertificate } from './identity.ts';
import { type PostFailure, postToCloud } from './post-to-cloud.ts';
import type { PrivateDirectory } from './private-directory.ts';

/** How often it is looked at whether there is something to ask; what failed is asked again at the next look. */
const LOOK_EVERY_MS = 600_000;
/** A device that is turned away with a certificate that is so new asks for no other: its broker has another reason, and each certificate is one more that a list would have to name. */
const TURNED_AWAY_WITH_NEW_MS = 24 * 3_600_000;
/** Devices that were switched on by the same power cut do not all ask in the same minute. */
const FIRST_LOOK_MS = { least: 60_000, most: 600_000 } as const;

/** Whether two thirds of the certificate's life are over, so that the next one overlaps with it by a third. One that has run out is due too. */
export function isDue(certificate: Pick<X509Certificate, 'validFrom' | 'validTo'>, nowMs: number): boolean {
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  return nowMs >= fromMs + ((toMs - fromMs) * 2) / 3;
}

/** What a device knows of the time: it is not before `earliestMs`; only where that is `bounded` can it be much later, and only a `trusted` clock may judge the certificates of others. */
export interface KnownTime {
  readonly earliestMs: number;
  readonly bounded: boolean;
  readonly trusted: boolean;
}

export interface RenewalLooks {
  readonly firstMs: number;
  readonly everyMs: number;
}

export interface Renewal {
  start(identity: DeviceIdentity): void;
  stop(): void;
  /** What the cloud said last to whom the device is now: `ended` is its signed word, `refused` could be anybody's who can pose as it. Null when it said neither. */
  verdict(): 'refused' | 'ended' | null;
}

const Answer = z.union([RenewalReply, DeviceEndReply]);

/**
 * Renews the device's certificate while the one before still holds, and also when it cannot be read. The key stays: it is who the device is.
 *
 * A device that its broker lets in no more asks too. Where it does not know the time its certificate may have run out, and the broker is also who would tell it (docs/adr/0011); or it is nobody's
 * any more, and hears so by a word that the keys it pinned have signed (docs/adr/0017). Nothing less makes it forget its building.
 */
export function createRenewal(deps: {
  readonly directory: PrivateDirectory;
  serial(): string;
  time(): KnownTime;
  /** Whether the broker lets this device in no more. */
  turnedAway(): boolean;
  random(): number;
  monotonicMs(): number;
  /** In place of minutes. */
  readonly looks?: RenewalLooks;
  /** Goes on with the new certificate. */
  onRenewed(identity: DeviceIdentity): void;
  /** The cloud has signed that this device is nobody's any more. */
  onEnded(): void;
  readonly logger: Logger;
}): Renewal {
  let verdict: 'refused' | 'ended' | null = null;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let stopping = new AbortController();

  async function renew(
    identity: DeviceIdentity,
    signal: AbortSignal,
  ): Promise<Result<DeviceIdentity, PostFailure | CertificateFault | 'older' | 'ended'>> {
    const csrPem = await renewalRequest(identity.keyPem, deps.serial());
    const reply = await postToCloud({
      url: new URL('/api/kiosk/certificates', identity.cloudUrl),
      body: { deviceId: identity.deviceId, csrPem },
      reply: Answer,
      stopping: signal,
      // Nothing of the question is secret, and the answer proves itself below.
      judgesDates: deps.time().trusted,
    });
    if (!reply.ok) return reply;
    if ('ended' in reply.value) return failure((await isEndOf(identity, reply.value.ended)) ? 'ended' : 'unusable-reply');
    // From the authority that was pinned at the claim, for this device and this key: nothing else may take the old one's place.
    const renewed = { ...identity, certificatePem: reply.value.certificatePem };
    const fault = checkCertificate(renewed, identity.keyPem) ?? (isOlder(renewed, identity) ? 'older' : null);
    if (fault !== null) return failure(fault);
    // Stopped meanwhile, perhaps to be nobody's: nothing more is written of who it was.
    if (signal.aborted) return success(identity);
    saveCertificate(deps.directory, renewed.certificatePem);
    return success(renewed);
  }

  function isWanted(certificate: X509Certificate | null): boolean {
    return certificate === null || isDue(certificate, deps.time().earliestMs) || mayHaveEnded();
  }

  function mayHaveEnded(): boolean {
    return deps.turnedAway() && deps.monotonicMs() - renewedAtMs >= TURNED_AWAY_WITH_NEW_MS;
  }

  async function look(identity: DeviceIdentity, signal: AbortSignal): Promise<DeviceIdentity> {
    if (!isWanted(usableCertificate(identity))) return identity;
    const outcome = await renew(identity, signal);
    if (signal.aborted) return identity;
    if (!outcome.ok) {
      deps.logger.warn({ reason: outcome.error }, 'the certificate is not renewed yet');
      if (outcome.error === 'refused' || outcome.error === 'ended') verdict = outcome.error;
      if (outcome.error === 'ended') deps.onEnded();
      return identity;
    }
    verdict = null;
    renewedAtMs = deps.monotonicMs();
    deps.logger.info('the certificate is renewed');
    deps.onRenewed(outcome.value);
    return outcome.value;
  }

  async function lookAgain(identity: DeviceIdentity, signal: AbortSignal): Promise<void> {
    let next = identity;
    try {
      next = await look(identity, signal);
    } catch (error) {
      deps.logger.error({ error }, 'the renewal failed unexpectedly');
    }
    if (!signal.aborted) schedule(next, deps.looks?.everyMs ?? LOOK_EVERY_MS, signal);
  }

  function schedule(identity: DeviceIdentity, delayMs: number, signal: AbortSignal): void {
    timer = setTimeout(() => void lookAgain(identity, signal), delayMs).unref();
  }

  return {
    start(identity) {
      clearTimeout(timer);
      // What an earlier start has under way is of who the device was then.
      stopping.abort();
      stopping = new AbortController();
      verdict = null;
      renewedAtMs = Number.NEGATIVE_INFINITY;
      const firstLookMs = deps.looks?.firstMs ?? FIRST_LOOK_MS.least + deps.random() * (FIRST_LOOK_MS.most - FIRST_LOOK_MS.least);
      schedule(identity, firstLookMs, stopping.signal);
    },
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
    verdict: () => verdict,
  };
}

/** Whether the word is the cloud's, by the keys pinned at the claim, and about this device. */
async function isEndOf({ deviceId, signingKeys }: DeviceIdentity, word: string): Promise<boolean> {
  const end = await openClaims(deviceEndForm, word, DEVICE_END_MAX_BYTES, signingKeys);
  return end.ok && end.value.deviceId === deviceId;
}

/** The certificate the device has; null where that is not its own or cannot be read. */
function usableCertificate(identity: DeviceIdentity): X509Certificate | null {
  return checkCertificate(identity, identity.keyPem) === null ? new X509Certificate(identity.certificatePem) : null;
}

/** Somebody on the line may repeat an answer of long ago, with which the broker would let the device in no more. */
function isOlder(renewed: DeviceIdentity, before: DeviceIdentity): boolean {
  const last = usableCertificate(before);
  return last !== null && Date.parse(new X509Certificate(renewed.certificatePem).validTo) < Date.parse(last.validTo);
}
