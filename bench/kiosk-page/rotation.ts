import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { openBrowser } from '../chromium/browser.ts';

export interface Rotation {
  /** The page's heap after a forced collection, by the page's own hours. */
  readonly samples: readonly { readonly hours: number; readonly heapKilobytes: number }[];
  readonly framesReported: number;
}

/**
 * Runs before the page's own script: its monotonic clock and its timers go faster, so scenes follow each other in a fraction of the time and are painted all
 * the same. Counts the reports of painted frames.
 */
function hastened(factor: number): string {
  return `{
    const now = performance.now.bind(performance);
    performance.now = () => now() * ${factor};
    const timeout = window.setTimeout.bind(window);
    window.setTimeout = (handler, delayMs, ...rest) => timeout(handler, (delayMs ?? 0) / ${factor}, ...rest);
    const send = window.fetch.bind(window);
    window.framesReported = 0;
    window.fetch = (input, init) => {
      if (String(input).includes('/screen/painted')) window.framesReported += 1;
      return send(input, init);
    };
  }`;
}

const Metrics = z.object({ metrics: z.array(z.object({ name: z.string(), value: z.number() })) });

/** Lets an hour of scenes pass in less, and looks at the heap at regular moments. */
export async function measureRotation(url: string, given: { hours: number; tookMs: number; samples: number }): Promise<Rotation> {
  const factor = (given.hours * 3_600_000) / given.tookMs;
  const browser = await openBrowser('about:blank', { widthPx: 1_080, heightPx: 1_920 });
  try {
    const devTools = await browser.devTools();
    await devTools.send('Performance.enable');
    await devTools.send('Page.enable');
    await devTools.send('Page.addScriptToEvaluateOnNewDocument', { source: hastened(factor) });
    await devTools.send('Page.navigate', { url });
    const samples: { hours: number; heapKilobytes: number }[] = [];
    for (let sample = 1; sample <= given.samples; sample += 1) {
      await delay(given.tookMs / given.samples);
      await devTools.send('HeapProfiler.collectGarbage');
      const { metrics } = Metrics.parse(await devTools.send('Performance.getMetrics'));
      const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize');
      if (heap === undefined) throw new Error('the browser does not tell the size of the heap');
      samples.push({ hours: (given.hours * sample) / given.samples, heapKilobytes: heap.value / 1_024 });
    }
    return { samples, framesReported: z.number().parse(await devTools.evaluate('window.framesReported')) };
  } finally {
    await browser.stop();
  }
}
