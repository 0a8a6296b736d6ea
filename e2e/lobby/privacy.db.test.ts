import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

/**
 * Names, phones, apartment labels and amounts are planted in every source table; then everything that leaves the cloud for a lobby or the public is searched for them.
 */
let running: RunningCloud;
let tenant: PlantedTenant;
let kiosk: TestKiosk;
let eavesdropper: MqttClient;
const payloads: { topic: string; text: string }[] = [];

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  eavesdropper = await listenToEverything();
  kiosk = await startKiosk(running, tenant);
});
afterAll(async () => {
  await eavesdropper.endAsync(true);
  await forgetKiosk(kiosk);
  await running.stop();
});

it('lets no name, phone, apartment or amount out on MQTT, on a public page, or onto the kiosk', async () => {
  const office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
  await office.request('POST', '/api/announcements', {
    buildingId: tenant.buildingId,
    category: 'general',
    title: { el: 'Δημόσιο', en: null },
  });
  await kiosk.until(
    'the new announcement is shown',
    (state) => state.document?.announcements.some((one) => one.title.el === 'Δημόσιο') ?? false,
  );
  await kiosk.until('a code is shown', (state) => state.qr !== null);

  const visitor = new TestBrowser(running.cloud.url);
  const publicReplies: { topic: string; text: string }[] = [];
  for (const path of [
    `/api/public-info/${tenant.buildingId}`,
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/csrf',
    '/api/openapi.json',
    '/api/docs',
  ]) {
    publicReplies.push({ topic: path, text: (await visitor.request('GET', path)).text });
  }
  const connected = await visitor.request('POST', '/api/kiosk/connect', { token: kiosk.state().qr?.url.split('/').at(-1) });
  expect(connected.status).toBe(200);
  publicReplies.push({ topic: '/api/kiosk/connect', text: connected.text });
  const screen = await fetch(kiosk.agent.url ?? '');
  publicReplies.push(
    { topic: 'the kiosk page', text: await screen.text() },
    { topic: 'the screen state', text: JSON.stringify(kiosk.state()) },
  );

  await expect
    .poll(() => [...new Set(payloads.map(({ topic }) => topic.split('/').at(-1)))], { timeout: 10_000 })
    .toEqual(expect.arrayContaining(['content', 'desired', 'facts', 'qr', 'reported', 'status', 'event']));

  // Every replica of the documents: what travelled, what was answered, what lies on the kiosk's disk, each also with its base64 opened.
  await kiosk.stop();
  const everything = [...payloads, ...publicReplies, ...(await filesBelow(kiosk.dataFolder))].flatMap(({ topic, text }) => [
    { topic, text },
    { topic: `${topic} (decoded)`, text: decodedParts(text) },
  ]);
  // The search finds what is there: else it would prove nothing.
  const [publicName = ''] = tenant.publicTexts;
  expect(everything.filter(({ text }) => text.includes(publicName)).length).toBeGreaterThan(4);
  for (const { topic, text } of everything) {
    for (const secret of tenant.secrets) expect(text.includes(secret), `"${secret}" is in ${topic}`).toBe(false);
  }
}, 60_000);

async function listenToEverything(): Promise<MqttClient> {
  const keys = join(running.dataFolder, 'keys');
  const [privateKeyPem = '', certificatePem = ''] = (await readFile(join(keys, 'backend.pem'), 'utf8')).split(
    /(?=-----BEGIN CERTIFICATE-----)/,
  );
  const authorityPem = (await readFile(join(keys, 'device-authority.pem'), 'utf8')).split(/(?=-----BEGIN CERTIFICATE-----)/)[1] ?? '';
  const client = await mqtt.connectAsync(running.cloud.brokerUrl, {
    clientId: 'backend-test',
    key: privateKeyPem,
    cert: certificatePem,
    ca: authorityPem,
    protocolVersion: 4,
  });
  client.on('message', (topic, payload) =>
    payloads.push({ topic, text: payload.toString('latin1') }, { topic, text: payload.toString('utf8') }),
  );
  await client.subscribeAsync('nc/#', { qos: 1 });
  return client;
}

async function filesBelow(folder: string): Promise<{ topic: string; text: string }[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.some((file) => /\.(db|sqlite)/.test(file))).toBe(true);
  return Promise.all(
    files.flatMap((file) => [readFile(file, 'latin1'), readFile(file, 'utf8')].map(async (text) => ({ topic: file, text: await text }))),
  );
}

/** The text of everything in it that looks like base64url: the payloads of signed documents. */
function decodedParts(text: string): string {
  return (text.match(/[A-Za-z0-9_-]{40,}/g) ?? []).map((part) => Buffer.from(part, 'base64url').toString('utf8')).join('\n');
}
