// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { createHash, createPublicKey, randomUUID, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClaimPollReply, ClaimRequestReply } from '@concierge/contract/http/device-claims.ts';
import { DeviceCommand, DeviceCommandList } from '@concierge/contract/http/device-commands.ts';
import { DEVICE_END_MAX_BYTES, DeviceEndReply, deviceEndForm } from '@concierge/contract/http/device-end.ts';
import { type ClaimReply, RenewalReply } from '@concierge/contract/http/devices.ts';
import { DevicePage } from '@concierge/contract/http/fleet.ts';
import { CommandClaims, type CommandResult } from '@concierge/contract/mqtt/command.ts';
import { DesiredClaims } from '@concierge/contract/mqtt/desired.ts';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { openClaims } from '@concierge/contract/signed-claims.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { wordPairOf } from '@concierge/contract/word-pairs.ts';
import { X509Certificate as PeculiarCertificate, X509Crl } from '@peculiar/x509';
import { type CryptoKey, importJWK } from 'jose';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aReport } from '../../testing/a-report.ts';
import { claimingDevice } from '../../testing/claiming-device.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;
const clients: MqttClient[] = [];

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  manager = await signedIn(ours);
});
afterAll(async () => running.stop());
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
});

async function signedIn(tenant: PlantedTenant): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(tenant.manager)).status).toBe(200);
  return browser;
}

interface Screen {
  readonly id: string;
  readonly keyPem: string;
  readonly csrPem: string;
  readonly claim: ClaimReply;
}

const spkiOf = ({ keyPem }: { keyPem: string }) => createPublicKey(keyPem).export({ type: 'spki', format: 'der' });

async function claimedScreen(): Promise<Screen> {
  const device = await claimingDevice(`SERIAL-${randomUUID().slice(0, 8)}`);
  const ask = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(new URL(path, running.cloud.url), { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const { claimId, userCode } = ClaimRequestReply.parse(await ask('/api/kiosk/claims', device.request));
  expect((await manager.request('POST', '/api/kiosk/claims/lookup', { userCode })).status).toBe(200);
  const words = wordPairOf(createHash('sha256').update(spkiOf(device)).digest());
  const body = { words, buildingId: ours.buildingId, name: 'Είσοδος', placement: null };
  expect((await manager.request('POST', `/api/kiosk/claims/${claimId}/confirm`, body)).status).toBe(201);
  const answer = ClaimPollReply.parse(await ask(`/api/kiosk/claims/${claimId}/poll`, { signature: device.signatureFor(claimId) }));
  if (answer.state !== 'confirmed') throw new Error(answer.state);
  return { id: answer.claim.deviceId, keyPem: device.keyPem, csrPem: device.csrPem, claim: answer.claim };
}

function connect(screen: Screen): Promise<MqttClient> {
  return mqtt.connectAsync(running.cloud.brokerUrl, {
    clientId: screen.id,
    key: screen.keyPem,
    cert: screen.claim.certificatePem,
    ca: screen.claim.authorityPem,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 3_000,
  });
}

/** The screen at the broker: the newest desired state it was sent, how many contents, and whether it was cut off. */
async function online(screen: Screen) {
  const client = await connect(screen);
  clients.push(client);
  const heard: { desired: DesiredClaims | null; contents: number; withdrawn: boolean; closed: boolean } = {
    desired: null,
    contents: 0,
    withdrawn: false,
    closed: false,
  };
  client.on('error', () => undefined);
  client.on('close', () => (heard.closed = true));
  client.on('message', (topic, payload) => {
    // An empty one takes it back.
    if (topic === topicOf('content', screen.id) && payload.length > 0) heard.contents += 1;
    if (topic !== topicOf('desired', screen.id)) return;
    heard.withdrawn ||= payload.length === 0;
    if (payload.length === 0) return;
    const [, claims = ''] = payload.toString('latin1').split('.');
    heard.desired = DesiredClaims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')));
  });
  await client.subscribeAsync([topicOf('desired', screen.id), topicOf('content', screen.id)], { qos: 1 });
  await vi.waitFor(() => expect(heard.desired?.content).not.toBeNull(), 10_000);
  const say = (event: DeviceEvent['event']) => client.publishAsync(topicOf('event', screen.id), wordOf(event), { qos: 1 });
  return { client, heard, say };
}

function wordOf(event: DeviceEvent['event']): string {
  const said: DeviceEvent = { id: randomUUID(), event, detail: null, agentVersion: '0.1.0', at: new Date().toISOString() };
  return JSON.stringify(said);
}

const listed = async (): Promise<DevicePage['items']> => DevicePage.parse((await manager.request('GET', '/api/kiosk/devices')).json).items;

/** Somebody whom the broker takes for the cloud. */
async function connectAsCloud(screen: Screen): Promise<MqttClient> {
  const [key, certificate] = (await readFile(join(running.dataFolder, 'keys/backend.pem'), 'utf8')).split(
    /(?=-----BEGIN CERTIFICATE-----)/,
  );
  return mqtt.connectAsync(running.cloud.brokerUrl, {
    clientId: `backend-${randomUUID()}`,
    ...(key === undefined ? {} : { key }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ca: screen.claim.authorityPem,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
}

/** What the broker still keeps of the screen, as the cloud sees it. One of a screen that there is not is asked for behind it, so whoever has that has all. */
async function retainedOf(screen: Screen): Promise<string[]> {
  const backend = await connectAsCloud(screen);
  const fence = topicOf('facts', randomUUID());
  const topics: string[] = [];
  backend.on('message', (topic) => topics.push(topic));
  await backend.publishAsync(fence, 'this is all', { qos: 1, retain: true });
  await backend.subscribeAsync([`nc/v1/${screen.id}/#`, fence], { qos: 1 });
  await vi.waitFor(() => expect(topics).toContain(fence), 10_000);
  await backend.publishAsync(fence, '', { qos: 1, retain: true });
  await backend.endAsync(true);
  return topics.filter((topic) => topic !== fence);
}

/** The cloud has handled what the screen said before: it hears one screen's messages in their order, and this one is the last. */
async function untilHeardOut(screen: Screen, client: MqttClient): Promise<void> {
  const agentVersion = `0.1.0-${randomUUID().slice(0, 8)}`;
  await client.publishAsync(topicOf('reported', screen.id), JSON.stringify(aReport({ agentVersion })), { qos: 1 });
  await vi.waitFor(
    async () => expect((await listed()).find(({ id }) => id === screen.id)?.reported?.agentVersion).toBe(agentVersion),
    10_000,
  );
}

describe('a screen that is newer than its cloud', () => {
  it('is heard, without what the cloud does not know', async () => {
    const screen = await claimedScreen();
    const { client } = await online(screen);
    const reported = aReport({ agentVersion: '9.0.0' });
    await client.publishAsync(topicOf('reported', screen.id), JSON.stringify({ ...reported, mood: 'calm' }), { qos: 1 });
    await vi.waitFor(async () => expect((await listed()).find(({ id }) => id === screen.id)?.reported).toEqual(reported), 10_000);
  });
});

describe('a screen that is decommissioned', () => {
  it('is told so by a signed word, is listed as leaving, and is gone when it has said that it wiped itself', async () => {
    const [screen, neighbour] = [await claimedScreen(), await online(await claimedScreen())];
    const { heard, say } = await online(screen);
    expect(await retainedOf(screen)).toContain(topicOf('desired', screen.id));
    expect((await manager.request('DELETE', `/api/kiosk/devices/${screen.id}`)).status).toBe(204);
    await vi.waitFor(() => expect(heard.desired).toMatchObject({ decommission: true, content: null }), 10_000);
    expect((await listed()).find(({ id }) => id === screen.id)).toMatchObject({ leaving: true });

    // What the building says from now on is none of its business.
    const [contents, toTheNeighbour] = [heard.contents, neighbour.heard.contents];
    await manager.request('POST', '/api/announcements', {
      buildingId: ours.buildingId,
      category: 'general',
      title: { el: 'Νέο', en: null },
    });
    await vi.waitFor(() => expect(neighbour.heard.contents).toBeGreaterThan(toTheNeighbour), 10_000);

    await say('decommissioned');
    await vi.waitFor(() => expect(heard.closed).toBe(true), 10_000);
    expect(heard.contents).toBe(contents);
    // By this it knows that it was heard, and forgets who it was.
    expect(heard.withdrawn).toBe(true);
    expect((await listed()).some(({ id }) => id === screen.id)).toBe(false);
    await expect(connect(screen)).rejects.toThrow();
    await vi.waitFor(async () => expect(await retainedOf(screen)).toEqual([]), 10_000);
    // Asked again it is gone.
    expect((await manager.request('DELETE', `/api/kiosk/devices/${screen.id}`)).status).toBe(410);
  });

  it('and says again that it is wiped, because it did not hear the answer, is answered again', async () => {
    const screen = await claimedScreen();
    expect((await manager.request('POST', `/api/kiosk/devices/${screen.id}/revoke`)).status).toBe(204);
    await vi.waitFor(async () => expect(await retainedOf(screen)).toEqual([]), 10_000);
    // Our broker lets it in no more; another one does until it has fetched the revocation list.
    const broker = await connectAsCloud(screen);
    clients.push(broker);
    const answers: string[] = [];
    broker.on('message', (topic, payload) => payload.length === 0 && answers.push(topic));
    await broker.subscribeAsync(topicOf('desired', screen.id), { qos: 1 });
    await broker.publishAsync(topicOf('event', screen.id), wordOf('decommissioned'), { qos: 1 });
    await vi.waitFor(() => expect(answers).toEqual([topicOf('desired', screen.id)]), 10_000);
  });

  it('stays while its disk does not let go of what it showed, and the office can read why', async () => {
    const screen = await claimedScreen();
    const { say } = await online(screen);
    expect((await manager.request('DELETE', `/api/kiosk/devices/${screen.id}`)).status).toBe(204);
    await say('wipe-failed');
    await vi.waitFor(async () => {
      const { rows } = await running.owner.query('select from audit_event where action = $1 and subject_id = $2', [
        'device.wipe-failed',
        screen.id,
      ]);
      expect(rows).toHaveLength(1);
    }, 10_000);
    expect((await listed()).find(({ id }) => id === screen.id)).toMatchObject({ leaving: true, wipeFailed: true });
  });

  it('does not end its own life: a screen that was not asked to leave stays', async () => {
    const screen = await claimedScreen();
    const { client, heard, say } = await online(screen);
    await say('decommissioned');
    await untilHeardOut(screen, client);
    expect(heard.closed).toBe(false);
    expect((await listed()).find(({ id }) => id === screen.id)).toMatchObject({ leaving: false });
  });
});

describe('a command for a screen', () => {
  const commandsOf = async (screen: Screen) =>
    DeviceCommandList.parse((await manager.request('GET', `/api/kiosk/devices/${screen.id}/commands`)).json).items;

  it('reaches it signed, with an end, and its answer is heard once', async () => {
    const screen = await claimedScreen();
    const { client } = await online(screen);
    const commands: CommandClaims[] = [];
    client.on('message', (topic, payload) => {
      if (!topic.startsWith(`nc/v1/${screen.id}/cmd/`)) return;
      const [, claims = ''] = payload.toString('latin1').split('.');
      commands.push(CommandClaims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))));
    });
    await client.subscribeAsync(topicOf('command', screen.id, '+'), { qos: 1 });
    const issued = await manager.request('POST', `/api/kiosk/devices/${screen.id}/commands`, { command: 'identify' });
    expect(issued.status).toBe(201);
    const { id, outcome, words } = DeviceCommand.parse(issued.json);
    expect(outcome).toBe('waiting');
    expect(words).toEqual(wordPairOf(createHash('sha256').update(spkiOf(screen)).digest()));
    await vi.waitFor(() => expect(commands).toMatchObject([{ id, deviceId: screen.id, command: 'identify' }]), 10_000);

    const answer = (said: 'done' | 'failed', of = id) =>
      client.publishAsync(
        topicOf('commandResult', screen.id, of),
        JSON.stringify({ id: of, outcome: said, at: new Date().toISOString() }),
        { qos: 1 },
      );
    await answer('done');
    await vi.waitFor(async () => expect(await commandsOf(screen)).toMatchObject([{ id, outcome: 'done' }]), 10_000);
    await answer('failed');
    await untilHeardOut(screen, client);
    expect(await commandsOf(screen)).toMatchObject([{ id, outcome: 'done' }]);
  });

  it('is answered by its own screen only, and runs out by the clock when it is not answered at all', async () => {
    const [screen, other] = [await claimedScreen(), await claimedScreen()];
    const { client } = await online(other);
    const { id } = DeviceCommand.parse(
      (await manager.request('POST', `/api/kiosk/devices/${screen.id}/commands`, { command: 'reload' })).json,
    );
    await client.publishAsync(
      topicOf('commandResult', other.id, id),
      JSON.stringify({ id, outcome: 'done', at: new Date().toISOString() } satisfies CommandResult),
      { qos: 1 },
    );
    await untilHeardOut(other, client);
    expect(await commandsOf(screen)).toMatchObject([{ outcome: 'waiting' }]);
    await running.owner.query('update device_command set expires_at = now() where id = $1', [id]);
    expect(await commandsOf(screen)).toMatchObject([{ outcome: 'expired' }]);
  });

  it('is one of a few names, given by whoever may, to a screen of their own', async () => {
    const screen = await claimedScreen();
    for (const command of ['reboot; rm -rf /', '', 'IDENTIFY', null])
      expect((await manager.request('POST', `/api/kiosk/devices/${screen.id}/commands`, { command })).status).toBe(400);
    const stranger = await signedIn(theirs);
    expect((await stranger.request('POST', `/api/kiosk/devices/${screen.id}/commands`, { command: 'reload' })).status).toBe(404);
    expect((await stranger.request('GET', `/api/kiosk/devices/${screen.id}/commands`)).status).toBe(404);
    expect(await commandsOf(screen)).toEqual([]);
  });
});

describe('the certificate of a screen', () => {
  const renew = async (deviceId: string, csrPem: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ deviceId, csrPem });
    const response = await fetch(new URL('/api/kiosk/certificates', running.cloud.url), { method: 'POST', headers, body });
    return { status: response.status, json: (await response.json()) as unknown };
  };
  const lastCertifiedLongAgo = (screen: Screen) =>
    running.owner.query("update device_certificate set issued_at = now() - interval '60 days' where device_id = $1", [screen.id]);

  it('is renewed for its key, and the old one is good until it runs out', async () => {
    const screen = await claimedScreen();
    await lastCertifiedLongAgo(screen);
    await running.owner.query("update device set certificate_expires_at = now() - interval '1 day' where id = $1", [screen.id]);
    const renewed = await renew(screen.id, screen.csrPem);
    expect(renewed.status).toBe(201);
    const certificatePem = RenewalReply.parse(renewed.json).certificatePem;
    expect(certificatePem).not.toBe(screen.claim.certificatePem);
    for (const pem of [certificatePem, screen.claim.certificatePem]) {
      const client = await connect({ ...screen, claim: { ...screen.claim, certificatePem: pem } });
      await client.endAsync(true);
    }
    const { rows } = await running.owner.query('select from device_certificate where device_id = $1', [screen.id]);
    expect(rows).toHaveLength(2);
  });

  it('is renewed for nobody else, and one who was revoked is told so by a signed word', async () => {
    const screen = await claimedScreen();
    await lastCertifiedLongAgo(screen);
    const stranger = await claimingDevice();
    expect((await renew(screen.id, stranger.csrPem)).status).toBe(403);
    expect((await renew(randomUUID(), screen.csrPem)).status).toBe(403);
    expect((await renew(screen.id, 'no request')).status).toBe(403);
    expect((await manager.request('POST', `/api/kiosk/devices/${screen.id}/revoke`)).status).toBe(204);
    const ended = await renew(screen.id, screen.csrPem);
    expect(ended.status).toBe(200);
    // By the key that it pinned at its claim, and about itself: nobody on the line can say it of another.
    const pinned = await Promise.all(screen.claim.signingKeys.map(async (key) => [key.kid, await importJWK(key, 'EdDSA')] as const));
    const keys = new Map(pinned.filter((pair): pair is [string, CryptoKey] => !(pair[1] instanceof Uint8Array)));
    const word = await openClaims(deviceEndForm, DeviceEndReply.parse(ended.json).ended, DEVICE_END_MAX_BYTES, keys);
    expect(word).toMatchObject({ ok: true, value: { kind: 'ended', deviceId: screen.id } });
    const { rows } = await running.owner.query<{ serial: string }>('select serial from revoked_certificates()');
    // One that comes out of a drawer years later is told the same, when no list names it any more.
    await running.owner.query("update device set certificate_expires_at = now() - interval '3 years' where id = $1", [screen.id]);
    expect(DeviceEndReply.safeParse((await renew(screen.id, screen.csrPem)).json).success).toBe(true);
    const serial = new X509Certificate(screen.claim.certificatePem).serialNumber.toLowerCase();
    expect(rows.map((row) => row.serial)).toContain(serial);
    // As brokers fetch it: made by the authority, with this serial and no living screen's.
    const reply = await fetch(new URL('/api/kiosk/revoked-certificates', running.cloud.url));
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/x-pem-file']);
    const list = new X509Crl(await reply.text());
    expect(await list.verify({ publicKey: new PeculiarCertificate(screen.claim.authorityPem) })).toBe(true);
    expect(list.entries.map(({ serialNumber }) => serialNumber)).toContain(serial);
    const living = await claimedScreen();
    expect(list.findRevoked(new X509Certificate(living.claim.certificatePem).serialNumber.toLowerCase())).toBeNull();
  });
});

describe('a screen that is revoked', () => {
  it('is cut off at once and let in no more, also by a cloud that has started anew', async () => {
    const screen = await claimedScreen();
    const { heard } = await online(screen);
    expect((await manager.request('POST', `/api/kiosk/devices/${screen.id}/revoke`)).status).toBe(204);
    await vi.waitFor(() => expect(heard.closed).toBe(true), 10_000);
    await expect(connect(screen)).rejects.toThrow();
    await running.goDown();
    await running.comeBack();
    manager = await signedIn(ours);
    await expect(connect(screen)).rejects.toThrow();
    expect((await listed()).some(({ id }) => id === screen.id)).toBe(false);
  });

  it('again is told so, to its own office', async () => {
    const screen = await claimedScreen();
    const revoke = (who: TestBrowser) => who.request('POST', `/api/kiosk/devices/${screen.id}/revoke`);
    expect((await revoke(manager)).status).toBe(204);
    for (const again of [await revoke(manager), await manager.request('DELETE', `/api/kiosk/devices/${screen.id}`)])
      expect([again.status, field(again.json, 'code')]).toEqual([410, 'device-gone']);
    const strangers = await revoke(await signedIn(theirs));
    expect([strangers.status, field(strangers.json, 'code')]).toEqual([404, 'not-found']);
  });

  it('is revoked by its own office only', async () => {
    const screen = await claimedScreen();
    const stranger = await signedIn(theirs);
    expect((await stranger.request('POST', `/api/kiosk/devices/${screen.id}/revoke`)).status).toBe(404);
    expect((await stranger.request('DELETE', `/api/kiosk/devices/${screen.id}`)).status).toBe(404);
    expect((await listed()).find(({ id }) => id === screen.id)).toMatchObject({ leaving: false });
  });
});
