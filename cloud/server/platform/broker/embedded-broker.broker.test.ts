import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { topicOf } from '@concierge/contract/topics.ts';
import { createTestAuthority, type IssuedCertificate, type TestAuthority } from '@concierge/testing/certificates.ts';
import pino from 'pino';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerLimits, createEmbeddedBroker, type EmbeddedBroker } from './embedded-broker.ts';
import { type ClientSettings, connectClient, isAccepted, type TestClient, willOf } from './testing/mqtt-test-client.ts';

/** What only the embedded broker does; what both brokers do is in `broker.conformance.broker.test.ts`. */

let authority: TestAuthority;
let server: IssuedCertificate;
let port = 0;
const revoked = new Set<string>();
const toClose: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  authority = await createTestAuthority();
  server = await authority.issue('localhost', { server: true });
});
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

describe('identity', () => {
  it('refuses a revoked device, and throws out one that is connected', async () => {
    const broker = await started();
    const device = await aDevice();
    const client = await connected(device);
    revoked.add(device.clientId);
    expect(broker.disconnect(device.clientId)).toBe(1);
    await expect.poll(() => client.connected).toBe(false);
    expect(await isAccepted(device)).toBe(false);
    expect(broker.metrics().connectionsRefused).toBe(1);
  });

  it('refuses a client id that is not the common name, a backend without its prefix, and a common name with a wildcard', async () => {
    await started();
    const device = await aDevice();
    expect(await isAccepted({ ...device, clientId: randomUUID() })).toBe(false);
    const backend = await aBackend();
    expect(await isAccepted({ ...backend, clientId: device.clientId })).toBe(false);
    for (const commonName of ['+', '#', 'a/b', 'ά']) {
      expect(await isAccepted({ ...device, clientId: commonName, certificate: await authority.issue(commonName) })).toBe(false);
    }
  });

  it('refuses a client that promises no sign of life, or one too seldom', async () => {
    await started();
    const device = await aDevice();
    expect(await isAccepted({ ...device, options: { keepalive: 0 } })).toBe(false);
    expect(await isAccepted({ ...device, options: { keepalive: 3_600 } })).toBe(false);
  });

  it('refuses a will that the device may not publish, whether topic, size or retain flag', async () => {
    await started();
    const device = await aDevice();
    const id = device.clientId;
    const wills = [
      { topic: topicOf('status', randomUUID()), payload: Buffer.from('x'), qos: 1, retain: true },
      { topic: topicOf('status', id), payload: Buffer.alloc(513), qos: 1, retain: true },
      { topic: topicOf('event', id), payload: Buffer.from('x'), qos: 1, retain: true },
    ] as const;
    for (const will of wills) expect(await isAccepted({ ...device, options: { will } })).toBe(false);
    const will = { topic: topicOf('status', id), payload: Buffer.alloc(512), qos: 1, retain: true } as const;
    expect(await isAccepted({ ...device, options: { will } })).toBe(true);
  });

  it('lets a device resume its TLS session, and asks about revocation all the same', async () => {
    await started();
    const device = await aDevice();
    const first = await tlsConnection(device);
    const ticket: Buffer = await new Promise((resolve) => first.once('session', resolve));
    first.destroy();
    const second = await tlsConnection(device, ticket);
    expect(second.isSessionReused()).toBe(true);
    // A CONNECT over the resumed session: the certificate of the first handshake still says who it is.
    const answers: Buffer[] = [];
    second.on('data', (chunk: Buffer) => answers.push(chunk));
    second.write(connectPacket(device.clientId));
    await expect.poll(() => Buffer.concat(answers).toString('hex')).toBe('20020000');
    second.destroy();

    revoked.add(device.clientId);
    const third = await tlsConnection(device, ticket);
    expect(third.isSessionReused()).toBe(true);
    const refusals: Buffer[] = [];
    third.on('data', (chunk: Buffer) => refusals.push(chunk));
    third.write(connectPacket(device.clientId));
    await expect.poll(() => Buffer.concat(refusals).toString('hex')).toBe('20020005');
  });
});

describe('messages', () => {
  it.each([
    ['larger than its topic allows', 'status', Buffer.alloc(513), false],
    ['retained where nothing is retained', 'telemetry', Buffer.from('x'), true],
  ] as const)('drops the connection of a device whose message is %s, and delivers nothing', async (_says, name, payload, retain) => {
    const broker = await started();
    const [device, backend] = [await connected(await aDevice()), await connected(await aBackend())];
    await backend.subscribe('nc/#');
    await device.publish(topicOf(name, String(device.mqtt.options.clientId)), payload, { retain });
    await expect.poll(() => device.connected).toBe(false);
    await backend.publish('nc/fence', 'fence');
    await backend.arrival('nc/fence', 'fence');
    expect(backend.received).toHaveLength(1);
    expect(broker.metrics().publishesDenied).toBe(1);
  });

  it('closes the connection at the announcement of a large packet, before its body arrives', async () => {
    const broker = await started();
    const device = await aDevice();
    const socket = await tlsConnection(device);
    socket.resume();
    socket.write(connectPacket(device.clientId));
    await expect.poll(() => broker.metrics().connections).toBe(1);
    const closed = once(socket, 'close');
    // PUBLISH, remaining length 268,435,455: the protocol's maximum. Nothing of it is ever sent.
    socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
    await closed;
    expect(broker.metrics().oversizedPackets).toBe(1);
  });

  it('drops a device that does not read, without making the backend or other devices wait', async () => {
    const broker = await started();
    const [frozen, lively] = [await aDevice(), await aDevice()];
    const backend = await connected(await aBackend());
    const client = await connected(lively);
    await client.subscribe(topicOf('content', lively.clientId));
    const socket = await tlsConnection(frozen);
    socket.write(Buffer.concat([connectPacket(frozen.clientId), subscribePacket(topicOf('content', frozen.clientId))]));
    await expect.poll(() => broker.metrics().connections).toBe(3);
    socket.pause();
    const document = Buffer.alloc(250_000, 'x');
    const startedMs = performance.now();
    // Far more than the kernel's buffers and ours take together.
    for (let count = 0; count < 60; count += 1) await backend.publish(topicOf('content', frozen.clientId), document, { retain: true });
    await backend.publish(topicOf('content', lively.clientId), 'for the lively one', { retain: true });
    await client.arrival(topicOf('content', lively.clientId), 'for the lively one');
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    await expect.poll(() => broker.metrics().slowConsumersDropped).toBe(1);
    expect(backend.connected).toBe(true);
    socket.destroy();
  });

  it('drops a device that talks without end, tells that it is gone, and lets it come back', async () => {
    const broker = await started({ maxMessagesPerMinute: 20 });
    const backend = await connected(await aBackend());
    const device = await aDevice();
    const id = device.clientId;
    await backend.subscribe(topicOf('status', id), topicOf('event', id));
    const client = await connected({ ...device, options: { will: willOf(id, 'gone') } });
    for (let count = 0; count < 30; count += 1) await client.publish(topicOf('event', id), `${count}`);
    await backend.arrival(topicOf('status', id), 'gone');
    expect(client.connected).toBe(false);
    expect(backend.received.filter(({ topic }) => topic === topicOf('event', id))).toHaveLength(20);
    expect(broker.metrics().publishesDenied).toBe(1);
    await (await connected(device)).publish(topicOf('event', id), 'back');
    await backend.arrival(topicOf('event', id), 'back');
  });

  it('takes no more retained messages than its bound', async () => {
    const broker = await started({ maxRetainedMessages: 2 });
    const backend = await connected(await aBackend());
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    await backend.publish(topicOf('content', first), 'a', { retain: true });
    await backend.publish(topicOf('content', second), 'b', { retain: true });
    await backend.publish(topicOf('content', first), 'a, newer', { retain: true });
    expect(broker.metrics().retainedMessages).toBe(2);
    await backend.publish(topicOf('content', third), 'c', { retain: true });
    expect(broker.metrics().retainedMessages).toBe(2);
    await expect.poll(() => backend.connected).toBe(false);
  });
});

describe('sessions', () => {
  it('keeps no session for a client that asks for one', async () => {
    const broker = await started();
    const device = await aDevice();
    const first = await connected({ ...device, options: { clean: false } });
    await first.subscribe(topicOf('command', device.clientId, '+'));
    first.pullThePlug();
    await expect.poll(() => broker.metrics().connections).toBe(0);
    const backend = await connected(await aBackend());
    await backend.publish(topicOf('command', device.clientId, 'c1'), 'missed');
    const again = await connected({ ...device, options: { clean: false } });
    await again.subscribe(topicOf('command', device.clientId, '+'));
    await backend.publish(topicOf('command', device.clientId, 'c2'), 'seen');
    await again.arrival(topicOf('command', device.clientId, 'c2'), 'seen');
    expect(again.received).toHaveLength(1);
  });
});

describe('life', () => {
  it('says that its port is taken, and can be started elsewhere', async () => {
    await started();
    const second = brokerAt(port);
    expect(await second.start()).toEqual({ ok: false, error: { kind: 'port-taken', port } });
    await second.stop();
  });

  it('stops though a connection has not finished its handshake, and starts again on the same port', async () => {
    const broker = await started();
    const silent = connectTcp(port, '127.0.0.1');
    await once(silent, 'connect');
    const client = await connected(await aDevice());
    await broker.stop();
    await expect.poll(() => client.connected).toBe(false);
    const again = brokerAt(port);
    expect(await again.start()).toMatchObject({ ok: true });
    await again.stop();
    silent.destroy();
  });

  it('refuses connections beyond its limit and takes new ones when there is room', async () => {
    const broker = await started({ maxConnections: 1 });
    const client = await connected(await aDevice());
    expect(await isAccepted(await aDevice())).toBe(false);
    await client.close();
    await expect.poll(() => broker.metrics().connections).toBe(0);
    await delay(50);
    expect(await isAccepted(await aDevice())).toBe(true);
  });
});

function brokerAt(atPort: number, limits: Partial<BrokerLimits> = {}): EmbeddedBroker {
  return createEmbeddedBroker({
    tls: { ...server, authorityPem: authority.authorityPem },
    port: atPort,
    host: '127.0.0.1',
    backendCommonName: 'backend',
    isRevoked: (deviceId) => revoked.has(deviceId),
    logger: pino({ level: 'silent' }),
    limits,
  });
}

async function started(limits: Partial<BrokerLimits> = {}): Promise<EmbeddedBroker> {
  const broker = brokerAt(0, limits);
  const result = await broker.start();
  if (!result.ok) throw new Error(result.error.kind);
  port = result.value.port;
  toClose.push(() => broker.stop());
  return broker;
}

async function aDevice(): Promise<ClientSettings & { certificate: IssuedCertificate }> {
  const clientId = randomUUID();
  return { port, authorityPem: authority.authorityPem, certificate: await authority.issue(clientId), clientId };
}

async function aBackend(): Promise<ClientSettings> {
  return { port, authorityPem: authority.authorityPem, certificate: await authority.issue('backend'), clientId: `backend-${randomUUID()}` };
}

async function connected(settings: ClientSettings): Promise<TestClient> {
  const client = await connectClient(settings);
  toClose.push(() => client.close());
  return client;
}

async function tlsConnection(settings: { certificate: IssuedCertificate }, session?: Buffer): Promise<TLSSocket> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: authority.authorityPem,
    cert: settings.certificate.certificatePem,
    key: settings.certificate.keyPem,
    ...(session === undefined ? {} : { session }),
  });
  socket.on('error', () => {
    // Being thrown out is what some of these tests want.
  });
  toClose.push(async () => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** A clean CONNECT of MQTT 3.1.1 with a keepalive of 30 s (MQTT 3.1.1 §3.1). */
function connectPacket(clientId: string): Buffer {
  const body = Buffer.concat([text('MQTT'), Buffer.from([4, 2, 0, 30]), text(clientId)]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

function subscribePacket(filter: string): Buffer {
  const body = Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]);
  return Buffer.concat([Buffer.from([0x82, body.length]), body]);
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([length, Buffer.from(value)]);
}
