import { randomUUID } from 'node:crypto';
import { topicFilterOfAllDevices, topicOf, topics } from '@concierge/contract/topics.ts';
import { createTestAuthority, type IssuedCertificate, type TestAuthority } from '@concierge/testing/certificates.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerUnderTest, startEmbedded, startExternal } from '../broker/testing/brokers-under-test.ts';
import { connectClient, type TestClient } from '../broker/testing/mqtt-test-client.ts';
import { createMessenger, type Messenger } from './messenger.ts';

const mosquittoProgram = findMosquitto(process.env['PATH']);

describe('over the embedded broker', () => suite(startEmbedded));

if (mosquittoProgram !== null || process.env['CI'] !== undefined) {
  describe('over mosquitto', () => suite((authority, server) => startExternal(mosquittoProgram, authority, server)));
} else {
  describe.skip('over mosquitto (skipped: no mosquitto program was found; install the package mosquitto)', () => {
    it('is not installed', () => undefined);
  });
}

function suite(start: (authority: TestAuthority, server: IssuedCertificate) => Promise<BrokerUnderTest>): void {
  let broker: BrokerUnderTest;
  let authority: TestAuthority;
  let backendCertificate: IssuedCertificate;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    authority = await createTestAuthority();
    backendCertificate = await authority.issue('backend');
    broker = await start(authority, await authority.issue('localhost', { server: true }));
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map(async (end) => end()));
  });
  afterAll(async () => broker?.stop());

  it('a replica that starts hears what the whole fleet has said, not only the first of it', async () => {
    const fleet = Array.from({ length: 600 }, () => randomUUID());
    const told = await aClient('backend');
    const report = JSON.stringify({ holds: 'x'.repeat(3_000) });
    for (const [name, text] of [['status', 'on'] as const, ['reported', report] as const])
      await Promise.all(fleet.map(async (id) => told.publish(topicOf(name, id), text, { retain: true })));
    const { heard } = await aReplica('status', 'reported');
    await expect.poll(() => fleet.filter((id) => heard.has(topicOf('status', id))).length, { timeout: 10_000 }).toBe(fleet.length);
    await expect.poll(() => fleet.filter((id) => heard.has(topicOf('reported', id))).length, { timeout: 10_000 }).toBe(fleet.length);
  });

  it('what a device says is told from what the broker repeats of it', async () => {
    const deviceId = randomUUID();
    const device = await aClient(deviceId);
    const topic = topicOf('status', deviceId);
    await device.publish(topic, 'before', { retain: true });
    const { heard, repeated } = await aReplica('status');
    await expect.poll(() => heard.get(topic)).toEqual(['before']);
    expect(repeated.get(topic)).toEqual([true]);
    await device.publish(topic, 'now', { retain: true });
    await expect.poll(() => heard.get(topic)).toEqual(['before', 'now']);
    expect(repeated.get(topic)).toEqual([true, false]);
  });

  it('the broker is not left holding results, whether a replica was there when they came or not', async () => {
    const deviceId = randomUUID();
    const resultsOf = (count: number) => Array.from({ length: count }, () => topicOf('commandResult', deviceId, randomUUID()));
    const [before, meanwhile] = [resultsOf(30), resultsOf(30)];
    await sayRetained(deviceId, before);
    const { heard } = await aReplica('commandResult');
    await sayRetained(deviceId, meanwhile);
    await expect.poll(async () => (await leftOf(deviceId)).length).toBe(0);
    // A broker that takes none of them has no more to forget.
    const taken = [...before, ...meanwhile].filter((topic) => heard.has(topic)).length;
    expect([0, before.length + meanwhile.length]).toContain(taken);
  });

  it('more of them than are forgotten at once are forgotten one after the other', async () => {
    const deviceId = randomUUID();
    await sayRetained(
      deviceId,
      Array.from({ length: 200 }, () => topicOf('commandResult', deviceId, randomUUID())),
    );
    await aReplica('commandResult');
    await expect.poll(async () => (await leftOf(deviceId)).length, { timeout: 10_000 }).toBe(0);
  });

  it('what is to be kept stays, and a result that nobody keeps is heard once', async () => {
    const deviceId = randomUUID();
    const { heard, messenger } = await aReplica('commandResult', 'status');
    const device = await aClient(deviceId);
    const result = topicOf('commandResult', deviceId, randomUUID());
    await device.publish(topicOf('status', deviceId), 'on', { retain: true });
    await device.publish(result, 'done');
    await expect.poll(() => heard.get(result)).toEqual(['done']);
    await expect.poll(async () => leftOf(deviceId)).toEqual([topicOf('status', deviceId)]);
    expect(messenger.isConnected()).toBe(true);
    expect(heard.get(result)).toEqual(['done']);
  });

  /** As an intruder with a device's certificate would; a broker that takes none of it closes the connection. */
  async function sayRetained(deviceId: string, subjects: readonly string[]): Promise<void> {
    const device = await aClient(deviceId);
    await Promise.all(subjects.map(async (topic) => device.publish(topic, 'kept', { retain: true })));
  }

  /** What the broker keeps of a device: what a client that comes now gets. */
  async function leftOf(deviceId: string): Promise<string[]> {
    const client = await aClient('backend');
    await client.subscribe(...Object.values(topics).map(({ suffix }) => `${topicOf('status', deviceId).replace(/status$/, suffix)}`));
    await client.publish('nc/fence', 'so far');
    await client.subscribe('nc/fence');
    await client.publish('nc/fence', 'so far');
    await client.arrival('nc/fence', 'so far');
    return client.received.filter(({ retain }) => retain).map(({ topic }) => topic);
  }

  async function aClient(commonName: string): Promise<TestClient> {
    const isBackend = commonName === 'backend';
    const client = await connectClient({
      port: isBackend ? broker.backendPort : broker.devicePort,
      authorityPem: authority.authorityPem,
      certificate: isBackend ? backendCertificate : await authority.issue(commonName),
      clientId: isBackend ? `backend-${randomUUID()}` : commonName,
    });
    ends.push(async () => client.close());
    return client;
  }

  /** With what it hears, by topic; an empty text is no message. */
  async function aReplica(
    ...names: ('status' | 'reported' | 'commandResult')[]
  ): Promise<{ messenger: Messenger; heard: ReadonlyMap<string, readonly string[]>; repeated: ReadonlyMap<string, readonly boolean[]> }> {
    const heard = new Map<string, string[]>();
    const repeated = new Map<string, boolean[]>();
    const messenger = createMessenger({
      url: `mqtts://localhost:${broker.backendPort}`,
      certificatePem: backendCertificate.certificatePem,
      privateKeyPem: backendCertificate.keyPem,
      authorityPem: authority.authorityPem,
      commonName: 'backend',
      logger: pino({ level: 'silent' }),
    });
    for (const name of names)
      messenger.onMessage(topicFilterOfAllDevices(name), (topic, payload, retained) => {
        if (payload.length === 0) return;
        heard.set(topic, [...(heard.get(topic) ?? []), payload.toString()]);
        repeated.set(topic, [...(repeated.get(topic) ?? []), retained]);
      });
    await messenger.start();
    ends.push(messenger.stop);
    await expect.poll(() => messenger.isConnected()).toBe(true);
    return { messenger, heard, repeated };
  }
}
