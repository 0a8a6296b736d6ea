import { X509Certificate } from 'node:crypto';
import type { Logger } from 'pino';
import type { IssuedCertificate } from './authority.ts';
import type { Keyring } from './keyring.ts';

const DAY_MS = 86_400_000;
/** Long enough for somebody to read the log, and to choose a quiet hour for the restarts (deploy/README.md). */
const TELL_BEFORE_MS = 60 * DAY_MS;

/** When a certificate ends, as Unix milliseconds. */
export function certificateEndsMs({ certificatePem }: Pick<IssuedCertificate, 'certificatePem'>): number {
  return Date.parse(new X509Certificate(certificatePem).validTo);
}

/** Whether it ends within sixty days, or has ended. */
export function endsSoon(certificate: Pick<IssuedCertificate, 'certificatePem'>, nowMs: number): boolean {
  return certificateEndsMs(certificate) < nowMs + TELL_BEFORE_MS;
}

/** Tells of the broker's certificates in the log, as errors, now and each day, from sixty days before they end: after that no kiosk is connected. Returns what stops it. */
export function tellOfEndingCertificates(deps: {
  keyring: Pick<Keyring, 'broker' | 'backend'>;
  nowMs(): number;
  logger: Pick<Logger, 'error'>;
}): () => void {
  const { broker, backend } = deps.keyring;
  const look = (): void => {
    for (const [file, certificate] of Object.entries({ 'broker.pem': broker, 'backend.pem': backend })) {
      if (!endsSoon(certificate, deps.nowMs())) continue;
      const endsAt = new Date(certificateEndsMs(certificate)).toISOString();
      deps.logger.error({ file, endsAt }, 'a certificate of the broker is about to end: run make-keys and restart (deploy/README.md)');
    }
  };
  look();
  const timer = setInterval(look, DAY_MS).unref();
  return () => clearInterval(timer);
}
