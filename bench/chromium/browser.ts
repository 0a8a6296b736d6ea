import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { findChromium } from '../../tools/verify/programs.ts';
import { connectDevTools, type DevTools } from './dev-tools.ts';

export interface Browser {
  /** Unix milliseconds at which the process was spawned. */
  readonly spawnedAtMs: number;
  /** Leads the session that all processes of this browser belong to. */
  readonly pid: number;
  /** Connects to its page. A browser that nobody connects to is left alone, so it can be measured undisturbed. */
  devTools(): Promise<DevTools>;
  stop(): Promise<void>;
}

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];
const OPEN_WITHIN_MS = 30_000;
const CLOSE_WITHIN_MS = 5_000;

const Targets = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string() }));

/** Spawns a Chromium with a fresh profile on the page. */
export async function openBrowser(
  url: string,
  size: { widthPx: number; heightPx: number },
  moreFlags: readonly string[] = [],
): Promise<Browser> {
  const found = await findChromium();
  if (!found.ok) throw new Error(found.error);
  const profile = await mkdtemp(join(tmpdir(), 'concierge-bench-browser-'));
  const spawnedAtMs = performance.timeOrigin + performance.now();
  // A session of its own: whoever of its processes loses its parent still belongs to it.
  const child = spawn(
    found.value,
    [...flags, ...moreFlags, `--user-data-dir=${profile}`, `--window-size=${size.widthPx},${size.heightPx}`, url],
    {
      stdio: 'ignore',
      detached: true,
    },
  );
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error('Chromium could not be started');
  // A bench that is interrupted leaves no browser behind.
  const killAll = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGKILL');
  };
  process.once('exit', killAll);
  const opened: DevTools[] = [];
  return {
    spawnedAtMs,
    pid,
    async devTools() {
      const connected = await connectDevTools(await pageSocket(profile));
      opened.push(connected);
      return connected;
    },
    async stop() {
      for (const one of opened) one.close();
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const impatience = setTimeout(killAll, CLOSE_WITHIN_MS);
        await ended;
        clearTimeout(impatience);
      }
      process.off('exit', killAll);
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Chromium writes the port it took into its profile. */
async function pageSocket(profile: string): Promise<string> {
  const deadlineMs = performance.now() + OPEN_WITHIN_MS;
  for (;;) {
    const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '')).split('\n');
    if (port !== undefined && port !== '') {
      const targets = Targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
      const page = targets.find(({ type }) => type === 'page');
      if (page !== undefined) return page.webSocketDebuggerUrl;
    }
    if (performance.now() > deadlineMs) throw new Error(`Chromium did not open a page within ${OPEN_WITHIN_MS} ms`);
    await delay(25);
  }
}
