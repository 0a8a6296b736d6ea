import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aPng } from '@concierge/cloud-server/modules/fleet/media/testing/pictures.ts';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { Media } from '@concierge/contract/http/media.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../kiosk/renderer/build/find-chromium.ts';
import { buildWeb } from '../../tools/demo/web-build.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
let kiosk: TestKiosk;
let office: TestBrowser;
let deviceId = '';
let config: DisplayConfig;
let media: Media;
const chromium = await browserOrNull();
const rendererDir = join(import.meta.dirname, '../../kiosk/renderer/dist');

beforeAll(async () => {
  if (chromium !== null) await buildWeb(() => undefined);
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
  kiosk = await startKiosk(running, tenant);
  await kiosk.until('the building is shown', ({ phase }) => phase === 'running');
  const { rows } = await running.owner.query<{ id: string }>("select id from device where tenant_id = $1 and name = 'Test kiosk'", [
    tenant.tenantId,
  ]);
  deviceId = rows[0]?.id ?? '';
});
afterAll(async () => {
  await chromium?.close();
  await forgetKiosk(kiosk);
  await running.stop();
});

const configs = '/api/kiosk/display-configs';
async function ask(method: string, rest: string, body: unknown): Promise<DisplayConfig> {
  const reply = await office.request(method, `${configs}${rest}`, body);
  expect(reply.status, reply.text).toBeLessThan(300);
  return DisplayConfig.parse(reply.json);
}
async function upload(picture: Buffer): Promise<Media> {
  const reply = await office.upload('/api/kiosk/media?name=a.png', picture);
  expect(reply.status, reply.text).toBe(201);
  return Media.parse(reply.json);
}
function scenesWith({ sha256, type, bytes }: Media) {
  const placement = { id: randomUUID(), widget: 'image', column: 0, row: 0, columns: 12, rows: 8 };
  return {
    scenes: [
      {
        id: randomUUID(),
        name: { el: 'Εικόνα', en: null },
        view: {
          kind: 'layout',
          portrait: [{ ...placement, settings: { media: { sha256, type, bytes }, alt: null, fit: 'cover' } }],
          landscape: [],
        },
        durationSeconds: null,
        priority: 'normal',
        schedule: null,
        mostDataAgeHours: null,
      },
    ],
    fallbackSceneId: null,
  };
}
const readyAt = () => kiosk.state().media.map(({ sha256 }) => sha256);
const mediaFolder = () => join(kiosk.dataFolder, 'data/media');
const pageAsks = async (path: string) => fetch(new URL(path, kiosk.agent.url ?? ''));

describe('a picture that the office arranged', () => {
  it('is on the screen’s machine soon after it is published, and nothing but that picture', async () => {
    media = await upload(aPng({ width: 600, height: 400, noise: true }));
    config = await ask('POST', '', { name: 'Είσοδος', buildingId: tenant.buildingId, draft: scenesWith(media) });
    config = await ask('POST', `/${config.id}/devices`, { assign: [deviceId], release: [] });
    config = await ask('POST', `/${config.id}/publish`, { version: config.version });
    const tookMs = await kiosk.until('the picture is ready', (state) => state.media.length === 1);
    expect(tookMs).toBeLessThan(3_000);
    const reply = await pageAsks(`/media/${media.sha256}`);
    expect([reply.status, reply.headers.get('content-type'), reply.headers.get('x-content-type-options')]).toEqual([
      200,
      'image/png',
      'nosniff',
    ]);
    expect(
      createHash('sha256')
        .update(Buffer.from(await reply.arrayBuffer()))
        .digest('hex'),
    ).toBe(media.sha256);
    for (const path of [`/media/${'ab'.repeat(32)}`, '/media/', '/media/../identity/key.pem', `/media/${media.sha256}.part`])
      expect((await pageAsks(path)).status).toBe(404);
    expect((await stat(mediaFolder())).mode & 0o077).toBe(0);
  });

  it('is held through a restart without a cloud', async () => {
    await kiosk.stop();
    await running.goDown();
    kiosk = await startKiosk(running, tenant, kiosk.dataFolder, { rendererDir });
    await kiosk.until('the picture is ready', () => readyAt()[0] === media.sha256);
    expect((await pageAsks(`/media/${media.sha256}`)).status).toBe(200);
  });

  it.skipIf(chromium === null)('is painted by a browser then (skipped where there is none)', async () => {
    const page = await chromium?.newPage({ viewport: { width: 1080, height: 1920 } });
    if (page === undefined) throw new Error('there is a browser');
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(kiosk.agent.url ?? '');
    await page.waitForFunction(`document.querySelector('img[src="/media/${media.sha256}"]')?.naturalWidth === 600`, undefined, {
      timeout: 20_000,
    });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('whose bytes turn is not shown, and comes again', async () => {
    const file = join(mediaFolder(), media.sha256);
    const whole = await readFile(file);
    await writeFile(file, Buffer.concat([whole.subarray(0, -1), Buffer.from([(whole.at(-1) ?? 0) ^ 1])]));
    expect((await pageAsks(`/media/${media.sha256}`)).status).toBe(404);
    expect(readyAt()).toEqual([]);
    await running.comeBack();
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
    await kiosk.until('the picture is ready again', (state) => state.media.length === 1, 20_000);
    expect((await readFile(file)).equals(whole)).toBe(true);
  });

  it('leaves the machine with the building', async () => {
    expect(await readdir(mediaFolder())).toHaveLength(1);
    expect((await office.request('DELETE', `/api/kiosk/devices/${deviceId}`)).status).toBe(204);
    await kiosk.until('it has left', ({ phase }) => phase === 'unclaimed');
    await expect.poll(async () => readdir(mediaFolder()).catch(() => 'gone'), { timeout: 5_000 }).toBe('gone');
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
