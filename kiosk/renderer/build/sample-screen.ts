/**
 * The built screen on a page of a browser, without an agent: it shows the states it is given, and its time passes only when it is told. For the
 * pictures of look.ts, and for the tests of e2e/lobby-pictures.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { epcPayload } from '@concierge/kernel/epc.ts';
import type { Page } from 'playwright-core';
import QRCode from 'qrcode';
import { transformWithOxc } from 'vite';
import { type SampleName, sampleState } from '../samples.ts';
import { continueShow, openShow } from '../stage/show.ts';
import { sampleFacts } from '../widgets/sample-facts.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface SampleScreen {
  readonly page: Page;
  /** Shows the state from the beginning of its first round. */
  show(state: ScreenState, size: Size): Promise<void>;
  /** Shows what follows in the playlist; resolves when it stands. */
  nextScene(): Promise<void>;
  /** What is wrong with the type on the screen, as sentences; see layout-faults.ts. */
  layoutFaults(): Promise<string[]>;
}

const DIST = join(import.meta.dirname, '../dist');
const ADDRESS = 'http://lobby.invalid';
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** Longer than any scene stands. */
const SCENE_OVER_MS = 30_000;
const MOST_SCENES = 200;

/** Of the page's own time: two frames and a little, after which it tells what it painted. */
const TWO_FRAMES_MS = 40;
const MOST_FRAMES = 500;

/** Written as text, because the tests that use this are typed without a DOM. */
const BRIDGE = `
  window.lobbyBridge = {
    subscribe(listener) { window.showState = listener; return () => {}; },
    painted(frame) { window.painted = frame; },
  };
  // A film is there when the compositor has a frame of it, which it is handed anew for a leap to where it stands. One that another took the place of
  // meanwhile is emptied, and who is there is asked again.
  const handed = new WeakSet();
  const films = async () => {
    for (;;) {
      const awaited = [...document.querySelectorAll('video')].filter((film) => film.error === null && !handed.has(film));
      if (awaited.length === 0) return;
      await Promise.race(awaited.map((film) => new Promise((told) => {
        for (const name of ['loadeddata', 'error', 'emptied', 'seeked']) film.addEventListener(name, told, { once: true });
        if (film.readyState < 2) return;
        film.requestVideoFrameCallback(() => { handed.add(film); told(); });
        film.currentTime = film.currentTime;
      })));
    }
  };
  // A picture is there when it is decoded; a broken one is as there as it will be.
  const pictures = () => Promise.allSettled([...document.images].map((picture) => picture.decode()));
  window.settled = async () => {
    await films();
    await pictures();
    await Promise.allSettled(document.getAnimations().map((movement) => movement.finished));
  };
`;

/** `page` is one that has loaded nothing yet. */
export async function openSampleScreen(page: Page): Promise<SampleScreen> {
  // A cross-fade has nothing to say in a picture.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.route(`${ADDRESS}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const path = normalize(pathname === '/' ? '/index.html' : pathname);
    const [body, policy] = await Promise.all([readFile(join(DIST, path)), readFile(join(DIST, 'content-security-policy.txt'), 'utf8')]);
    await route.fulfill({
      body,
      contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
      headers: { 'content-security-policy': policy },
    });
  });
  await page.addInitScript(BRIDGE);
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1_000);
  const layoutFaults = await scriptOf('layout-faults.ts');
  let shown = 0;
  // Only a new page begins anew with the first round, and hears of no other size than its own.
  let scenesLeft = 0;
  let pageSize: Size = { width: 0, height: 0 };

  /** What was begun is on the glass when the page says so, which it does two frames of its time later. */
  async function painted(begun: string): Promise<void> {
    for (let frames = 0; frames < MOST_FRAMES; frames += 1) {
      await page.clock.runFor(TWO_FRAMES_MS);
      if (await page.evaluate<boolean>(begun)) {
        await page.evaluate('settled()');
        return;
      }
    }
    throw new Error('the page never said that it painted');
  }

  return {
    page,
    async show(state, size) {
      if (scenesLeft <= 0 || size.width !== pageSize.width || size.height !== pageSize.height) {
        await page.setViewportSize(size);
        await page.goto(ADDRESS);
        await page.evaluate('document.fonts.ready.then(() => {})');
        pageSize = size;
      }
      shown += 1;
      scenesLeft = scenesInRound(state, size);
      // To the screen the same content means the same scene.
      await page.evaluate(`window.painted = null; showState(${JSON.stringify({ ...state, contentSequence: shown })})`);
      await painted(`window.painted?.contentSequence === ${shown} || window.painted?.scene === 'safe'`);
    },
    async nextScene() {
      scenesLeft -= 1;
      await page.evaluate('window.painted = null');
      await page.clock.fastForward(SCENE_OVER_MS);
      await painted('window.painted !== null');
    },
    layoutFaults: () => page.evaluate<string[]>(`(() => { ${layoutFaults}; return layoutFaults(); })()`),
  };
}

/** A module of this folder that runs in the page, as a script: it is typed with a DOM, which the tests that use this file are not. */
async function scriptOf(name: string): Promise<string> {
  const path = join(import.meta.dirname, name);
  const { code } = await transformWithOxc(await readFile(path, 'utf8'), path);
  return code.replaceAll(/^export /gm, '');
}

/** The sample with codes as the agent would draw it. */
export function sampleWithCode(name: SampleName): ScreenState {
  const state = sampleState(name, sampleCode);
  return { ...state, facts: { ...state.facts, account: { ...sampleFacts.account, qr: accountCode } } };
}

/** How many scenes the state's first round has. */
export function scenesInRound(state: ScreenState, size: Size): number {
  let show = openShow(state, { widthPx: size.width, heightPx: size.height }, 0);
  let count = 0;
  while (show.round === 0) {
    count += 1;
    if (count > MOST_SCENES) throw new Error(`the round has more than ${MOST_SCENES} scenes, or one of them comes again and again`);
    show = continueShow(show, { kind: 'woken', atMs: count * SCENE_OVER_MS });
  }
  return count;
}

const sampleCode = drawCode('https://concierge.example.gr/j/AZjA3gAAcACAAAAAAAAAAAEDgR7bq2d0Yy5nZXQtbWUtaW4tdGhlcmU');

const accountCode = drawCode(epcPayload(sampleFacts.account));

function drawCode(url: string): { path: string; size: number; url: string } {
  const { modules } = QRCode.create(url, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let y = 0; y < modules.size; y += 1) {
    for (let x = 0; x < modules.size; x += 1) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  return { path, size: modules.size, url };
}
