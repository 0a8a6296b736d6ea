import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parentPortOfNode } from '../testing/parent-port.ts';
import { createAgentHost } from './agent-host.ts';

// The real agent in a real process, which a signal stops as a hang would. Only the times are shorter than in a lobby.

const agentMain = fileURLToPath(new URL('../electron-agent/main.ts', import.meta.url));
const patience = { aliveEveryMs: 100, lostAfterMs: 500, hungAfterMs: 2_500, firstWordWithinMs: 20_000 };
const WAIT = { timeout: 20_000, interval: 20 };

let folder: string;
let children: ChildProcess[];
let states: ScreenState[];
let host: ReturnType<typeof createAgentHost>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-hang-'));
  children = [];
  states = [];
  host = createAgentHost({
    fork() {
      const child = fork(agentMain, { execArgv: ['--import', parentPortOfNode], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      children.push(child);
      return {
        postMessage: (message) => void child.send(message, () => undefined),
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => void child.on('exit', (code) => listener(code ?? 1)),
        kill: () => void child.kill('SIGKILL'),
      };
    },
    settings: { dataDir: join(folder, 'data'), demo: false, logLevel: 'silent' },
    patience,
    takePicture: () => Promise.reject(new Error('not here')),
    onState: (state) => states.push(state),
    logger: pino({ level: 'silent' }),
  });
  host.start();
  await vi.waitFor(() => expect(states.at(-1)?.phase).toBe('unclaimed'), WAIT);
}, 30_000);

afterEach(async () => {
  await host.stop();
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('an agent that hangs', () => {
  it('is told of on the screen, killed and replaced by one that works', async () => {
    const [first] = children;
    first?.kill('SIGSTOP');
    const stoppedMs = performance.now();
    await vi.waitFor(() => expect(first?.signalCode).toBe('SIGKILL'), WAIT);
    expect(performance.now() - stoppedMs).toBeGreaterThan(patience.hungAfterMs - 2 * patience.aliveEveryMs);
    // Unclaimed, it was offline before; that this was said once more is the sign of the silence.
    expect(states).toHaveLength(2);
    await vi.waitFor(() => expect(states).toHaveLength(3), WAIT);
    expect(children).toHaveLength(2);
    expect(states.at(-1)).toMatchObject({ phase: 'unclaimed' });
  }, 40_000);

  it('for a moment only is left alone', async () => {
    const [first] = children;
    first?.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, patience.lostAfterMs + 3 * patience.aliveEveryMs));
    first?.kill('SIGCONT');
    await vi.waitFor(() => expect(states).toHaveLength(3), WAIT);
    await new Promise((resolve) => setTimeout(resolve, patience.hungAfterMs));
    expect(children).toHaveLength(1);
    expect(first?.exitCode).toBeNull();
  }, 40_000);
});
