import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { type Cloud, startCloud } from '@concierge/cloud-server/cloud.ts';
import { readSettings } from '@concierge/cloud-server/settings.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import { pino } from 'pino';
import { seedDemo } from '../demo/seed.ts';
import { run } from './programs.ts';

/** What an appliance meets when it is plugged in: a cable with DHCP, names and the time on it, and the cloud behind its own name, with TLS that holds. */
export interface Neighbourhood {
  readonly bridge: string;
  readonly cloud: Cloud;
  readonly cloudUrl: string;
  /** The authority that the cloud's certificate comes from. */
  readonly authorityFile: string;
  /** Addresses that were given away, the newest last. */
  addresses(): readonly string[];
  /** Pulls the cable, and puts it in again. */
  cable(to: 'in' | 'out'): Promise<void>;
  stop(): Promise<void>;
}

const BRIDGE = 'ncbridge0';
const HERE = '10.77.13.1';
/** The appliance believes two sources of time that agree, not one. */
const SECOND_CLOCK = '10.77.13.2';
const CLOUD_NAME = 'cloud.lobby.test';

export async function openNeighbourhood(folder: string): Promise<Neighbourhood> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const undo of stops.splice(0).reverse()) await undo().catch(() => undefined);
  };
  try {
    await run('ip', 'link', 'delete', BRIDGE).catch(() => undefined);
    await run('ip', 'link', 'add', BRIDGE, 'type', 'bridge');
    stops.push(() => run('ip', 'link', 'delete', BRIDGE));
    for (const address of [HERE, SECOND_CLOCK]) await run('ip', 'addr', 'add', `${address}/24`, 'dev', BRIDGE);
    await run('ip', 'link', 'set', BRIDGE, 'up');

    const certificate = await makeCertificates(folder);
    const brokerPort = await freePort();
    const read = readSettings({
      CONCIERGE_MODE: 'demo',
      CONCIERGE_DATA: join(folder, 'cloud'),
      PORT: '0',
      PUBLIC_URL: `https://${CLOUD_NAME}/`,
      MQTT_PORT: String(brokerPort),
      MQTT_PUBLIC_URL: `mqtts://${CLOUD_NAME}:8883`,
      LOG_LEVEL: 'error',
    });
    if (!read.ok) throw new Error(read.faults.join('\n'));
    const cloud = await startCloud(read.settings, pino({ level: 'fatal' }, pino.destination(2)));
    stops.push(cloud.stop);
    await seedDemo(cloud.databaseUrl, Date.now());

    // A balancer as production has one: it ends TLS for people and devices, and hands the broker's connections on as they are.
    stops.push(
      await listen(
        createTlsServer(certificate, (socket) => handOn(socket, Number(new URL(cloud.url).port))),
        443,
      ),
    );
    stops.push(
      await listen(
        createServer((socket) => handOn(socket, brokerPort)),
        8_883,
      ),
    );
    for (const address of [HERE, SECOND_CLOCK]) stops.push(await serveTime(address));

    const leases = join(folder, 'leases');
    writeFileSync(leases, '');
    const names = [`${CLOUD_NAME},${HERE}`, ...[HERE, SECOND_CLOCK].map((address) => `2.debian.pool.ntp.org,${address}`)];
    const dnsmasq = spawn(
      'dnsmasq',
      [
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--no-resolv',
        '--no-hosts',
        '--bind-interfaces',
        `--listen-address=${HERE}`,
        `--interface=${BRIDGE}`,
        '--except-interface=lo',
        '--dhcp-range=10.77.13.50,10.77.13.99,255.255.255.0,1h',
        `--dhcp-leasefile=${leases}`,
        '--pid-file',
        ...names.map((name) => `--host-record=${name}`),
      ],
      { stdio: 'inherit' },
    );
    stops.push(async () => dnsmasq.kill('SIGTERM'));

    return {
      bridge: BRIDGE,
      cloud,
      cloudUrl: `https://${CLOUD_NAME}/`,
      authorityFile: certificate.authorityFile,
      addresses: () =>
        readFileSync(leases, 'utf8')
          .split('\n')
          .map((line) => line.split(' ')[2] ?? '')
          .filter((address) => address.startsWith('10.77.13.')),
      async cable(to) {
        await run('ip', 'link', 'set', BRIDGE, to === 'in' ? 'up' : 'down');
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function handOn(socket: Socket, port: number): void {
  const inside = connect(port, '127.0.0.1');
  socket.on('error', () => inside.destroy()).pipe(inside);
  inside.on('error', () => socket.destroy()).pipe(socket);
}

async function listen(server: Server, port: number): Promise<() => Promise<void>> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, HERE, resolve));
  return async () => void server.close();
}

/** An authority of one's own and the cloud's certificate from it, as an installation inside a company has them. */
async function makeCertificates(folder: string): Promise<{ key: string; cert: string; authorityFile: string }> {
  const at = (name: string): string => join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  await run(
    'openssl',
    'req',
    '-x509',
    ...key,
    '-subj',
    '/CN=Authority of the try',
    '-keyout',
    at('authority.key'),
    '-out',
    at('authority.pem'),
  );
  const signed = ['-CA', at('authority.pem'), '-CAkey', at('authority.key'), '-addext', `subjectAltName=DNS:${CLOUD_NAME}`];
  await run(
    'openssl',
    'req',
    '-x509',
    ...key,
    ...signed,
    '-subj',
    `/CN=${CLOUD_NAME}`,
    '-keyout',
    at('cloud.key'),
    '-out',
    at('cloud.pem'),
  );
  return { key: readFileSync(at('cloud.key'), 'utf8'), cert: readFileSync(at('cloud.pem'), 'utf8'), authorityFile: at('authority.pem') };
}

/** Answers as a server of the second stratum (RFC 5905, figure 8) with this machine's own time. */
async function serveTime(address: string): Promise<() => Promise<void>> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    if (question.length < 48) return;
    const answer = Buffer.alloc(48);
    answer.set([0x24, 2, question[2] ?? 6, 0xec]);
    answer.write('LOCL', 12, 'latin1');
    question.copy(answer, 24, 40, 48);
    for (const at of [16, 32, 40]) writeTime(answer, at);
    socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(123, address, resolve));
  return () => new Promise((resolve) => void socket.close(resolve));
}

const SECONDS_1900_TO_1970 = 2_208_988_800;

function writeTime(into: Buffer, at: number): void {
  const nowMs = performance.timeOrigin + performance.now();
  into.writeUInt32BE((Math.floor(nowMs / 1_000) + SECONDS_1900_TO_1970) % 2 ** 32, at);
  into.writeUInt32BE(Math.floor(((nowMs % 1_000) / 1_000) * 2 ** 32), at + 4);
}
