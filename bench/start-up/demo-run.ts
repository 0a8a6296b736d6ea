import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@concierge/testing/free-port.ts';
import { z } from 'zod';
import { RunFile } from '../../tools/demo/run-file.ts';
import type { DevTools } from '../chromium/dev-tools.ts';
import { descendantsOf, pssKilobytes, reasonNotMeasurable, rssKilobytes } from '../chromium/process-tree.ts';

export interface DemoRun {
  readonly readyMs: number;
  readonly paintedMs: number;
  /** Null where /proc is not. */
  readonly memory: {
    readonly cloudRssKilobytes: number;
    readonly cloudPssKilobytes: number;
    readonly withDatabasePssKilobytes: number;
  } | null;
}

const STOP_WITHIN_MS = 30_000;
/** The start's own wake is over, and what it needed only once may have been given back. */
const MEMORY_REST_MS = 5_000;
const KEPT_OUTPUT = 4_000;

const Health = z.object({ paintedSequence: z.int() });

/**
 * Runs `npm start`'s own program in the checkout until a browser that was already open has painted the building, then stops it. The browser is sent to the kiosk's page
 * as soon as the run file names it; the agent's word that the frame was painted ends the time.
 */
export async function runDemo(given: {
  checkout: string;
  dataFolder: string;
  browser: DevTools;
  withinMs: number;
  environment?: Readonly<Record<string, string>>;
}): Promise<DemoRun> {
  const deadlineMs = performance.now() + given.withinMs;
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(given.checkout, 'tools/bootstrap.mjs'), 'start'], {
    cwd: given.checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CONCIERGE_DATA: given.dataFolder,
      PORT: String(ports[0]),
      MQTT_PORT: String(ports[1]),
      KIOSK_PORT: String(ports[2]),
      ...given.environment,
    },
  });
  // A bench that is interrupted leaves no demo behind.
  const interrupt = () => child.kill('SIGINT');
  process.once('exit', interrupt);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    });
  const ended = once(child, 'exit');
  let gone = false;
  ended.then(
    () => (gone = true),
    () => (gone = true),
  );
  const next = async (what: string) => {
    if (gone) throw new Error(`the demo ended by itself:\n${said}`);
    if (performance.now() > deadlineMs) throw new Error(`waited ${given.withinMs} ms in vain until ${what}:\n${said}`);
    await delay(10);
  };

  try {
    let run = await readRun(given.dataFolder);
    for (; run === null; run = await readRun(given.dataFolder)) await next('the demo names its addresses');
    const readyMs = performance.now() - startedMs;
    await given.browser.send('Page.navigate', { url: run.kiosk });
    while (!(await hasPainted(run.kiosk))) await next('the kiosk has painted');
    const paintedMs = performance.now() - startedMs;
    await delay(MEMORY_REST_MS);
    return { readyMs, paintedMs, memory: run.pids.cloud === null ? null : await memoryOf(run.pids.cloud) };
  } finally {
    await given.browser.send('Page.navigate', { url: 'about:blank' });
    if (!gone) {
      interrupt();
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(impatience);
    }
    process.off('exit', interrupt);
  }
}

/** The file as soon as it is there; the demo removes it when it ends, so it is of this run. */
async function readRun(dataFolder: string): Promise<RunFile | null> {
  const text = await readFile(join(dataFolder, 'run.json'), 'utf8').catch(() => null);
  return text === null ? null : RunFile.parse(JSON.parse(text));
}

async function hasPainted(kioskUrl: string): Promise<boolean> {
  const response = await fetch(new URL('/healthz', kioskUrl)).catch(() => null);
  return response?.ok === true && Health.parse(await response.json()).paintedSequence > 0;
}

/** The cloud's process holds the broker; PostgreSQL's processes are its children. */
async function memoryOf(cloudPid: number): Promise<DemoRun['memory']> {
  if (reasonNotMeasurable(process.platform) !== null) return null;
  const tree = (await descendantsOf(cloudPid)).map(({ pid }) => pid);
  return {
    cloudRssKilobytes: await rssKilobytes([cloudPid]),
    cloudPssKilobytes: await pssKilobytes([cloudPid]),
    withDatabasePssKilobytes: await pssKilobytes(tree),
  };
}
