import type { Server, Socket } from 'node:net';
import { createServer, TLSSocket } from 'node:tls';

/** How connections arrive and how they prove who they are. In the product it is TLS with client certificates and nothing else. */
export interface BrokerTransport {
  createServer(onConnection: (socket: Socket) => void, onHandshakeFailure: () => void): Server;
  /** The proven common name, or null. `clientId` is what the peer claims, null before its CONNECT; a claim proves nothing. */
  commonNameOf(socket: Socket, clientId: string | null): string | null;
}

export interface TlsMaterial {
  readonly keyPem: string;
  /** The server's certificate, followed by any intermediates. */
  readonly certificatePem: string;
  /** The authorities that issue device and backend certificates. */
  readonly authorityPem: string;
}

const handshakeTimeoutMs = 15_000;
const tcpKeepaliveMs = 60_000;
/** How long a device may resume instead of a full handshake. Revocation is asked at every CONNECT all the same. */
const sessionLifetimeSeconds = 3_600;

export function createTlsTransport(tls: TlsMaterial): BrokerTransport {
  return {
    createServer(onConnection, onHandshakeFailure) {
      const server = createServer(
        {
          key: tls.keyPem,
          cert: tls.certificatePem,
          ca: tls.authorityPem,
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          handshakeTimeout: handshakeTimeoutMs,
          sessionTimeout: sessionLifetimeSeconds,
          // Small packets that someone waits for: Nagle's algorithm would only delay them.
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: tcpKeepaliveMs,
        },
        onConnection,
      );
      server.on('tlsClientError', onHandshakeFailure);
      return server;
    },
    commonNameOf(socket) {
      if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
      const commonName: unknown = socket.getPeerCertificate().subject?.CN;
      // Several common names come as an array: which of them would be meant is anybody's guess, so none is.
      return typeof commonName === 'string' ? commonName : null;
    },
  };
}
