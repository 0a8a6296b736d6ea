import { join } from 'node:path';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { createLoopbackServer, type LoopbackServer } from '@concierge/kiosk-agent/screen/loopback-server.ts';
import { expect, test } from '@playwright/test';
import { pino } from 'pino';
import { sampleWithCode } from '../../kiosk/renderer/build/sample-screen.ts';
import { buildWeb } from '../../tools/demo/web-build.ts';

// The page of one release, and an agent of another behind it: after a rollback the page is the newer one.

const PAGE_NUMBER = 7;

let server: LoopbackServer;
let state: ScreenState;
let listeners: Set<(state: ScreenState) => void>;
let frames: number;

test.beforeEach(async ({ page }) => {
  await buildWeb(() => {});
  state = { ...sampleWithCode('typical'), pageNumber: PAGE_NUMBER, link: 'online' };
  listeners = new Set();
  frames = 0;
  server = createLoopbackServer({
    port: 0,
    rendererDir: join(import.meta.dirname, '../../kiosk/renderer/dist'),
    screen: {
      current: () => state,
      subscribe(listener) {
        listeners.add(listener);
        listener(state);
        return () => listeners.delete(listener);
      },
      refresh() {},
      stop() {},
    },
    painted: () => {
      frames += 1;
    },
    media: { read: async () => null, openFilm: async () => null },
    health: () => ({
      phase: 'running',
      link: 'online',
      contentSequence: 1,
      paintedSequence: 1,
      paintedAgeSeconds: 0,
      dataAgeSeconds: 0,
      lit: true,
    }),
    logger: pino({ level: 'silent' }),
  });
  await page.goto(await server.start());
  await expect.poll(() => frames).toBeGreaterThan(0);
});
test.afterEach(() => server.stop());

/** As an agent says it that knows less than the page. */
function say(change: Readonly<Record<string, unknown>>): void {
  state = JSON.parse(JSON.stringify({ ...state, ...change }));
  for (const listener of listeners) listener(state);
}

test('a page that cannot read what its agent says loads the page of that agent, once', async ({ page }) => {
  let loaded = 0;
  page.on('load', () => {
    loaded += 1;
  });
  const whole = state;
  say({ pageNumber: PAGE_NUMBER + 1, lit: undefined });
  await expect.poll(() => loaded).toBe(1);
  // What the agent serves understands it; here that is the same page again, so it is told something whole.
  state = { ...whole, pageNumber: PAGE_NUMBER + 1 };
  const before = frames;
  await page.reload();
  await expect.poll(() => frames).toBeGreaterThan(before);
  expect(loaded).toBe(2);
});

test('a page that cannot read what its own agent says stops calling the building online', { tag: '@long' }, async ({ page }) => {
  const offline = page.getByText(/^(Χωρίς σύνδεση|Offline)$/);
  await expect(offline).toHaveCount(0);
  say({ lit: undefined });
  await expect(offline.first()).toBeVisible({ timeout: 20_000 });
});
