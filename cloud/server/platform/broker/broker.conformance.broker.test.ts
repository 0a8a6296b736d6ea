import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type TopicName, topicFilterOfAllDevices, topicOf } from '@concierge/contract/topics.ts';
import { createTestAuthority, type IssuedCertificate, type TestAuthority } from '@concierge/testing/certificates.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerUnderTest, startEmbedded, startExternal } from './testing/brokers-under-test.ts';
import { type ClientSettings, connectClient, fence, isAccepted, type TestClient, willOf } from './testing/mqtt-test-client.ts';

/**
 * One suite for both brokers. It asserts outcomes, what arrives and what does not, because the ways differ: the embedded broker closes
 * the connection of whoever publishes what it may not, mosquitto acknowledges the message and drops it.
 */

const mosquittoProgram = findMosquitto(process.env['PATH']);
const mayBeMissing = process.env['CI'] === undefined;

describe('embedded broker', () => conformance(startEmbedded));

if (mosquittoProgram !== null || !mayBeMissing) {
  describe('mosquitto', () => conformance((authority, server) => startExternal(mosquittoProgram, authority, server)));
} else {
  describe.skip('mosquitto (skipped: no mosquitto program was found; install the package mosquitto)', () => {
    it('is not installed', () => undefined);
  });
}

function conformance(start: (authority: TestAuthority, server: IssuedCertificate) => Promise<BrokerUnderTest>): void {
  let broker: BrokerUnderTest;
  let authority: TestAuthority;
  let backendCertificate: IssuedCertificate;
  const open: TestClient[] = [];

  beforeAll(async () => {
    authority = await createTestAuthority();
    backendCertificate = await authority.issue('backend');
    broker = await start(authority, await authority.issue('localhost', { server: true }));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()));
  });
  afterAll(async () => {
    await broker?.stop();
  });

  describe('who may connect', () => {
    it('accepts a device and a backend of the authority', async () => {
      const device = await aDevice();
      expect(await isAccepted(settingsOf(device))).toBe(true);
      expect(await isAccepted(backendSettings())).toBe(true);
    });

    it('refuses a client without a certificate, or with one that has run out', async () => {
      const device = await aDevice();
      expect(await isAccepted({ ...settingsOf(device), certificate: null })).toBe(false);
      expect(await isAccepted({ ...settingsOf(device), certificate: await authority.issue(device.id, { expired: true }) })).toBe(false);
      expect(await isAccepted({ ...backendSettings(), certificate: null })).toBe(false);
    });

    it("refuses another authority's certificate, though it names a device and the authority of ours", async () => {
      const stranger = await createTestAuthority();
      const device = await aDevice();
      expect(await isAccepted({ ...settingsOf(device), certificate: await stranger.issue(device.id) })).toBe(false);
      expect(await isAccepted({ ...backendSettings(), certificate: await stranger.issue('backend') })).toBe(false);
    });

    it("does not let a device throw out another one by using the other's client id", async () => {
      const [victim, intruder] = [await aDevice(), await aDevice()];
      const victimClient = await connectDevice(victim);
      await victimClient.subscribe(topicOf('command', victim.id, '+'));
      await attempt({ ...settingsOf(intruder), clientId: victim.id });
      const backend = await connectBackend();
      await backend.publish(topicOf('command', victim.id, 'c1'), 'still there');
      await victimClient.arrival(topicOf('command', victim.id, 'c1'), 'still there');
      expect(victimClient.connected).toBe(true);
    });

    it('lets several backends be connected at once', async () => {
      const [first, second] = [await connectBackend(), await connectBackend()];
      const device = await aDevice();
      await first.subscribe(topicFilterOfAllDevices('event'));
      await second.subscribe(topicFilterOfAllDevices('event'));
      await (await connectDevice(device)).publish(topicOf('event', device.id), 'door');
      await first.arrival(topicOf('event', device.id), 'door');
      await second.arrival(topicOf('event', device.id), 'door');
    });
  });

  describe('what a device reads', () => {
    it('gets its own retained documents when it subscribes, marked as retained', async () => {
      const device = await aDevice();
      const backend = await connectBackend();
      const documents = ['content', 'desired', 'qr'] as const;
      for (const name of documents) await backend.publish(topicOf(name, device.id), `the ${name}`, { retain: true });
      const client = await connectDevice(device);
      await client.subscribe(...documents.map((name) => topicOf(name, device.id)));
      for (const name of documents) expect(await client.arrival(topicOf(name, device.id), `the ${name}`)).toMatchObject({ retain: true });
    });

    it('gets a content document of the largest size', async () => {
      const device = await aDevice();
      const backend = await connectBackend();
      const document = 'x'.repeat(262_144);
      await backend.publish(topicOf('content', device.id), document, { retain: true });
      const client = await connectDevice(device);
      await client.subscribe(topicOf('content', device.id));
      await client.arrival(topicOf('content', device.id), document);
    });

    it('gets a change while connected, and the newest one only after it', async () => {
      const device = await aDevice();
      const [backend, client] = [await connectBackend(), await connectDevice(device)];
      await client.subscribe(topicOf('content', device.id));
      await backend.publish(topicOf('content', device.id), 'first', { retain: true });
      expect(await client.arrival(topicOf('content', device.id), 'first')).toMatchObject({ retain: false });
      await backend.publish(topicOf('content', device.id), 'second', { retain: true });
      await client.arrival(topicOf('content', device.id), 'second');
      await client.close();
      const again = await connectDevice(device);
      await again.subscribe(topicOf('content', device.id));
      await again.arrival(topicOf('content', device.id), 'second');
      expect(again.received).toHaveLength(1);
    });

    it('gets nothing once the document has been cleared', async () => {
      const device = await aDevice();
      const backend = await connectBackend();
      await backend.publish(topicOf('content', device.id), 'old', { retain: true });
      await backend.publish(topicOf('content', device.id), '', { retain: true });
      const client = await connectDevice(device);
      await client.subscribe(topicOf('content', device.id));
      await fence(backend, client, device.id);
      expect(client.received.filter((message) => message.topic === topicOf('content', device.id))).toEqual([]);
    });

    it.each([
      ['the exact topic', (victim: string) => topicOf('content', victim)],
      ['everything of the other', (victim: string) => topicOf('content', victim).replace('content', '#')],
      ['everything of our version', () => 'nc/v1/#'],
      ['everything', () => '#'],
      ['one topic of everybody', () => topicFilterOfAllDevices('content')],
      ['three wildcard levels', () => '+/+/+/+'],
      ['its own topics through a wildcard in the version', () => 'nc/+/+/content'],
    ])('gets nothing of another device by subscribing to %s, retained or new', async (_says, filterFor) => {
      const [victim, intruder] = [await aDevice(), await aDevice()];
      const backend = await connectBackend();
      await backend.publish(topicOf('content', victim.id), 'not yours', { retain: true });
      const client = await connectDevice(intruder);
      await client.subscribe(topicOf('command', intruder.id, '+'));
      await client.subscribe(filterFor(victim.id));
      await backend.publish(topicOf('content', victim.id), 'not yours either', { retain: true });
      await fence(backend, client, intruder.id);
      expect(client.received.filter((message) => message.topic.includes(victim.id))).toEqual([]);
    });

    it('gets nothing of what other devices report', async () => {
      const [victim, intruder] = [await aDevice(), await aDevice()];
      const [backend, client] = [await connectBackend(), await connectDevice(intruder)];
      await client.subscribe(topicOf('status', victim.id), topicFilterOfAllDevices('reported'));
      const victimClient = await connectDevice(victim);
      await victimClient.publish(topicOf('status', victim.id), 'private', { retain: true });
      await victimClient.publish(topicOf('reported', victim.id), 'private', { retain: true });
      await fence(backend, client, intruder.id);
      expect(client.received.filter((message) => message.topic.includes(victim.id))).toEqual([]);
    });
  });

  describe('what a device writes', () => {
    it('reaches every backend on its own topics', async () => {
      const device = await aDevice();
      const [backend, client] = [await connectBackend(), await connectDevice(device)];
      const names = ['status', 'reported', 'telemetry', 'event', 'commandResult'] as const;
      await backend.subscribe(...names.map((name) => topicFilterOfAllDevices(name)));
      for (const name of names) await client.publish(topicOf(name, device.id, 'c1'), `my ${name}`);
      for (const name of names) await backend.arrival(topicOf(name, device.id, 'c1'), `my ${name}`);
    });

    it('loses nothing when retained and other messages are sent in one breath', async () => {
      const device = await aDevice();
      const [backend, client] = [await connectBackend(), await connectDevice(device)];
      await backend.subscribe(topicFilterOfAllDevices('status'), topicFilterOfAllDevices('telemetry'));
      client.mqtt.stream.cork();
      const sent = [
        client.publish(topicOf('status', device.id), 'here', { retain: true, qos: 0 }),
        client.publish(topicOf('telemetry', device.id), 'warm', { qos: 0 }),
        client.publish(topicOf('status', device.id), 'here again', { retain: true, qos: 1 }),
        client.publish(topicOf('telemetry', device.id), 'warmer', { qos: 0 }),
      ];
      client.mqtt.stream.uncork();
      await Promise.all(sent);
      for (const text of ['here', 'here again']) await backend.arrival(topicOf('status', device.id), text);
      for (const text of ['warm', 'warmer']) await backend.arrival(topicOf('telemetry', device.id), text);
    });

    it.each<[string, TopicName, { retain: boolean }]>([
      ["another's status", 'status', { retain: true }],
      ["another's report", 'reported', { retain: true }],
      ["another's event", 'event', { retain: false }],
      ["another's content", 'content', { retain: true }],
      ["another's command", 'command', { retain: false }],
      ["another's command, kept", 'command', { retain: true }],
    ])('reaches nobody on %s', async (_says, name, { retain }) => {
      const [victim, intruder] = [await aDevice(), await aDevice()];
      const [backend, victimClient] = [await connectBackend(), await connectDevice(victim)];
      const names = ['content', 'command'] as const;
      await victimClient.subscribe(...names.map((each) => topicOf(each, victim.id, '+')));
      await backend.subscribe('nc/v1/+/status', 'nc/v1/+/reported', 'nc/v1/+/event');
      await (await connectDevice(intruder)).publish(topicOf(name, victim.id, 'c1'), 'forged', { retain });
      await fence(backend, victimClient, victim.id);
      const late = await connectDevice(victim);
      await late.subscribe(...names.map((each) => topicOf(each, victim.id, '+')));
      const lateBackend = await connectBackend();
      await lateBackend.subscribe(`nc/v1/${victim.id}/#`);
      await fence(lateBackend, late, victim.id);
      for (const reader of [backend, victimClient, late, lateBackend]) {
        expect(reader.received.filter((message) => message.text === 'forged')).toEqual([]);
      }
    });

    it.each<TopicName>(['content', 'desired', 'qr', 'command'])("reaches nobody, itself included, on its own '%s'", async (name) => {
      const device = await aDevice();
      const backend = await connectBackend();
      const client = await connectDevice(device);
      await client.publish(topicOf(name, device.id, 'c1'), 'forged by myself', { retain: true });
      await client.close();
      const again = await connectDevice(device);
      await again.subscribe(topicOf(name, device.id, '+'), topicOf('command', device.id, '+'));
      await fence(backend, again, device.id);
      expect(again.received.filter((message) => message.text === 'forged by myself')).toEqual([]);
    });

    it.each(['elsewhere', 'nc/v1', 'nc/v2/x/status', '$SYS/broker/load'])('reaches nobody on %s', async (topic) => {
      const device = await aDevice();
      const backend = await connectBackend();
      await backend.subscribe('nc/#');
      await (await connectDevice(device)).publish(topic, 'junk', { retain: true });
      await backend.publish('nc/fence', 'up to here');
      await backend.arrival('nc/fence', 'up to here');
      expect(backend.received.filter((message) => message.text === 'junk')).toEqual([]);
    });

    it('is not delivered when it has a megabyte, and the broker stays well', async () => {
      const [device, other] = [await aDevice(), await aDevice()];
      const backend = await connectBackend();
      await backend.subscribe(topicFilterOfAllDevices('event'));
      await (await connectDevice(device)).publish(topicOf('event', device.id), Buffer.alloc(1_048_576, 'x'));
      await (await connectDevice(other)).publish(topicOf('event', other.id), 'small');
      await backend.arrival(topicOf('event', other.id), 'small');
      expect(backend.received).toHaveLength(1);
    });
  });

  it("does not deliver a backend's megabyte either, and keeps the document that was there", async () => {
    const device = await aDevice();
    const [first, second] = [await connectBackend(), await connectBackend()];
    await first.publish(topicOf('content', device.id), 'good', { retain: true });
    await first.publish(topicOf('content', device.id), Buffer.alloc(1_048_576, 'x'), { retain: true });
    const client = await connectDevice(device);
    await client.subscribe(topicOf('content', device.id), topicOf('command', device.id, '+'));
    await client.arrival(topicOf('content', device.id), 'good');
    await fence(second, client, device.id);
    expect(client.received.filter((message) => message.topic === topicOf('content', device.id))).toHaveLength(1);
  });

  describe('presence', () => {
    it('shows the backend the status of all devices, kept and new', async () => {
      const devices = [await aDevice(), await aDevice(), await aDevice()];
      for (const device of devices.slice(0, 2))
        await (await connectDevice(device)).publish(topicOf('status', device.id), 'on', { retain: true });
      const backend = await connectBackend();
      await backend.subscribe(topicFilterOfAllDevices('status'));
      for (const device of devices.slice(2))
        await (await connectDevice(device)).publish(topicOf('status', device.id), 'on', { retain: true });
      for (const device of devices) await backend.arrival(topicOf('status', device.id), 'on');
    });

    it('publishes the will when the line goes dead, and keeps it', async () => {
      const device = await aDevice();
      const backend = await connectBackend();
      await backend.subscribe(topicFilterOfAllDevices('status'));
      const client = await connectDevice(device, { will: willOf(device.id, 'off') });
      await client.publish(topicOf('status', device.id), 'on', { retain: true });
      await backend.arrival(topicOf('status', device.id), 'on');
      client.pullThePlug();
      await backend.arrival(topicOf('status', device.id), 'off');
      const late = await connectBackend();
      await late.subscribe(topicOf('status', device.id));
      expect(await late.arrival(topicOf('status', device.id), 'off')).toMatchObject({ retain: true });
    });

    it('publishes no will after a goodbye', async () => {
      const [device, other] = [await aDevice(), await aDevice()];
      const backend = await connectBackend();
      await backend.subscribe(topicFilterOfAllDevices('status'));
      const client = await connectDevice(device, { will: willOf(device.id, 'off') });
      await client.mqtt.endAsync();
      await delay(200);
      await (await connectDevice(other)).publish(topicOf('status', other.id), 'fence');
      await backend.arrival(topicOf('status', other.id), 'fence');
      expect(backend.received.filter((message) => message.topic === topicOf('status', device.id))).toEqual([]);
    });

    it.each([
      ["another's status", (victim: string) => topicOf('status', victim)],
      ["another's content", (victim: string) => topicOf('content', victim)],
    ])('publishes no will on %s', async (_says, topicFor) => {
      const [victim, intruder] = [await aDevice(), await aDevice()];
      const backend = await connectBackend();
      await backend.subscribe(`nc/v1/${victim.id}/#`, topicFilterOfAllDevices('event'));
      const client = await attempt({
        ...settingsOf(intruder),
        options: { will: { topic: topicFor(victim.id), payload: Buffer.from('forged'), qos: 1, retain: true } },
      });
      client?.pullThePlug();
      await delay(200);
      await (await connectDevice(victim)).publish(topicOf('event', victim.id), 'fence');
      await backend.arrival(topicOf('event', victim.id), 'fence');
      const late = await connectBackend();
      await late.subscribe(`nc/v1/${victim.id}/#`);
      await late.publish(topicOf('event', victim.id), 'late fence');
      await late.arrival(topicOf('event', victim.id), 'late fence');
      for (const reader of [backend, late]) expect(reader.received.filter((message) => message.text === 'forged')).toEqual([]);
    });

    it('gives the connection to whoever comes last with the same id, who ends up online', async () => {
      const device = await aDevice();
      const backend = await connectBackend();
      await backend.subscribe(topicFilterOfAllDevices('status'));
      const first = await connectDevice(device, { will: willOf(device.id, 'off') });
      await first.publish(topicOf('status', device.id), 'on', { retain: true });
      const second = await connectDevice(device, { will: willOf(device.id, 'off') });
      await second.publish(topicOf('status', device.id), 'on again', { retain: true });
      await backend.arrival(topicOf('status', device.id), 'on again');
      await expect.poll(() => first.connected).toBe(false);
      expect(second.connected).toBe(true);
      expect(backend.received.at(-1)).toMatchObject({ text: 'on again' });
      const late = await connectBackend();
      await late.subscribe(topicOf('status', device.id));
      await late.arrival(topicOf('status', device.id), 'on again');
    });

    it('keeps nothing for a device that was away except the retained documents', async () => {
      const device = await aDevice();
      const backend = await connectBackend();
      const first = await connectDevice(device, { clean: true });
      await first.subscribe(topicOf('command', device.id, '+'), topicOf('content', device.id));
      first.pullThePlug();
      await delay(100);
      await backend.publish(topicOf('command', device.id, 'c1'), 'missed');
      await backend.publish(topicOf('content', device.id), 'newest', { retain: true });
      const again = await connectDevice(device, { clean: true });
      await again.subscribe(topicOf('command', device.id, '+'), topicOf('content', device.id));
      await again.arrival(topicOf('content', device.id), 'newest');
      await fence(backend, again, device.id);
      expect(again.received.filter((message) => message.text === 'missed')).toEqual([]);
    });
  });

  interface Device {
    readonly id: string;
    readonly certificate: IssuedCertificate;
  }

  async function aDevice(): Promise<Device> {
    const id = randomUUID();
    return { id, certificate: await authority.issue(id) };
  }

  function settingsOf(device: Device): ClientSettings {
    return { port: broker.devicePort, authorityPem: authority.authorityPem, certificate: device.certificate, clientId: device.id };
  }

  function backendSettings(): ClientSettings {
    return {
      port: broker.backendPort,
      authorityPem: authority.authorityPem,
      certificate: backendCertificate,
      clientId: `backend-${randomUUID()}`,
    };
  }

  async function connectDevice(device: Device, options: ClientSettings['options'] = {}): Promise<TestClient> {
    return keep(await connectClient({ ...settingsOf(device), options }));
  }

  async function connectBackend(): Promise<TestClient> {
    return keep(await connectClient(backendSettings()));
  }

  /** Null when refused. */
  async function attempt(settings: ClientSettings): Promise<TestClient | null> {
    return await connectClient(settings).then(keep, () => null);
  }

  function keep(client: TestClient): TestClient {
    open.push(client);
    return client;
  }
}
