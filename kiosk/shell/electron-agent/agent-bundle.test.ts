import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildShell } from '../build.ts';
import { parentPortOfNode } from '../testing/parent-port.ts';
import { writeRenderer } from '../testing/renderer.ts';
import { FromAgent } from './messages.ts';

// The real agent out of the real bundle, in a process of plain Node.

let folder: string;
let child: ChildProcess | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'electron-agent-'));
  await buildShell(join(folder, 'app'), writeRenderer(join(folder, 'renderer')));
}, 30_000);
afterAll(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function startAgent(): ChildProcess {
  child = fork(join(folder, 'app/agent.mjs'), {
    execArgv: ['--import', parentPortOfNode],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  return child;
}
const ended = (process: ChildProcess) => new Promise<number | null>((resolve) => process.once('exit', resolve));

describe('the bundled agent', () => {
  it('needs nothing beside it but Node and its SQLite', () => {
    const imported = readFileSync(join(folder, 'app/agent.mjs'), 'utf8').matchAll(/^import [^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gm);
    const outside = [...imported].map(([, from, dynamic]) => from ?? dynamic ?? '').filter((name) => !name.startsWith('node:'));
    expect([...new Set(outside)]).toEqual(['./better-sqlite3/lib/index.js']);
    expect(readdirSync(join(folder, 'app')).sort()).toEqual([
      'agent.mjs',
      'better-sqlite3',
      'main.mjs',
      'package.json',
      'preload.cjs',
      'renderer',
    ]);
  });

  it('opens its cache, tells the state of the screen, takes frames, and stops when asked', async () => {
    const dataDir = join(folder, 'data');
    const displayFile = join(folder, 'display');
    const agent = startAgent();
    const told = new Promise((resolve) => agent.once('message', resolve));
    agent.send({ kind: 'start', start: { dataDir, displayFile, demo: false, logLevel: 'silent', aliveEveryMs: 60_000 } });
    expect(FromAgent.parse(await told)).toMatchObject({ kind: 'state', state: { phase: 'unclaimed', document: null, link: 'offline' } });
    expect(existsSync(dataDir)).toBe(true);
    expect(readFileSync(displayFile, 'utf8')).toBe('on\n');
    agent.send({ kind: 'painted', frame: { contentSequence: 0, scene: 'unclaimed' } });
    agent.send({ kind: 'stop' });
    expect(await ended(agent)).toBe(0);
  });

  it.each([
    ['a message nobody knows', { kind: 'format' }],
    ['more than a message', { kind: 'stop', now: true }],
    ['a start without a place for its data', { kind: 'start', start: { demo: false, logLevel: 'silent', aliveEveryMs: 60_000 } }],
  ])('ends, rather than guess, at %s', async (_what, message) => {
    const agent = startAgent();
    agent.send(message);
    expect(await ended(agent)).toBe(1);
  });
});
