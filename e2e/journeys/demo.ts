import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@concierge/testing/free-port.ts';
import type { Page } from '@playwright/test';
import { RunFile } from '../../tools/demo/run-file.ts';

const root = join(import.meta.dirname, '../..');

export interface RunningDemo {
  readonly run: RunFile;
  readonly dataFolder: string;
  /** Everything it printed so far. */
  output(): string;
  /** As Ctrl-C does; resolves with the exit code when all of it is gone. */
  interrupt(): Promise<number | null>;
}

interface DemoOptions {
  /** To go on with. Without one it begins with a copy of a demo that was filled once for the run: to fill another takes longer than to copy. */
  readonly dataFolder?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** With Chromium in front of the lobby screen, as people have it. A journey that asks for no picture of the glass does without. */
  readonly shell?: boolean;
}

/** `npm start` on ports and in a folder of its own. */
export async function startDemo(options: DemoOptions = {}): Promise<RunningDemo> {
  const dataFolder = options.dataFolder ?? (await filledFolder());
  const { child, output } = await launch(dataFolder, options);
  const runFile = join(dataFolder, 'run.json');
  const endMs = performance.now() + 120_000;
  while (!existsSync(runFile)) {
    if (child.exitCode !== null) throw new Error(`the demo ended with ${child.exitCode}:\n${output()}`);
    if (performance.now() > endMs) throw new Error(`the demo did not get ready:\n${output()}`);
    await sleep(100);
  }
  return {
    run: readRun(dataFolder),
    dataFolder,
    output,
    interrupt: () => interrupt(child),
  };
}

/** As a newcomer's `npm start` finds it. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'concierge-demo-'));
  // Root's database is another user's, who must be able to pass: else it would lie outside of the folder, with a link to it, and each demo that begins with a copy would share it.
  chmodSync(folder, 0o755);
  return folder;
}

async function filledFolder(): Promise<string> {
  const place = process.env['CONCIERGE_FILLED_DEMO'];
  if (place === undefined)
    throw new Error('the journeys are run by Playwright, whose global set-up (e2e/prepare.ts) makes a place for the filled demo');
  const filled = join(place, 'filled');
  if (!existsSync(filled)) {
    const first = await startDemo({ dataFolder: join(place, 'draft') });
    const exitCode = await first.interrupt();
    if (exitCode !== 0) throw new Error(`the demo that others begin with ended with ${exitCode}:\n${first.output()}`);
    renameSync(first.dataFolder, filled);
  }
  const dataFolder = emptyFolder();
  // With its owners, which `cpSync` leaves behind.
  execFileSync('cp', ['-a', `${filled}/.`, dataFolder]);
  return dataFolder;
}

/** What the demo says of itself now. */
export function readRun(dataFolder: string): RunFile {
  return RunFile.parse(JSON.parse(readFileSync(join(dataFolder, 'run.json'), 'utf8')));
}

/** `npm start` with a folder whose demo runs already: what it says and ends with. It is waited for, or it would start anew in the folder once the other is gone. */
export async function startAgain(dataFolder: string): Promise<{ exitCode: number | null; output: string }> {
  const { child, output } = await launch(dataFolder);
  await once(child, 'exit');
  return { exitCode: child.exitCode, output: output() };
}

async function launch(
  dataFolder: string,
  { port, environment: more, shell }: DemoOptions = {},
): Promise<{ child: ChildProcess; output(): string }> {
  const environment = {
    ...process.env,
    ...more,
    CONCIERGE_DATA: dataFolder,
    PORT: String(port ?? (await freePort())),
    MQTT_PORT: String(await freePort()),
    KIOSK_PORT: String(await freePort()),
    NEW_KIOSK_PORT: String(await freePort()),
  };
  const child = spawn(process.execPath, [join(root, 'tools/bootstrap.mjs'), 'start', ...(shell === true ? [] : ['--no-shell'])], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  return { child, output: () => text };
}

export async function removeDemo(demo: RunningDemo): Promise<void> {
  await demo.interrupt();
  // A browser's last helpers write into its profile for a moment after it has gone.
  rmSync(demo.dataFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

async function interrupt(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  await gone;
  return child.exitCode;
}

/** Logs the first manager of the demo in, in the language of the page's locale. */
export async function logIn(page: Page, run: RunFile, login = run.logins[0]): Promise<void> {
  if (login === undefined) throw new Error('the demo names no log-in');
  await page.goto(login.url);
  await page.getByLabel('E-mail', { exact: true }).fill(login.email);
  await page.getByLabel(/^(Κωδικός|Password)$/).fill(login.password);
  await page.getByRole('button', { name: /^(Σύνδεση|Sign in)$/ }).click();
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
}
