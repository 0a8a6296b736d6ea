import { execFile } from 'node:child_process';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openBrowser } from '../chromium/browser.ts';
import type { DevTools } from '../chromium/dev-tools.ts';
import { reasonNotMeasurable } from '../chromium/process-tree.ts';
import type { Figure, Measurement } from '../results/results.ts';
import type { BenchSettings, Row, RowOutcome } from '../row.ts';
import { median } from '../statistics.ts';
import { type DemoRun, runDemo } from './demo-run.ts';

/** From the command to a lobby screen with a building on it, and what the cloud then holds in memory. */
export const startUp: Row = { name: 'start-up', run };

const root = resolve(import.meta.dirname, '../..');
const WARM_WITHIN_MS = 120_000;
const COLD_WITHIN_MS = 900_000;

async function run({ quick, cold, say }: BenchSettings): Promise<RowOutcome> {
  const notMeasurable = reasonNotMeasurable(process.platform);
  const browser = await openBrowser('about:blank', { widthPx: 1_080, heightPx: 1_920 });
  try {
    const devTools = await browser.devTools();
    const coldRun = cold ? await startCold(devTools, say) : null;
    const { firstMs, warm } = await startWarm(devTools, quick ? 1 : 5, say);
    const memories = warm.map(({ memory }) => memory).filter((memory) => memory !== null);
    const megabytes = (of: (memory: NonNullable<DemoRun['memory']>) => number) => median(memories.map(of)) / 1_024;
    const measurements: Measurement[] = [
      {
        what: 'warm start to a painted kiosk frame',
        value: median(warm.map(({ paintedMs }) => paintedMs)) / 1_000,
        unit: 'seconds',
        target: { kind: 'at most', value: 5 },
      },
    ];
    const context: Figure[] = [
      { what: 'warm start until the addresses are named', value: median(warm.map(({ readyMs }) => readyMs)) / 1_000, unit: 'seconds' },
      {
        what: 'slowest warm start to a painted frame',
        value: Math.max(...warm.map(({ paintedMs }) => paintedMs)) / 1_000,
        unit: 'seconds',
      },
      { what: 'first start with dependencies and without data, to a painted frame', value: firstMs / 1_000, unit: 'seconds' },
    ];
    if (memories.length > 0) {
      measurements.push({
        what: 'cloud with its broker after the start, resident memory',
        value: megabytes((memory) => memory.cloudRssKilobytes),
        unit: 'megabytes',
        target: { kind: 'at most', value: 250 },
      });
      context.push(
        { what: 'cloud with its broker (PSS)', value: megabytes((memory) => memory.cloudPssKilobytes), unit: 'megabytes' },
        {
          what: 'cloud, broker and PostgreSQL together (PSS)',
          value: megabytes((memory) => memory.withDatabasePssKilobytes),
          unit: 'megabytes',
        },
      );
    }
    if (coldRun !== null)
      measurements.push({
        what: 'cold start (fresh clone, downloads included) to a painted kiosk frame',
        value: coldRun.paintedMs / 1_000,
        unit: 'seconds',
        target: { kind: 'at most', value: 180 },
      });
    return {
      method: `The program behind \`npm start\`, ${warm.length} times in turn on the data of a first start, until a Chromium that was already open and is sent to the kiosk's page as soon as the run file names it has painted the building (the agent's word for it). Memory five seconds later.`,
      measurements,
      context,
      notMeasured: [
        ...(cold ? [] : ['the cold start from a fresh clone: `npm run bench -- --only start-up --cold` measures it.']),
        ...(notMeasurable === null ? [] : [notMeasurable]),
      ],
    };
  } finally {
    await browser.stop();
  }
}

async function startWarm(browser: DevTools, times: number, say: (line: string) => void): Promise<{ firstMs: number; warm: DemoRun[] }> {
  return inFolder(async (dataFolder) => {
    say('the first start, which fills the database');
    const first = await runDemo({ checkout: root, dataFolder, browser, withinMs: WARM_WITHIN_MS });
    say(`${times} warm starts`);
    const warm: DemoRun[] = [];
    for (let time = 0; time < times; time += 1) warm.push(await runDemo({ checkout: root, dataFolder, browser, withinMs: WARM_WITHIN_MS }));
    return { firstMs: first.paintedMs, warm };
  });
}

/** What a newcomer meets: what is committed, cloned, without dependencies. Packages come from the network or from npm's cache. */
async function startCold(browser: DevTools, say: (line: string) => void): Promise<DemoRun> {
  return inFolder(async (folder) => {
    say('a fresh clone, with its downloads');
    const checkout = join(folder, 'clone');
    await promisify(execFile)('git', ['clone', '--quiet', '--no-hardlinks', root, checkout]);
    // Nothing compiled here before may help.
    const environment = { NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
    return runDemo({ checkout, dataFolder: join(folder, 'data'), browser, withinMs: COLD_WITHIN_MS, environment });
  });
}

async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-bench-start-'));
  // Started by root, PostgreSQL runs as nobody, who must be able to pass through.
  await chmod(folder, 0o755);
  try {
    return await work(folder);
  } finally {
    for (const data of [join(folder, 'postgres'), join(folder, 'data/postgres')])
      await rm(await realpath(data).catch(() => data), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
