import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

/** Somebody who takes TLS connections on a broker's port and writes down what is said to it; it never answers. */
export interface Listener {
  readonly url: string;
  /** Connections that were made and are over. */
  readonly left: () => number;
  readonly bytesHeard: () => number;
  stop(): Promise<void>;
}

export async function startListener(
  certificate: { keyPem: string; certificatePem: string },
  clientAuthorityPem: string,
): Promise<Listener> {
  const sockets = new Set<TLSSocket>();
  let left = 0;
  let bytesHeard = 0;
  const server = createServer(
    { key: certificate.keyPem, cert: certificate.certificatePem, ca: clientAuthorityPem, requestCert: true, rejectUnauthorized: true },
    (socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('data', (bytes) => {
        bytesHeard += bytes.length;
      });
      socket.on('close', () => {
        sockets.delete(socket);
        left += 1;
      });
    },
  );
  // A client that refuses this certificate within the handshake has left too.
  server.on('tlsClientError', () => {
    left += 1;
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `mqtts://localhost:${port}`,
    left: () => left,
    bytesHeard: () => bytesHeard,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
