/**
 * Photographs the built screen in every sample state and size, one picture for each scene of its first two rounds, and fails when anything
 * overflows: `node kiosk/renderer/build/look.ts <folder> [sample…]`, after a build.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pageWithState } from '@concierge/contract/kiosk/screen-page.ts';
import type { Browser, Page } from 'playwright-core';
import QRCode from 'qrcode';
import { type SampleName, sampleState } from '../samples.ts';
import { launchChromium } from './find-chromium.ts';

const DIST = join(import.meta.dirname, '../dist');
const SIZES = [
  { name: 'portrait', width: 1080, height: 1920 },
  { name: 'landscape', width: 1920, height: 1080 },
  { name: '4k', width: 3840, height: 2160 },
] as const;
const SAMPLES: readonly SampleName[] = [
  'typical',
  'empty',
  'overflowing',
  'urgent',
  'offline',
  'untimed',
  'english',
  'night',
  'unclaimed',
  'safe',
  'starting',
];
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** Two rounds of an ordinary sample, one of the fullest. */
const MOST_SCENES = { ordinary: 10, overflowing: 44 } as const;

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('say into which folder the pictures go');
mkdirSync(folder, { recursive: true });
const samples = SAMPLES.filter((name) => wanted.length === 0 || wanted.includes(name));

const qr = sampleQr('https://concierge.example.gr/j/AZjA3gAAcACAAAAAAAAAAAEDgR7bq2d0Yy5nZXQtbWUtaW4tdGhlcmU');
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/screen/painted') {
    response.writeHead(204).end();
    return;
  }
  if (url.pathname === '/screen/events') {
    // An open stream that says nothing more: the page keeps the state it came with.
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
    return;
  }
  const path = normalize(url.pathname === '/' ? '/index.html' : url.pathname);
  const sample = SAMPLES.find((name) => name === url.searchParams.get('sample'));
  try {
    const bytes = readFileSync(join(DIST, path));
    response.setHeader('content-type', CONTENT_TYPES[extname(path)] ?? 'application/octet-stream');
    response.setHeader('content-security-policy', readFileSync(join(DIST, 'content-security-policy.txt'), 'utf8'));
    response.end(sample === undefined ? bytes : pageWithState(bytes.toString('utf8'), sampleState(sample, qr)));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;

const faults: string[] = [];
const browser = await launchChromium();
try {
  for (const size of SIZES) for (const sample of samples) await photograph(browser, size, sample);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
for (const fault of faults) console.error(fault);
console.log(`${samples.length} samples in ${SIZES.length} sizes, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function photograph(inBrowser: Browser, size: (typeof SIZES)[number], sample: SampleName): Promise<void> {
  const page = await inBrowser.newPage({ viewport: { width: size.width, height: size.height } });
  const problem = (text: string) => faults.push(`${size.name} ${sample}: ${text}`);
  page.on('pageerror', (error) => problem(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|failed to paint/.test(message.text())) problem(message.text());
  });
  await page.clock.install();
  await page.goto(`http://127.0.0.1:${port}/?sample=${sample}`);
  await page.evaluate(() => document.fonts.ready);
  let seen = '';
  let pictures = 0;
  // The fake clock makes a round of minutes pass in a moment.
  const mostScenes = sample === 'overflowing' ? MOST_SCENES.overflowing : MOST_SCENES.ordinary;
  for (let step = 0; step < mostScenes * 5 && pictures < mostScenes; step += 1) {
    const scene = await sceneText(page);
    if (scene !== seen) {
      seen = scene;
      // The cross-fade runs on the real clock.
      await delay(500);
      pictures += 1;
      // Take the pictures of the first round, check the sizes in the later ones too.
      if (pictures <= 14)
        await page.screenshot({ path: join(folder ?? '', `${size.name}-${sample}-${String(pictures).padStart(2, '0')}.png`) });
      for (const fault of await overflows(page)) problem(`picture ${pictures}: ${fault}`);
    }
    if (step >= 12 && pictures <= 2) break;
    await page.clock.runFor(5_000);
  }
  await page.close();
}

/** What tells one scene from the next, without the clock that changes by itself. */
function sceneText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const layers = [...document.querySelectorAll('.lobby-layer')];
    const last = layers.at(-1);
    return `${last?.textContent} ${last?.firstElementChild?.getAttribute('data-arrangement')}`;
  });
}

/** Text that leaves its box, its screen or the place it was given. */
function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const layer = [...document.querySelectorAll('.lobby-layer')].at(-1);
    const boxes = [layer, document.querySelector('.lobby-header'), document.querySelector('.lobby-foot')];
    for (const box of boxes) {
      if (box === null || box === undefined) continue;
      const outer = box.getBoundingClientRect();
      for (const element of box.querySelectorAll('p, h1, time, dt, dd, li, .qr-code, .mark')) {
        const inner = element.getBoundingClientRect();
        const parent = (element.closest('.notice-panel, .overview-words') ?? box).getBoundingClientRect();
        const beyond = Math.max(
          parent.top - inner.top,
          inner.bottom - parent.bottom,
          outer.left - inner.left,
          inner.right - outer.right,
          outer.top - inner.top,
          inner.bottom - outer.bottom,
          element.scrollWidth - element.clientWidth > 1 && element.clientWidth > 0 ? element.scrollWidth - element.clientWidth : 0,
        );
        if (beyond > 1)
          found.push(
            `${element.getAttribute('class') ?? element.tagName} leaves its box by ${Math.round(beyond)} px: ${element.textContent.slice(0, 60)}`,
          );
      }
    }
    return found;
  });
}

function sampleQr(url: string): { path: string; size: number; url: string } {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let y = 0; y < modules.size; y += 1) {
    for (let x = 0; x < modules.size; x += 1) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  return { path, size: modules.size, url };
}
