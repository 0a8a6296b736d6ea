import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { aVp8Frame, aWebm } from '@concierge/cloud-server/modules/fleet/media/testing/films.ts';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Media } from '@concierge/contract/http/media.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../kiosk/renderer/build/find-chromium.ts';
import { buildWeb } from '../../tools/demo/web-build.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';
import { encodeMp4, type RealFilm, recordWebm } from './real-films.ts';

// Films on the way from the office to the glass, with the agent itself and a browser; skipped where there is none, but for CI, where there is one.

let running: RunningCloud;
let tenant: PlantedTenant;
let kiosk: TestKiosk;
let office: TestBrowser;
let config: DisplayConfig;
let webm: Media;
const chromium = await browserOrNull();
const rendererDir = join(import.meta.dirname, '../../kiosk/renderer/dist');

beforeAll(async () => {
  if (chromium === null) return;
  await buildWeb(() => undefined);
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
  kiosk = await startKiosk(running, tenant, undefined, { rendererDir });
  await kiosk.until('the building is shown', ({ phase }) => phase === 'running');
}, 180_000);
afterAll(async () => {
  if (chromium === null) return;
  await chromium.close();
  await forgetKiosk(kiosk);
  await running.stop();
});

async function made(make: (page: Page) => Promise<RealFilm | null>): Promise<RealFilm | null> {
  const page = await chromium?.newPage();
  await page?.goto(kiosk.agent.url ?? '');
  const film = page === undefined ? null : await make(page);
  await page?.close();
  return film;
}
async function upload(bytes: Buffer): Promise<Media> {
  const reply = await office.upload('/api/kiosk/media?name=a', bytes);
  expect(reply.status, reply.text).toBe(201);
  return Media.parse(reply.json);
}
function sceneWith(media: Media, plays: 'once' | 'loop') {
  if (!('durationMs' in media)) throw new Error('a film plays for some time');
  const { sha256, type, bytes, durationMs } = media;
  const settings = { media: { sha256, type, bytes, durationMs }, alt: null, fit: 'contain', plays };
  const placement = { id: randomUUID(), widget: 'video', column: 0, row: 0, columns: 12, rows: 8, settings };
  return {
    id: randomUUID(),
    name: { el: 'Βίντεο', en: null },
    view: { kind: 'layout', portrait: [placement], landscape: [] },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  };
}
const overview = () => ({
  id: randomUUID(),
  name: { el: 'Με μια ματιά', en: null },
  view: { kind: 'standard', standard: 'overview' },
  durationSeconds: 30,
  priority: 'normal',
  schedule: null,
  mostDataAgeHours: null,
});
async function ask(method: string, rest: string, body: unknown): Promise<DisplayConfig> {
  const reply = await office.request(method, `/api/kiosk/display-configs${rest}`, body);
  expect(reply.status, reply.text).toBeLessThan(300);
  return DisplayConfig.parse(reply.json);
}
async function publish(scenes: readonly object[]): Promise<void> {
  config = await ask('PATCH', `/${config.id}`, { draft: { scenes, fallbackSceneId: null }, version: config.version });
  config = await ask('POST', `/${config.id}/publish`, { version: config.version });
}
async function lobby(): Promise<Page> {
  const page = await chromium?.newPage({ viewport: { width: 1080, height: 1920 } });
  if (page === undefined) throw new Error('there is a browser');
  await page.goto(kiosk.agent.url ?? '');
  return page;
}
/** Asked from outside: the page's policy lets nobody evaluate anything in it. */
async function holds(page: Page, expression: string, timeout: number): Promise<void> {
  await expect.poll(async () => page.evaluate<boolean>(expression), { timeout, interval: 50 }).toBe(true);
}
const isPlaying = `(() => {
  const film = document.querySelector('.lobby-layer:not([aria-hidden]) video');
  return film !== null && film.currentTime > 0.2 && !film.paused && film.videoWidth === 320;
})()`;

describe.skipIf(chromium === null)('a film that the office arranged', () => {
  it('is on the screen’s machine soon after it is published, as what the library keeps', async () => {
    const film = await made((page) => recordWebm(page, { durationMs: 6_000 }));
    webm = await upload(film?.bytes ?? Buffer.alloc(0));
    expect(webm).toMatchObject({ type: 'video/webm', width: 320, height: 180 });
    config = await ask('POST', '', {
      name: 'Είσοδος',
      buildingId: tenant.buildingId,
      draft: { scenes: [sceneWith(webm, 'once'), overview()], fallbackSceneId: null },
    });
    const { rows } = await running.owner.query<{ id: string }>("select id from device where tenant_id = $1 and name = 'Test kiosk'", [
      tenant.tenantId,
    ]);
    config = await ask('POST', `/${config.id}/devices`, { assign: [rows[0]?.id], release: [] });
    config = await ask('POST', `/${config.id}/publish`, { version: config.version });
    expect(await kiosk.until('the film is ready', (state) => state.media.length === 1)).toBeLessThan(5_000);
    const reply = await fetch(new URL(`/media/${webm.sha256}`, kiosk.agent.url ?? ''), { headers: { range: 'bytes=0-' } });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([206, 'video/webm']);
    expect(
      createHash('sha256')
        .update(Buffer.from(await reply.arrayBuffer()))
        .digest('hex'),
    ).toBe(webm.sha256);
  });

  it('is played, and gives the scene after it its turn when it has ended', async () => {
    const page = await lobby();
    await holds(page, isPlaying, 20_000);
    const startedMs = performance.now();
    await page.waitForSelector('.lobby[data-scene="overview"]', { timeout: 10_000 });
    // It said itself that it had ended; nobody waited for the time it had been given.
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    await holds(page, "document.querySelectorAll('video').length === 0", 5_000);
    await page.close();
  });

  it('of a phone is played too, again and again for as long as its scene stands', async () => {
    const film = await made((page) => encodeMp4(page, { durationMs: 1_000 }));
    // Only where there is an encoder of H.264.
    if (film === null) return;
    const mp4 = await upload(film.bytes);
    expect(mp4).toMatchObject({ type: 'video/mp4', durationMs: 1_000 });
    await publish([sceneWith(mp4, 'loop')]);
    await kiosk.until('the film is ready', (state) => state.media[0]?.sha256 === mp4.sha256);
    const page = await lobby();
    await holds(page, isPlaying, 20_000);
    await page.evaluate(`window.rounds = 0; document.querySelector('video').addEventListener('seeking', () => { window.rounds += 1; })`);
    await holds(page, 'window.rounds >= 2', 10_000);
    await page.close();
  });

  it('plays after a restart without a cloud', async () => {
    await publish([sceneWith(webm, 'loop')]);
    await kiosk.until('the film is ready', (state) => state.media[0]?.sha256 === webm.sha256);
    await kiosk.stop();
    await running.goDown();
    kiosk = await startKiosk(running, tenant, kiosk.dataFolder, { rendererDir });
    await kiosk.until('the film is ready', (state) => state.media[0]?.sha256 === webm.sha256);
    const page = await lobby();
    await holds(page, isPlaying, 20_000);
    await page.close();
    await running.comeBack();
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
  });

  it('that no decoder understands is left within five seconds, and its scene is left out', async () => {
    // Its container is whole and its frames are noise behind their first bytes.
    const broken = await upload(
      aWebm({ width: 320, height: 180, frames: Array.from({ length: 10 }, (_, index) => aVp8Frame(320, 180, index === 0, index)) }),
    );
    await publish([sceneWith(broken, 'once'), overview()]);
    await kiosk.until('the film is ready', (state) => state.media[0]?.sha256 === broken.sha256);
    const page = await lobby();
    const openedMs = performance.now();
    await page.waitForSelector('.lobby[data-scene="overview"]', { timeout: 8_000 });
    expect(performance.now() - openedMs).toBeLessThan(5_000);
    // The office is told.
    const told = async () =>
      (await running.owner.query("select reported -> 'media' as media from device where name = 'Test kiosk'")).rows[0];
    await expect.poll(told, { timeout: 5_000 }).toEqual({ media: { missing: 0, unplayable: 1 } });
    await page.close();
  });

  it('of which the machine hands out nothing is left as well', async () => {
    await publish([sceneWith(webm, 'loop'), overview()]);
    await kiosk.until('the film is ready', (state) => state.media[0]?.sha256 === webm.sha256);
    expect(await readdir(join(kiosk.dataFolder, 'data/media'))).toContain(webm.sha256);
    const page = await chromium?.newPage({ viewport: { width: 1080, height: 1920 } });
    if (page === undefined) throw new Error('there is a browser');
    // The machine hands out no byte of it and does not say why.
    await page.route('**/media/**', () => undefined);
    await page.goto(kiosk.agent.url ?? '');
    const openedMs = performance.now();
    await page.waitForSelector('.lobby[data-scene="overview"]', { timeout: 8_000 });
    expect(performance.now() - openedMs).toBeLessThan(5_000);
    await page.close();
  });
});

/** Null where there is no browser; in CI there is one. */
async function browserOrNull(): Promise<Browser | null> {
  try {
    return await launchChromium();
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    return null;
  }
}
