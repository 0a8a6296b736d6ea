import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from '@playwright/test';
import { pino } from 'pino';
import { z } from 'zod';
import { DEFAULT_LADDER_LIMITS, type LadderLimits } from '../ladder.ts';
import { createLadderMemoryFile } from '../ladder-memory.ts';
import { type StubAgent, startStubAgent } from '../testing/stub-agent.ts';
import { findChromium } from './find-chromium.ts';
import { type ChromiumShell, createChromiumShell } from './launch.ts';

// A real Chromium without a window, on a real page that reports its frames. Only the times are shorter than in a lobby.

const hurried: LadderLimits = {
  ...DEFAULT_LADDER_LIMITS,
  firstPaintWithinMs: 6_000,
  paintedWithinMs: 4_000,
  attempts: { reload: 1, relaunch: 1, 'restart-compositor': 1 },
  backOffMs: { first: 200, most: 1_000 },
  safeSceneForMs: 600_000,
};

const LogLine = z.object({ msg: z.string(), pid: z.number().optional(), step: z.string().optional() });

let folder: string;
let agent: StubAgent;
let shell: ChromiumShell;
let log: z.infer<typeof LogLine>[];
let strangerAsked: number;
const stranger = createServer((_request, response) => {
  strangerAsked += 1;
  response.end();
});

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chromium-shell-'));
  strangerAsked = 0;
  log = [];
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const address = stranger.address();
  agent = await startStubAgent(`http://localhost:${typeof address === 'object' ? address?.port : ''}/`);
});

test.afterEach(async () => {
  await shell.stop();
  expect(processesWith(folder)).toEqual([]);
  await agent.stop();
  await new Promise((resolve) => stranger.close(resolve));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function start(): void {
  const program = findChromium(process.env['CONCIERGE_CHROMIUM'], process.env['PATH']);
  if (!program.ok) throw new Error(program.error);
  shell = createChromiumShell({
    options: {
      program: program.value,
      pageUrl: agent.url,
      profileDir: join(folder, 'profile'),
      limits: hurried,
      askEveryMs: 300,
      headless: true,
      runsAsRoot: process.getuid?.() === 0,
    },
    memory: createLadderMemoryFile(join(folder, 'ladder.json')),
    logger: pino(
      { base: null },
      new Writable({ write: (chunk, _encoding, done) => (log.push(LogLine.parse(JSON.parse(String(chunk)))), done()) }),
    ),
  });
  shell.start();
}

const steps = () => log.flatMap(({ msg, step }) => (msg === 'the screen is sick' ? [step] : []));
const lastPid = () => log.findLast(({ msg }) => msg === 'chromium runs')?.pid;

test('shows the page and leaves a screen in peace that paints; the page reaches nobody but the agent', async () => {
  start();
  await expect.poll(agent.framesPainted, { timeout: 20_000 }).toBeGreaterThan(2);
  await new Promise((resolve) => setTimeout(resolve, hurried.paintedWithinMs + 2_000));
  expect(steps()).toEqual([]);
  expect(agent.pagesServed()).toBe(1);
  expect(strangerAsked).toBe(0);
});

test('starts another browser when the first is killed', async () => {
  start();
  await expect.poll(agent.framesPainted, { timeout: 20_000 }).toBeGreaterThan(0);
  const first = lastPid();
  if (first === undefined) throw new Error('no browser was started');
  process.kill(first, 'SIGKILL');
  await expect.poll(agent.pagesServed, { timeout: 20_000 }).toBe(2);
  expect(lastPid()).not.toBe(first);
  expect(steps()).toEqual(['reload', 'relaunch']);
});

test('starts another browser soon after the page’s process died and the browser did not', async () => {
  start();
  await expect.poll(agent.framesPainted, { timeout: 20_000 }).toBeGreaterThan(2);
  const browser = lastPid();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const renderers = renderersOf(browser);
  expect(renderers).not.toEqual([]);
  for (const pid of renderers) process.kill(pid, 'SIGKILL');
  // Long before a frame is missed.
  await expect.poll(steps, { timeout: hurried.paintedWithinMs - 1_000 }).toEqual(['reload', 'relaunch']);
  await expect.poll(agent.pagesServed, { timeout: 20_000 }).toBe(2);
});

test('climbs to the safe scene when the page never paints', async () => {
  agent.behaviour.paints = false;
  start();
  await expect.poll(steps, { timeout: 40_000 }).toEqual(['reload', 'relaunch', 'restart-compositor', 'reboot', 'safe-scene']);
  await expect
    .poll(() => argumentsOf(lastPid()).some((argument) => argument.startsWith('--app=data:text/html')), { timeout: 10_000 })
    .toBe(true);
  expect(agent.pagesServed()).toBe(2);
});

test('does not blame the screen for an agent that is away', { tag: '@long' }, async () => {
  start();
  await expect.poll(agent.framesPainted, { timeout: 20_000 }).toBeGreaterThan(0);
  agent.behaviour.answers = false;
  await new Promise((resolve) => setTimeout(resolve, 2 * hurried.paintedWithinMs));
  expect(steps()).toEqual([]);
});

test('waits for an agent that starts later, then shows its page', async () => {
  agent.behaviour.answers = false;
  start();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(agent.pagesServed()).toBe(0);
  agent.behaviour.answers = true;
  await expect.poll(agent.framesPainted, { timeout: 20_000 }).toBeGreaterThan(0);
});

test('lives with an older agent that says nothing of frames, and says so once', { tag: '@long' }, async () => {
  agent.behaviour.saysFrames = false;
  start();
  await expect.poll(agent.pagesServed, { timeout: 20_000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, hurried.firstPaintWithinMs + 2_000));
  expect(steps()).toEqual([]);
  expect(log.filter(({ msg }) => msg.startsWith('this agent does not say'))).toHaveLength(1);
});

/** Processes whose arguments name the path: what a shell that stopped must not leave behind. */
function processesWith(path: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && argumentsOf(Number(pid)).some((argument) => argument.includes(path)));
}

/** The browser leads a group, in which its helpers are. */
function renderersOf(browser: number | undefined): number[] {
  const inGroup = (pid: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2] === String(browser);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && inGroup(pid) && argumentsOf(Number(pid)).join(' ').includes('--type=renderer'))
    .map(Number);
}

function argumentsOf(pid: number | undefined): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
