import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import type { TestAuthority } from './authority.ts';

/** A real broker with client certificates that a test can stop and start again on the same port. */
export interface TestBroker {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `server` issues the broker's own certificate: an impostor's is from somebody else than its clients', or of another form. */
type BrokerMaker = (authority: TestAuthority, directory: string, server?: CertificateIssuer) => Promise<TestBroker>;
type CertificateIssuer = Pick<TestAuthority, 'issue'>;

/** Every broker that can run here: aedes always, mosquitto where it is installed. */
export function availableBrokers(): readonly { name: string; create: BrokerMaker }[] {
  const mosquitto = findMosquitto();
  const aedes = { name: 'aedes', create: createAedes };
  return mosquitto === null
    ? [aedes]
    : [aedes, { name: 'mosquitto', create: (authority, directory, server) => createMosquitto(mosquitto, authority, directory, server) }];
}

/** A broker of an older cloud: it refuses to grant these topics, as ours does with one that is not in its table, and goes on. */
export function createOlderBroker(authority: TestAuthority, unknownTopics: readonly string[]): Promise<TestBroker> {
  return createAedes(authority, '', authority, unknownTopics);
}

async function createAedes(
  authority: TestAuthority,
  _directory: string,
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

async function createMosquitto(
  program: string,
  authority: TestAuthority,
  directory: string,
  server: CertificateIssuer = authority,
): Promise<TestBroker> {
  const port = await freePort();
  const { keyPem, certificatePem } = await server.issue('broker');
  const folder = join(directory, 'mosquitto');
  mkdirSync(folder, { recursive: true });
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('ca.pem'), authority.certificatePem);
  writeFileSync(path('certificate.pem'), certificatePem);
  writeFileSync(path('key.pem'), keyPem);
  const asRoot = process.getuid?.() === 0 ? ['user root'] : [];
  writeFileSync(
    path('mosquitto.conf'),
    [
      ...asRoot,
      'persistence false',
      'log_dest none',
      `listener ${port} localhost`,
      `cafile ${path('ca.pem')}`,
      `certfile ${path('certificate.pem')}`,
      `keyfile ${path('key.pem')}`,
      'require_certificate true',
      'use_identity_as_username true',
      'allow_anonymous false',
      '',
    ].join('\n'),
  );
  let running: ChildProcess | null = null;
  return {
    url: `mqtts://localhost:${port}`,
    async start() {
      running = spawn(program, ['-c', path('mosquitto.conf')], { stdio: 'ignore' });
      await untilListening(port);
    },
    async stop() {
      const ending = running;
      running = null;
      if (ending === null) return;
      const ended = once(ending, 'exit');
      ending.kill('SIGKILL');
      await ended;
    },
  };
}

function findMosquitto(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  for (const folder of folders) {
    try {
      const program = join(folder, 'mosquitto');
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Below the ports that a system gives out by itself (from 32768 on Linux): while the broker is down nobody else may be given it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = connectSocket(port, 'localhost');
    const opened = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(
      () => false,
    );
    socket.destroy();
    if (opened) return;
    await sleep(50);
  }
  throw new Error('the broker did not start');
}
