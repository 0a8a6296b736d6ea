import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Clock } from '../clock/clock.ts';
import { type CertificateFault, dateFault, identityFault, isRightButForDates } from './broker-certificate.ts';

/**
 * A connection to the broker that has proven to be the broker, before anything was said to it.
 *
 * INVARIANTS
 * 1. `onVerified` is called only after the peer has shown a certificate of the pinned authority, for this host, with its key; not a byte of MQTT
 *    goes out before.
 * 2. While the clock is trusted, TLS judges everything, dates included. Otherwise TLS would judge the dates by a clock that is wrong, so they are
 *    judged by what is known of the time, and everything else as strictly as before (docs/adr/0011).
 * 3. Once more is known of the time, `fault` judges the dates again.
 */
export interface BrokerSocket {
  /** Why the broker's certificate must not be accepted, by what is known of the time now; null when it may. */
  fault(): CertificateFault | null;
  destroy(): void;
}

export interface BrokerSocketOptions {
  readonly brokerUrl: string;
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly authorityPem: string;
  readonly timeoutMs: number;
}

const DEFAULT_PORT = 8_883;

/** Calls back once, with the socket or with why there is none. Throws for a key or a certificate that TLS cannot use. */
export function openBrokerSocket(
  options: BrokerSocketOptions,
  clock: Pick<Clock, 'state' | 'timeBounds'>,
  onVerified: (socket: TLSSocket) => void,
  onFailed: (reason: string) => void,
): BrokerSocket {
  const url = new URL(options.brokerUrl);
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const clockTrusted = clock.state() === 'trusted';
  const authority = new X509Certificate(options.authorityPem);
  let certificate: X509Certificate | undefined;

  const socket = connect({
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    // An address is no name to ask for (RFC 6066 §3).
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: clockTrusted,
    ca: [options.authorityPem],
    cert: options.certificatePem,
    key: options.keyPem,
  });
  // Of the whole beginning: a broker that lets a byte fall now and then is not waited for either.
  const giveUp = setTimeout(() => socket.destroy(new Error('the broker does not answer')), options.timeoutMs);
  let failure = 'the broker closed the connection';
  let verified = false;
  const noteFailure = (error: Error): void => {
    failure = error.message;
  };
  socket.on('error', noteFailure);
  socket.once('close', () => {
    clearTimeout(giveUp);
    if (!verified) onFailed(failure);
  });
  socket.once('secureConnect', () => {
    clearTimeout(giveUp);
    certificate = socket.getPeerX509Certificate();
    const fault = clockTrusted ? null : faultWithoutClock();
    if (fault !== null) {
      socket.destroy(new Error(`the broker's certificate is refused: ${fault}`));
      return;
    }
    verified = true;
    socket.off('error', noteFailure);
    onVerified(socket);
  });

  function faultWithoutClock(): CertificateFault | null {
    if (certificate === undefined) return 'not-from-our-authority';
    const identity = identityFault(certificate, authority, host);
    if (identity !== null) return identity;
    // The last word that TLS has to say must be of a date: an error that it met after the date's would be said instead.
    if (!isRightButForDates(socket)) return 'not-from-our-authority';
    return dateFault([certificate, authority], clock.timeBounds());
  }

  return {
    fault: () => (certificate === undefined || clockTrusted ? null : dateFault([certificate, authority], clock.timeBounds())),
    destroy: () => socket.destroy(),
  };
}
