import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import type { Logger } from 'pino';
import { chromiumArguments } from './arguments.ts';
import { createDebuggingPipe, type DebuggingPipe } from './debugging-pipe.ts';
import { pictureOfCompositor } from './glass.ts';

/** One Chromium at a time, in a profile that begins empty. */
export interface Browser {
  /** Ends the one that runs, and starts another with this page. */
  open(url: string): Promise<void>;
  close(): Promise<void>;
  /** What is shown: by the compositor's word, or, without a window, by the browser's own. Fails when neither can say. */
  picture(): Promise<Uint8Array>;
}

export interface BrowserOptions {
  readonly program: string;
  /** Emptied at each start: give it a directory of its own, best one in memory. */
  readonly profileDir: string;
  readonly agentHost: string;
  readonly headless: boolean;
  readonly withoutSandbox: boolean;
}

const CLOSE_WITHIN_MS = 3_000;

export function createBrowser(deps: { options: BrowserOptions; onEnded(what: string): void; logger: Logger }): Browser {
  const { options, logger } = deps;
  let child: ChildProcess | null = null;
  let pipe: DebuggingPipe | null = null;

  async function open(url: string): Promise<void> {
    await close();
    rmSync(options.profileDir, { recursive: true, force: true, maxRetries: 5 });
    mkdirSync(options.profileDir, { recursive: true, mode: 0o700 });
    const started = spawn(options.program, chromiumArguments({ ...options, url }), {
      stdio: options.headless ? ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] : 'ignore',
      // A group of its own, so that its helpers can be ended with it.
      detached: true,
    });
    child = started;
    pipe = pipeOf(started);
    await new Promise<void>((resolve, reject) => {
      started.once('spawn', resolve);
      started.once('error', reject);
    });
    logger.info({ pid: started.pid }, 'chromium runs');
    started.once('exit', (code, signal) => {
      if (child !== started) return;
      child = null;
      pipe = null;
      // Its helpers may live on for a while, and one of them is the page, which would go on to speak with the agent.
      signalGroup(started.pid, 'SIGKILL');
      deps.onEnded(`chromium ended (${signal ?? code})`);
    });
  }

  async function close(): Promise<void> {
    const ending = child;
    child = null;
    pipe = null;
    if (ending === null || ending.pid === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    signalGroup(ending.pid, 'SIGTERM');
    const kill = setTimeout(() => signalGroup(ending.pid, 'SIGKILL'), CLOSE_WITHIN_MS);
    await ended;
    clearTimeout(kill);
    // Helpers that outlive their browser would hold the old profile and the memory.
    signalGroup(ending.pid, 'SIGKILL');
  }

  async function picture(): Promise<Uint8Array> {
    if (child === null) throw new Error('no browser runs');
    if (!options.headless) return pictureOfCompositor();
    if (pipe === null) throw new Error('the browser has no pipe');
    return pipe.picture();
  }

  return { open, close, picture };
}

/** The two ends that were given to it, where they were. */
function pipeOf({ stdio }: ChildProcess): DebuggingPipe | null {
  const [, , , toBrowser, fromBrowser] = stdio;
  return toBrowser instanceof Writable && fromBrowser instanceof Readable ? createDebuggingPipe(toBrowser, fromBrowser) : null;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
