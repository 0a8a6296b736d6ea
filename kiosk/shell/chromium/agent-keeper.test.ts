import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@concierge/testing/free-port.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAgentHealth } from './agent-health.ts';
import { type AgentKeeper, createAgentKeeper, DEFAULT_KEEPER_PATIENCE } from './agent-keeper.ts';

// The real agent in a real process, which signals stop and kill. Only the times are shorter than in a lobby.

const patience = { ...DEFAULT_KEEPER_PATIENCE, askEveryMs: 200, hungAfterAsks: 2, firstAnswerWithinAsks: 100 };
const WAIT = { timeout: 20_000, interval: 50 };

let folder: string;
let pageUrl: string;
let keeper: AgentKeeper;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-keeper-'));
  pageUrl = `http://127.0.0.1:${await freePort()}/`;
});
afterEach(async () => {
  await keeper.stop();
  expect(agentsHere()).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

function keepAgent(): void {
  keeper = createAgentKeeper({
    pageUrl,
    environment: { PATH: process.env['PATH'], CONCIERGE_KIOSK_DATA: folder, CONCIERGE_RENDERER_DIR: folder, CONCIERGE_LOG_LEVEL: 'silent' },
    patience,
    logger: pino({ level: 'silent' }),
  });
  keeper.start();
}

const untilItAnswers = () => vi.waitFor(async () => expect((await readAgentHealth(pageUrl)).kind).toBe('answers'), WAIT);

/** The process of the only agent with this test's folder. */
function agentProcess(): number {
  const [pid, ...others] = agentsHere();
  if (pid === undefined || others.length > 0) throw new Error(`expected one agent, found ${others.length + 1}`);
  return pid;
}

function agentsHere(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOrEmpty(`/proc/${pid}/environ`).includes(`CONCIERGE_KIOSK_DATA=${folder}\0`))
    .map(Number);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

describe.skipIf(process.platform !== 'linux')('an agent kept by the shell', () => {
  it.each<[string, NodeJS.Signals]>([
    ['hangs', 'SIGSTOP'],
    ['dies', 'SIGKILL'],
  ])(
    'that %s is replaced on the same address, and the page is told by its stream',
    async (_what, signal) => {
      keepAgent();
      await untilItAnswers();
      const first = agentProcess();
      const stream = await fetch(new URL('/screen/events', pageUrl));
      const streamEnds = drain(stream);
      process.kill(first, signal);
      await streamEnds;
      await vi.waitFor(() => expect(agentProcess()).not.toBe(first), WAIT);
      await untilItAnswers();
      expect((await fetch(pageUrl)).status).toBe(200);
    },
    40_000,
  );

  it('that hangs for a moment only is left alone', async () => {
    keepAgent();
    await untilItAnswers();
    const first = agentProcess();
    process.kill(first, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    process.kill(first, 'SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(agentProcess()).toBe(first);
  }, 40_000);

  it('is not accepted on another port than the page’s, and comes when the port is free', async () => {
    const squatter = createServer().listen(Number(new URL(pageUrl).port), '127.0.0.1');
    await once(squatter, 'listening');
    keepAgent();
    await vi.waitFor(() => expect(agentsHere()).toHaveLength(1), WAIT);
    await vi.waitFor(() => expect(agentsHere()).toHaveLength(0), WAIT);
    squatter.close();
    await untilItAnswers();
  }, 40_000);
});

async function drain(stream: Response): Promise<void> {
  try {
    for await (const _chunk of stream.body ?? []);
  } catch {
    // Torn off, which is an end too.
  }
}
