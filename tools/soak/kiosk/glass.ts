import { setTimeout as realSleep } from 'node:timers/promises';
import { PNG } from 'pngjs';
import { z } from 'zod';
import { type Browser, openBrowser } from '../../../bench/chromium/browser.ts';
import type { DevTools } from '../../../bench/chromium/dev-tools.ts';
import { ownKilobytes, processesOfSession } from '../../../bench/chromium/process-tree.ts';
import type { ClockFacts } from '../time/protocol.ts';
import { pageScript } from './page-script.ts';
import type { GlassAnswer } from './reading.ts';

/** The lobby's glass: the built renderer in a real Chromium, whose clocks are the soak's. */
export interface Glass {
  /** Lets time pass on it, and says what was on it meanwhile. */
  goOn(facts: ClockFacts, leap: boolean): Promise<GlassAnswer>;
  /** Waits until the page has heard that many events of the agent; false when it took too long. */
  hear(events: number): Promise<boolean>;
  /** Loads the page anew, as a shell does after a restart; returns the real milliseconds until text could be seen. */
  load(url: string, facts: ClockFacts): Promise<number>;
  /** The share of pixels, from 0 to 1, that have the commonest colour. */
  commonestColourShare(): Promise<number>;
  /** Of all processes of the browser together, without what they share with files on disk and what they give back when memory runs short, and of the page's heap after a collection. */
  memory(): Promise<{ ownKilobytes: number; heapKilobytes: number; nodes: number }>;
  evaluate(expression: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Half the size of the real one: what it says is the same, and it is painted in a quarter of the time. */
const SIZE = { widthPx: 540, heightPx: 960 };
/** A frame is painted when there is one to paint, not when a monitor that is not there would want it. */
const UNHURRIED = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];
const SEEN_WITHIN_MS = 15_000;
const GIVEN_BACK_WITHIN_MS = 500;

const Answer = z.object({
  readings: z.array(
    z.object({
      atMs: z.number(),
      scene: z.string().nullable(),
      language: z.string().nullable(),
      texts: z.array(z.string()),
      clock: z.string().nullable(),
      day: z.string().nullable(),
      status: z.string().nullable(),
      codes: z.array(z.string()),
      lost: z.number(),
    }),
  ),
  characters: z.number(),
  isPainted: z.boolean(),
  animating: z.boolean(),
});
const Added = z.object({ identifier: z.string() });
const Picture = z.object({ data: z.string() });
const Metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

export async function openGlass(): Promise<Glass> {
  const browser: Browser = await openBrowser('about:blank', SIZE, UNHURRIED);
  const devTools: DevTools = await browser.devTools();
  await devTools.send('Page.enable');
  await devTools.send('Performance.enable');
  await devTools.send('Emulation.setDeviceMetricsOverride', {
    width: SIZE.widthPx,
    height: SIZE.heightPx,
    deviceScaleFactor: 1,
    mobile: false,
  });
  let script: string | null = null;

  async function goOn(facts: ClockFacts, leap: boolean): Promise<GlassAnswer> {
    return Answer.parse(await devTools.evaluate(`window.soak.goOn(${JSON.stringify(facts)}, ${leap})`));
  }

  return {
    goOn,
    async hear(events) {
      return (await devTools.evaluate(`window.soak.hear(${events})`)) === true;
    },
    async load(url, facts) {
      if (script !== null) await devTools.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: script });
      const added = Added.parse(await devTools.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript(facts) }));
      script = added.identifier;
      const startedMs = performance.now();
      await devTools.send('Page.navigate', { url });
      for (;;) {
        const seen = await devTools.evaluate(
          `window.soak !== undefined && document.querySelector('.lobby')?.dataset.scene !== undefined && document.body.innerText.trim() !== ''`,
        );
        const passedMs = performance.now() - startedMs;
        if (seen === true) return passedMs;
        if (passedMs > SEEN_WITHIN_MS) throw new Error(`the page showed nothing within ${SEEN_WITHIN_MS} ms`);
      }
    },
    async commonestColourShare() {
      const { data } = Picture.parse(await devTools.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true }));
      return commonestColourShare(PNG.sync.read(Buffer.from(data, 'base64')).data);
    },
    async memory() {
      // What all of it would give back to a board that runs short is no leak: fonts, glyphs, pictures, free slots of its allocator.
      await devTools.send('Memory.simulatePressureNotification', { level: 'critical' });
      await devTools.send('HeapProfiler.collectGarbage');
      await realSleep(GIVEN_BACK_WITHIN_MS);
      const { metrics } = Metrics.parse(await devTools.send('Performance.getMetrics'));
      const metric = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
      const pids = (await processesOfSession(browser.pid)).map(({ pid }) => pid);
      return { ownKilobytes: await ownKilobytes(pids), heapKilobytes: metric('JSHeapUsedSize') / 1_024, nodes: metric('Nodes') };
    },
    evaluate: (expression) => devTools.evaluate(expression),
    stop: () => browser.stop(),
  };
}

/** Of RGBA pixels. A page that paints nothing has one colour. */
export function commonestColourShare(pixels: Uint8Array): number {
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const counts = new Map<number, number>();
  let most = 0;
  for (let offset = 0; offset + 4 <= pixels.length; offset += 4) {
    const colour = view.getUint32(offset);
    const count = (counts.get(colour) ?? 0) + 1;
    counts.set(colour, count);
    if (count > most) most = count;
  }
  return (most * 4) / pixels.length;
}
