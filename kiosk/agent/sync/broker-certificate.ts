import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import type { TimeBounds } from '../clock/rules.ts';

export type CertificateFault = 'not-from-our-authority' | 'not-for-a-server' | 'other-host' | 'expired' | 'not-yet-valid';

/** RFC 5280 §4.2.1.12, id-kp-serverAuth. */
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1';

/** Whether it is a date that TLS finds wrong with a certificate, as it does by a clock that is wrong. */
export function isDateError(code: string): boolean {
  return code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED';
}

/**
 * Why the certificate is not the broker's, whatever the date; null when it is. TLS reports one error of a chain, and a wrong date hides a forged
 * signature, so nothing here rests on its verdict (docs/adr/0011). Our authority signs brokers itself (its path length is 0): there is no chain
 * to walk.
 */
export function identityFault(certificate: X509Certificate, authority: X509Certificate, host: string): CertificateFault | null {
  const issued = authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  if (!issued) return 'not-from-our-authority';
  // The authority signs devices too, and none of them may stand for the broker.
  if (!new Set(certificate.keyUsage).has(SERVER_AUTHENTICATION)) return 'not-for-a-server';
  return checkServerIdentity(host, certificate.toLegacyObject()) === undefined ? null : 'other-host';
}

/** Whether TLS has nothing to say of the peer's certificate, or a date for its last word. It says one thing only, so behind a date there may be something else. */
export function isRightButForDates(socket: TLSSocket): boolean {
  return socket.authorized || isDateError(String(socket.authorizationError));
}

/** Whether what is known of the time proves that one of the certificates is not in force. */
export function dateFault(certificates: readonly X509Certificate[], time: TimeBounds): CertificateFault | null {
  if (certificates.some(({ validTo }) => Date.parse(validTo) < time.earliestMs)) return 'expired';
  const { latestMs } = time;
  if (latestMs !== null && certificates.some(({ validFrom }) => Date.parse(validFrom) > latestMs)) return 'not-yet-valid';
  return null;
}
