// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClaimRequestBody } from '@concierge/contract/http/device-claims.ts';
import { RenewalBody } from '@concierge/contract/http/devices.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { createCache, DEFAULT_LIMITS } from '../cache/cache.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { aContent, createTestSigner, type TestSigner, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { loadIdentity } from './identity.ts';
import { createPrivateDirectory } from './private-directory.ts';

/** A device that was claimed and whose files no longer say by whom. */
describe('a device that does not know any more whose it is', () => {
  let folder: ReturnType<typeof temporaryDirectory>;
  let authority: TestAuthority;
  let signer: TestSigner;
  let cloud: Server;
  let asked: string[];
  let confirmed: boolean;
  let agent: Agent | null;

  beforeEach(async () => {
    folder = temporaryDirectory();
    [authority, signer] = await Promise.all([createTestAuthority(), createTestSigner()]);
    asked = [];
    confirmed = false;
    agent = null;
    cloud = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
    await once(cloud, 'listening');
    // Nobody listens on the discard port: only HTTPS gets through.
    await claimDirectory(folder.path, { authority, signer, brokerUrl: 'mqtts://127.0.0.1:9', cloudUrl: cloudUrl(), serial: 'BOARD-1' });
    const cache = createCache({
      dataDir: folder.path,
      limits: () => DEFAULT_LIMITS,
      nowMs: Date.now,
      onIncident: () => undefined,
      logger: silentLogger,
    });
    cache.open();
    cache.store('content', await signer.sign('content', aContent()));
    cache.close();
  });
  afterEach(async () => {
    await agent?.stop();
    cloud.closeAllConnections();
    cloud.close();
    folder[Symbol.dispose]();
  });

  const cloudUrl = () => {
    const address = cloud.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  };
  let csrPem = '';
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    asked.push(request.url ?? '');
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(await answerTo(request.url ?? '', body)));
  }
  async function answerTo(path: string, body: unknown): Promise<unknown> {
    if (path === '/api/kiosk/certificates') return { certificatePem: await authority.answer(RenewalBody.parse(body).csrPem, testDeviceId) };
    if (path === '/api/kiosk/claims') {
      ({ csrPem } = ClaimRequestBody.parse(body));
      const claimId = '0198c0de-0000-7000-8000-0000000000c1';
      return { claimId, userCode: 'BCDFGHJK', confirmUrl: `${cloudUrl()}/office`, lastsSeconds: 600, pollSeconds: 1 };
    }
    if (!confirmed) return { state: 'waiting' };
    const certificatePem = await authority.answer(csrPem, testDeviceId);
    const { certificatePem: authorityPem } = authority;
    const claim = { deviceId: testDeviceId, buildingId: testBuildingId, certificatePem, authorityPem, cloudUrl: cloudUrl() };
    return { state: 'confirmed', claim: { ...claim, brokerUrl: 'mqtts://127.0.0.1:9', signingKeys: [signer.publicKey] } };
  }

  async function start(lookAgainMs: number, configured = cloudUrl()): Promise<Agent> {
    agent = createAgent({
      dataDir: folder.path,
      rendererDir: folder.path,
      shell: 'none',
      demo: false,
      port: null,
      cloudUrl: configured,
      boardSerial: 'BOARD-1',
      logger: silentLogger,
      backOff: { baseMs: 20, capMs: 60, stableAfterMs: 1_000 },
      renewalLooks: { firstMs: 50, everyMs: 200 },
      lookAgainMs,
    });
    await agent.start();
    return agent;
  }
  const file = (name: string) => join(folder.path, 'identity', name);
  const identityOnDisk = () => loadIdentity(createPrivateDirectory(join(folder.path, 'identity')), 'BOARD-1');

  it('shows a code after a while, not at once and not in secret, and is claimed anew', async () => {
    writeFileSync(file('claim.json'), '{');
    const kiosk = await start(2_000);
    expect(kiosk.screen.current()).toMatchObject({ phase: 'safe', claim: null });
    await sleep(500);
    expect(asked).toEqual([]);
    await until('it shows a code', () => kiosk.screen.current().claim?.code?.userCode === 'BCDF-GHJK');
    expect(kiosk.screen.current().phase).toBe('unclaimed');
    confirmed = true;
    await until('it is claimed', () => kiosk.screen.current().phase === 'safe');
    expect(kiosk.screen.current().claim).toBeNull();
    expect((await identityOnDisk()).ok).toBe(true);
  });

  it('for its certificate alone is damaged goes on showing the building, and has another certificate', async () => {
    writeFileSync(file('certificate.pem'), 'damaged');
    const kiosk = await start(60_000);
    expect(kiosk.screen.current()).toMatchObject({ phase: 'running', contentSequence: 1 });
    await until('it asks for another', () => asked.includes('/api/kiosk/certificates'));
    await expect.poll(async () => (await identityOnDisk()).ok, { timeout: 8_000 }).toBe(true);
    expect(asked).not.toContain('/api/kiosk/claims');
  });

  it('asks the cloud that it belongs to for another certificate, whatever cloud a card has named meanwhile', async () => {
    writeFileSync(file('certificate.pem'), 'damaged');
    // Nobody listens on the discard port.
    await start(60_000, 'http://127.0.0.1:9');
    await until('it asks for another', () => asked.includes('/api/kiosk/certificates'));
  });

  it.each(['key.pem', 'authority.pem', 'claim.json'])(
    'shows a code and is claimed anew also where the card does not give back %s at all',
    async (name) => {
      rmSync(file(name));
      mkdirSync(join(file(name), 'lost'), { recursive: true });
      const kiosk = await start(100);
      await until('it shows a code', () => kiosk.screen.current().claim?.code?.userCode === 'BCDF-GHJK');
      confirmed = true;
      await until('it is claimed', () => kiosk.screen.current().phase === 'safe');
      await expect.poll(async () => (await identityOnDisk()).ok, { timeout: 8_000 }).toBe(true);
    },
  );

  it('is itself again when what could not be read can be, without a restart', async () => {
    const claim = file('claim.json');
    rmSync(claim);
    mkdirSync(claim);
    const kiosk = await start(100);
    expect(kiosk.screen.current().phase).toBe('safe');
    await until('it shows a code', () => kiosk.screen.current().claim !== null);
    rmSync(claim, { recursive: true });
    await claimDirectory(folder.path, { authority, signer, brokerUrl: 'mqtts://127.0.0.1:9', cloudUrl: cloudUrl(), serial: 'BOARD-1' });
    await until('it shows its building', () => kiosk.screen.current().phase === 'running');
    expect(kiosk.screen.current().claim).toBeNull();
  });
});
