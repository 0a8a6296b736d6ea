import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimReply, DevelopmentClaimBody } from '@concierge/contract/http/devices.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { createTestSigner, type TestSigner, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { loadIdentity } from './identity.ts';
import { createPrivateDirectory } from './private-directory.ts';
import { boardSerial, deviceSerial } from './serial.ts';

const TOKEN = 'a-token-of-at-least-twenty';

let directory: ReturnType<typeof temporaryDirectory>;
let authority: TestAuthority;
let signer: TestSigner;
let cloud: Server;
let asked: (body: unknown) => Promise<{ status: number; body: unknown }>;
let requests: unknown[];
const agents: Agent[] = [];

beforeEach(async () => {
  directory = temporaryDirectory();
  authority = await createTestAuthority();
  signer = await createTestSigner();
  requests = [];
  asked = async (body) => ({ status: 201, body: await reply(body) });
  cloud = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(cloud, 'listening');
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
  cloud.closeAllConnections();
  cloud.close();
  directory[Symbol.dispose]();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  requests.push({ url: request.url, body });
  const answered = await asked(body);
  response.writeHead(answered.status, { 'content-type': 'application/json' }).end(JSON.stringify(answered.body));
}

async function reply(body: unknown, change: Partial<ClaimReply> = {}): Promise<ClaimReply> {
  const { csrPem } = DevelopmentClaimBody.parse(body);
  return {
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    certificatePem: await authority.answer(csrPem, testDeviceId),
    authorityPem: authority.certificatePem,
    brokerUrl: 'mqtts://localhost:1',
    cloudUrl: cloudUrl(),
    signingKeys: [signer.publicKey],
    ...change,
  };
}

function cloudUrl(): string {
  const address = cloud.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function startUnclaimed(tokenWritten = true): Promise<Agent> {
  if (tokenWritten) writeFileSync(join(directory.path, 'token'), `${TOKEN}\n`);
  const agent = createAgent({
    dataDir: join(directory.path, 'kiosk'),
    rendererDir: directory.path,
    shell: 'none',
    demo: true,
    port: null,
    cloudUrl: cloudUrl(),
    claimTokenFile: join(directory.path, 'token'),
    logger: silentLogger,
    backOff: { baseMs: 20, capMs: 60, stableAfterMs: 1_000 },
    lookAgainMs: 100,
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

const identity = () => {
  const files = createPrivateDirectory(join(directory.path, 'kiosk/identity'));
  return loadIdentity(files, deviceSerial(files, boardSerial()));
};
const phase = (agent: Agent) => agent.screen.current().phase;

describe('the development claim', () => {
  it('sends only a request for a certificate, keeps the key, and the device is claimed', async () => {
    const agent = await startUnclaimed();
    expect(phase(agent)).toBe('unclaimed');
    await until('it is claimed', () => phase(agent) === 'safe');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ url: '/api/kiosk/claims/development', body: { token: TOKEN } });
    expect(JSON.stringify(requests)).not.toContain('PRIVATE KEY');
    expect(await identity()).toMatchObject({ ok: true, value: { deviceId: testDeviceId, buildingId: testBuildingId } });
    expect(readdirSync(join(directory.path, 'kiosk/identity')).sort()).toContain('claim.json');
    await agent.stop();

    const again = await startUnclaimed();
    expect(phase(again)).toBe('safe');
    await sleep(100);
    expect(requests).toHaveLength(1);
  });

  it('waits for the token and for the cloud', async () => {
    let refusals = 0;
    asked = async (body) => {
      refusals += 1;
      return refusals <= 3 ? { status: 503, body: {} } : { status: 201, body: await reply(body) };
    };
    const agent = await startUnclaimed(false);
    await sleep(100);
    expect(requests).toHaveLength(0);
    writeFileSync(join(directory.path, 'token'), TOKEN);
    await until('it is claimed', () => phase(agent) === 'safe');
    expect(refusals).toBe(4);
  });

  it.each<[string, (body: unknown) => Promise<{ status: number; body: unknown }>]>([
    ['a refusal', async () => ({ status: 403, body: {} })],
    ['a reply of another form', async (body) => ({ status: 201, body: await reply(body, { signingKeys: [] }) })],
    ['a reply that is too long', async (body) => ({ status: 201, body: await reply(body, { cloudUrl: 'x'.repeat(100_000) }) })],
    ['a broker without encryption', async (body) => ({ status: 201, body: await reply(body, { brokerUrl: 'mqtt://localhost:1883' }) })],
    [
      "another device's certificate",
      async (body) => ({ status: 201, body: await reply(body, { certificatePem: (await authority.issue(testDeviceId)).certificatePem }) }),
    ],
    ['a certificate under another name', async (body) => ({ status: 201, body: await reply(body, { deviceId: testBuildingId }) })],
    [
      'a certificate of another authority',
      async (body) => ({ status: 201, body: await reply(body, { authorityPem: (await createTestAuthority()).certificatePem }) }),
    ],
  ])('stays unclaimed on %s, and asks again', async (_what, bad) => {
    asked = bad;
    const agent = await startUnclaimed();
    await until('it asked twice', () => requests.length >= 2);
    expect(phase(agent)).toBe('unclaimed');
    expect(await identity()).toEqual({ ok: false, error: 'unclaimed' });
    asked = async (body) => ({ status: 201, body: await reply(body) });
    await until('it is claimed', () => phase(agent) === 'safe');
  });

  it.each(['claim.json', 'certificate.pem', 'authority.pem', 'key.pem'])('recovers from a damaged %s with a new claim', async (file) => {
    const before = await startUnclaimed();
    await until('it is claimed', () => phase(before) === 'safe');
    await before.stop();
    writeFileSync(join(directory.path, 'kiosk/identity', file), 'damaged');
    expect(await identity()).toEqual({ ok: false, error: 'damaged' });
    const after = await startUnclaimed();
    expect(phase(after)).toBe('safe');
    for (let tries = 0; tries < 100 && !(await identity()).ok; tries += 1) await sleep(20);
    expect((await identity()).ok).toBe(true);
  });
});
