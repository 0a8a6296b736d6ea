import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Browser, openBrowser } from '../chromium/browser.ts';
import type { DevTools } from '../chromium/dev-tools.ts';
import { processesOfSession, pssKilobytes, sessionCpuMs } from '../chromium/process-tree.ts';

/** One visit to a page in a browser of its own with a fresh profile, looked at without disturbing it. */

export interface Page {
  readonly url: string;
  /** Unix milliseconds at which the content was on the screen, as an expression in the page; null while it is not. */
  readonly contentAtMs: string;
}

/** A lobby screen hung upright. */
const screen = { widthPx: 1_080, heightPx: 1_920 };
const CONTENT_WITHIN_MS = 20_000;

/** The clock's text is there at the first contentful paint. */
export const clockContentAtMs = `(() => {
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  return painted === undefined ? null : performance.timeOrigin + painted.startTime;
})()`;

/**
 * The page tells its agent about every frame with the building once that frame is on its way out: the moment it sends the first such report, or, when that is later,
 * the moment the browser says it presented the largest element that is still on the page. (The largest that has gone belonged to the starting scene.)
 */
export const kioskContentAtMs = `(async () => {
  const report = performance.getEntriesByType('resource').find((entry) => new URL(entry.name).pathname === '/screen/painted');
  if (report === undefined) return null;
  const presented = await new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type: 'largest-contentful-paint', buffered: true });
    setTimeout(() => resolve([]), 500);
  });
  const standing = presented.filter(({ element }) => element !== null && element.isConnected).map(({ renderTime }) => renderTime);
  return performance.timeOrigin + Math.max(report.startTime, ...standing);
})()`;

export interface LoadFigures {
  readonly spawnToContentMs: number;
  /** From the start of the navigation. */
  readonly firstPaintMs: number;
  readonly pssKilobytes: number | null;
}

const Moments = z.object({ contentAtMs: z.number().nullable(), firstPaintMs: z.number().nullable() });

export async function measureLoad(page: Page, given: { undisturbedMs: number; restMs: number; memory: boolean }): Promise<LoadFigures> {
  const browser = await openBrowser(page.url, screen);
  try {
    // All moments are read from the page's own timeline afterwards; while it loads, nobody is connected.
    await delay(given.undisturbedMs);
    const devTools = await browser.devTools();
    const { contentAtMs, firstPaintMs } = await moments(devTools, page);
    devTools.close();
    await delay(given.restMs);
    return {
      spawnToContentMs: contentAtMs - browser.spawnedAtMs,
      firstPaintMs,
      pssKilobytes: given.memory ? await pssOf(browser) : null,
    };
  } finally {
    await browser.stop();
  }
}

async function moments(devTools: DevTools, page: Page): Promise<{ contentAtMs: number; firstPaintMs: number }> {
  const deadlineMs = performance.now() + CONTENT_WITHIN_MS;
  for (;;) {
    const { contentAtMs, firstPaintMs } = Moments.parse(
      await devTools.evaluate(
        `(async () => ({ contentAtMs: await ${page.contentAtMs}, firstPaintMs: performance.getEntriesByName('first-paint')[0]?.startTime ?? null }))()`,
      ),
    );
    if (contentAtMs !== null && firstPaintMs !== null) return { contentAtMs, firstPaintMs };
    if (performance.now() > deadlineMs) throw new Error(`${page.url} showed no content within ${CONTENT_WITHIN_MS} ms`);
    await delay(200);
  }
}

async function pssOf(browser: Browser): Promise<number> {
  return pssKilobytes((await processesOfSession(browser.pid)).map(({ pid }) => pid));
}

/** Processor time each browser uses while its page stands, all at the same time, so that whatever else the machine does meets all. */
export async function measureIdle(
  urls: readonly string[],
  given: { restMs: number; durationMs: number },
): Promise<{ cpuMs: number[]; tookMs: number }> {
  const browsers: Browser[] = [];
  try {
    for (const url of urls) browsers.push(await openBrowser(url, screen));
    await delay(given.restMs);
    const read = () => Promise.all(browsers.map(({ pid }) => sessionCpuMs(pid)));
    const [startedMs, before] = [performance.now(), await read()];
    await delay(given.durationMs);
    const [after, tookMs] = [await read(), performance.now() - startedMs];
    return { cpuMs: after.map((used, index) => used - (before[index] ?? 0)), tookMs };
  } finally {
    await Promise.all(browsers.map((browser) => browser.stop()));
  }
}

const Received = z.object({ requestId: z.string(), encodedDataLength: z.number() });
const Response = z.object({ requestId: z.string(), response: z.object({ encodedDataLength: z.number() }) });

/** Bytes over the wire until the page stands: headers and bodies of every request, fonts included. */
export async function measureTransfer(page: Page): Promise<number> {
  const browser = await openBrowser('about:blank', screen);
  try {
    const devTools = await browser.devTools();
    // What has finished says its bytes itself; of a stream that never ends the headers and what came so far are counted.
    const bytesOf = new Map<string, number>();
    const add = (requestId: string, bytes: number) => bytesOf.set(requestId, (bytesOf.get(requestId) ?? 0) + bytes);
    devTools.on('Network.responseReceived', (event) => {
      const { requestId, response } = Response.parse(event);
      add(requestId, response.encodedDataLength);
    });
    devTools.on('Network.dataReceived', (event) => {
      const { requestId, encodedDataLength } = Received.parse(event);
      add(requestId, encodedDataLength);
    });
    devTools.on('Network.loadingFinished', (event) => {
      const { requestId, encodedDataLength } = Received.parse(event);
      bytesOf.set(requestId, encodedDataLength);
    });
    await devTools.send('Network.enable');
    await devTools.send('Page.navigate', { url: page.url });
    await delay(3_000);
    await moments(devTools, page);
    return [...bytesOf.values()].reduce((sum, bytes) => sum + bytes, 0);
  } finally {
    await browser.stop();
  }
}
