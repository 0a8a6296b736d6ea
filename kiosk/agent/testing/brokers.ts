import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { freePort } from '@concierge/testing/free-port.ts';
import { findMosquitto, type MosquittoProcess, startMosquitto } from '@concierge/testing/mosquitto.ts';
import { Aedes } from 'aedes';
import type { TestAuthority } from './authority.ts';

/** A real broker with client certificates that a test can stop and start again on the same port. */
export interface TestBroker {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `server` issues the broker's own certificate: an impostor's is from somebody else than its clients', or of another form. */
type BrokerMaker = (authority: TestAuthority, server?: CertificateIssuer) => Promise<TestBroker>;
type CertificateIssuer = Pick<TestAuthority, 'issue'>;

/** Every broker that can run here: aedes always, mosquitto where it is installed. */
export function availableBrokers(): readonly { name: string; create: BrokerMaker }[] {
  const mosquitto = findMosquitto(process.env['PATH']);
  const aedes = { name: 'aedes', create: createAedes };
  return mosquitto === null
    ? [aedes]
    : [aedes, { name: 'mosquitto', create: (authority, server) => createMosquitto(mosquitto, authority, server) }];
}

/** A broker of an older cloud: it refuses to grant these topics, as ours does with one that is not in its table, and goes on. */
export function createOlderBroker(authority: TestAuthority, unknownTopics: readonly string[]): Promise<TestBroker> {
  return createAedes(authority, authority, unknownTopics);
}

async function createAedes(
  authority: TestAuthority,
  server: CertificateIssuer = authority,
  unknownTopics: readonly string[] = [],
): Promise<TestBroker> {
  const port = await freePort();
  const { keyPem, certificatePem } = await server.issue('broker');
  let stopRunning: (() => Promise<void>) | null = null;
  return {
    url: `mqtts://localhost:${port}`,
    async start() {
      const broker = await Aedes.createBroker({
        authorizeSubscribe: (_client, subscription, done) => done(null, unknownTopics.includes(subscription.topic) ? null : subscription),
      });
      const sockets = new Set<Socket>();
      const listener = createTlsServer(
        { key: keyPem, cert: certificatePem, ca: authority.certificatePem, requestCert: true, rejectUnauthorized: true },
        (socket) => {
          socket.on('error', () => socket.destroy());
          broker.handle(socket);
        },
      );
      listener.on('tlsClientError', () => undefined);
      // From the first byte on: a client within its handshake would keep the listener from closing.
      listener.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      });
      listener.listen(port, 'localhost');
      await once(listener, 'listening');
      stopRunning = async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise<void>((resolve) => {
          listener.close(() => resolve());
        });
        await new Promise<void>((resolve) => {
          broker.close(() => resolve());
        });
      };
    },
    async stop() {
      await stopRunning?.();
      stopRunning = null;
    },
  };
}

async function createMosquitto(program: string, authority: TestAuthority, server: CertificateIssuer = authority): Promise<TestBroker> {
  const port = await freePort();
  const { keyPem, certificatePem } = await server.issue('broker');
  let running: MosquittoProcess | null = null;
  return {
    url: `mqtts://localhost:${port}`,
    async start() {
      running = await startMosquitto({
        program,
        ports: [port],
        files: { 'ca.pem': authority.certificatePem, 'certificate.pem': certificatePem, 'key.pem': keyPem },
        configuration: (pathOf) =>
          [
            'persistence false',
            'log_dest none',
            `listener ${port} localhost`,
            `cafile ${pathOf('ca.pem')}`,
            `certfile ${pathOf('certificate.pem')}`,
            `keyfile ${pathOf('key.pem')}`,
            'require_certificate true',
            'use_identity_as_username true',
            'allow_anonymous false',
            '',
          ].join('\n'),
      });
    },
    async stop() {
      await running?.kill();
      running = null;
    },
  };
}
