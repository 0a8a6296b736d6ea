import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandClaims, CommandResult } from '@concierge/contract/mqtt/command.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { type Agent, createAgent } from '@concierge/kiosk-agent/agent.ts';
import { pictureFromShell } from '@concierge/kiosk-agent/screen/picture.ts';
import { createTestAuthority } from '@concierge/kiosk-agent/testing/authority.ts';
import { availableBrokers, type TestBroker } from '@concierge/kiosk-agent/testing/brokers.ts';
import { connectCloud, type TestCloud } from '@concierge/kiosk-agent/testing/cloud.ts';
import { createTestSigner, instant, type TestSigner, testBuildingId, testDeviceId } from '@concierge/kiosk-agent/testing/documents.ts';
import { claimDirectory, silentLogger } from '@concierge/kiosk-agent/testing/kiosk.ts';
import { type ResultTaker, startResultTaker } from '@concierge/kiosk-agent/testing/result-taker.ts';
import { expect, type Page, test } from '@playwright/test';
import { connectAsync, type MqttClient } from 'mqtt';
import { z } from 'zod';
import { DEFAULT_LADDER_LIMITS } from '../ladder.ts';
import { createLadderMemoryFile } from '../ladder-memory.ts';
import { findChromium } from './find-chromium.ts';
import { type ChromiumShell, createChromiumShell } from './launch.ts';

// A picture from end to end: a signed command over a broker, the real agent, the real shell with a real Chromium without a window, and the bytes over HTTP.

let folder: string;
let broker: TestBroker;
let cloud: TestCloud;
let office: MqttClient;
let signer: TestSigner;
let taker: ResultTaker;
let agent: Agent;
let shell: ChromiumShell;
let results: CommandResult[];

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'picture-'));
  const authority = await createTestAuthority();
  signer = await createTestSigner();
  const [kind] = availableBrokers();
  if (kind === undefined) throw new Error('there is no broker');
  broker = await kind.create(authority);
  await broker.start();
  cloud = await connectCloud(broker, authority, signer);
  taker = await startResultTaker();
  await claimDirectory(join(folder, 'kiosk'), { authority, signer, brokerUrl: broker.url, cloudUrl: taker.url });
  results = [];
  const { keyPem, certificatePem } = await authority.issue('backend');
  const trust = { ca: authority.certificatePem, cert: certificatePem, key: keyPem };
  office = await connectAsync(broker.url, { protocolVersion: 4, clientId: 'backend-results', ...trust, reconnectPeriod: 0 });
  office.on('message', (_topic, payload) => results.push(CommandResult.parse(JSON.parse(payload.toString('utf8')))));
  await office.subscribeAsync(topicOf('commandResult', testDeviceId, '+'), { qos: 1 });

  const pictureSocket = join(folder, 'picture');
  agent = createAgent({
    dataDir: join(folder, 'kiosk'),
    rendererDir: twoHalves(join(folder, 'renderer')),
    shell: 'chromium',
    demo: false,
    port: 0,
    takePicture: () => pictureFromShell(pictureSocket),
    logger: silentLogger,
  });
  await agent.start();
  const program = findChromium(process.env['CONCIERGE_CHROMIUM'], process.env['PATH']);
  if (!program.ok) throw new Error(program.error);
  shell = createChromiumShell({
    options: {
      program: program.value,
      pageUrl: agent.url ?? '',
      profileDir: join(folder, 'profile'),
      limits: DEFAULT_LADDER_LIMITS,
      askEveryMs: 300,
      headless: true,
      runsAsRoot: process.getuid?.() === 0,
      pictureSocket,
    },
    memory: createLadderMemoryFile(join(folder, 'ladder.json')),
    logger: silentLogger,
  });
  shell.start();
});

test.afterEach(async () => {
  await shell.stop();
  await agent.stop();
  await office.endAsync(true);
  await cloud.leave();
  await broker.stop();
  await taker.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function command(name: CommandClaims['command']): Promise<string> {
  const id = crypto.randomUUID();
  const claims: CommandClaims = {
    kind: 'command',
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    id,
    command: name,
    issuedAt: instant(Date.now()),
    expiresAt: instant(Date.now() + 60_000),
  };
  await cloud.send(topicOf('command', testDeviceId, id), await signer.sign('command', claims), false);
  return id;
}

test('the glass as it is comes to whoever asked; the page itself has no way to it', async ({ page }) => {
  await expect.poll(() => agent.health().paintedAgeSeconds, { timeout: 20_000 }).not.toBeNull();
  await expect.poll(() => cloud.status()?.online, { timeout: 10_000 }).toBe(true);
  const id = await command('screenshot');
  await expect.poll(() => results, { timeout: 20_000 }).toMatchObject([{ id, outcome: 'done' }]);
  const picture = taker.taken[0]?.content ?? Buffer.alloc(0);
  expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
  const seen = await look(page, picture);
  expect(seen.width * seen.height).toBeGreaterThan(300 * 300);
  expect(seen).toMatchObject({ left: [4, 0, 0], right: [0, 0, 4] });

  // The page's own server knows nothing of pictures, so a page that has gone wrong can neither fetch one nor bring one.
  for (const [method, path] of [
    ['GET', 'picture'],
    ['POST', 'picture'],
    ['GET', 'screen/picture'],
    ['POST', 'screen/picture'],
  ] as const)
    expect([404, 405]).toContain((await fetch(new URL(path, agent.url ?? ''), { method })).status);
});

test('without a browser there is no picture, and that is said', async () => {
  await expect.poll(() => cloud.status()?.online, { timeout: 10_000 }).toBe(true);
  await shell.stop();
  const id = await command('screenshot');
  await expect.poll(() => results, { timeout: 20_000 }).toMatchObject([{ id, outcome: 'failed' }]);
  expect(taker.taken).toEqual([]);
});

/** A page that can be told from every other in a picture: left red, right blue. It reports one frame, as the renderer does. */
function twoHalves(rendererDir: string): string {
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(
    join(rendererDir, 'index.html'),
    `<!doctype html><title>x</title><script type="application/json" id="screen-state">null</script>
    <body style="margin: 0; height: 100vh; background: linear-gradient(90deg, #f00 50%, #00f 50%)"><script src="/assets/page-abcdefgh.js"></script>`,
  );
  const frame = JSON.stringify({ contentSequence: 0, scene: 'halves' });
  const post = `fetch('/screen/painted', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '${frame}' })`;
  writeFileSync(join(rendererDir, 'assets/page-abcdefgh.js'), `requestAnimationFrame(() => requestAnimationFrame(() => ${post}))`);
  return rendererDir;
}

const Seen = z.object({ width: z.number(), height: z.number(), left: z.array(z.number()), right: z.array(z.number()) });

/** The picture as a browser unpacks it: its size, and a pixel of either half. */
async function look(page: Page, picture: Buffer): Promise<z.infer<typeof Seen>> {
  return Seen.parse(
    await page.evaluate(`(async () => {
      const image = new Image();
      image.src = 'data:image/jpeg;base64,${picture.toString('base64')}';
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const at = (x) => [...context.getImageData(x, image.height / 2, 1, 1).data.slice(0, 3)].map((part) => Math.round(part / 64));
      return { width: image.width, height: image.height, left: at(image.width / 4), right: at((image.width * 3) / 4) };
    })()`),
  );
}
