import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';

/**
 * INVARIANTS
 * 1. `start` resolves with what the child's first ready message says, or rejects with the end of its log.
 * 2. A child that dies afterwards is started again, later each time, unless it is being stopped or held down.
 * 3. After `stop` has resolved the child is gone, by signal if need be.
 */
export interface Supervised {
  start(): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
  /** Kills the child and keeps it down until `release`: what an outage looks like. */
  holdDown(): Promise<void>;
  release(): void;
  pid(): number | null;
}

export interface SupervisedOptions {
  readonly name: string;
  readonly entry: string;
  /** Options of Node itself for the child. */
  readonly nodeOptions?: readonly string[];
  readonly environment: (isRestart: boolean) => Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Told when the child is up again after it died. */
  onRestarted(message: Record<string, unknown>): void;
  say(line: string): void;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 12_000;
const RESTART_FIRST_MS = 500;
const RESTART_LONGEST_MS = 15_000;
const LOG_TAIL_LINES = 12;

export function supervise(options: SupervisedOptions): Supervised {
  let child: ChildProcess | null = null;
  let log: WriteStream | null = null;
  let wanted = false;
  let held = false;
  let restartDelayMs = RESTART_FIRST_MS;
  let retry: NodeJS.Timeout | null = null;
  let tail: string[] = [];

  function launch(isRestart: boolean): Promise<Record<string, unknown>> {
    log ??= createWriteStream(options.logFile, { flags: 'a' });
    tail = [];
    const started = fork(options.entry, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...(options.nodeOptions ?? [])],
      env: { ...process.env, ...options.environment(isRestart) },
      // A group of its own: Ctrl-C reaches us, and we stop it in order.
      detached: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        log?.write(chunk);
        tail = [...tail, ...chunk.toString('utf8').split('\n').filter(Boolean)].slice(-LOG_TAIL_LINES);
      });
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${options.name} did not get ready within ${START_TIMEOUT_MS / 1000} s.\n${tail.join('\n')}`)),
        START_TIMEOUT_MS,
      );
      started.once('message', (message) => {
        clearTimeout(timer);
        if (typeof message === 'object' && message !== null) resolve({ ...message });
      });
      started.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      started.once('exit', (code, signal) => {
        clearTimeout(timer);
        if (child === started) child = null;
        reject(new Error(`${options.name} ended (${signal ?? code}).\n${tail.join('\n')}`));
      });
    });
  }

  function watch(): void {
    child?.once('exit', (code, signal) => {
      child = null;
      if (!wanted || held) return;
      options.say(`${options.name} ended (${signal ?? code}); starting it again in ${restartDelayMs / 1000} s`);
      retry = setTimeout(restart, restartDelayMs);
      restartDelayMs = Math.min(RESTART_LONGEST_MS, restartDelayMs * 2);
    });
  }

  function restart(): void {
    if (!wanted || held) return;
    launch(true).then(
      (message) => {
        restartDelayMs = RESTART_FIRST_MS;
        watch();
        options.onRestarted(message);
      },
      () => {
        if (!wanted || held) return;
        retry = setTimeout(restart, restartDelayMs);
        restartDelayMs = Math.min(RESTART_LONGEST_MS, restartDelayMs * 2);
      },
    );
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (retry !== null) clearTimeout(retry);
    const ending = child;
    if (ending === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_TIMEOUT_MS);
      ending.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      ending.kill(signal);
    });
  }

  return {
    async start() {
      wanted = true;
      const message = await launch(false);
      watch();
      return message;
    },
    async stop() {
      wanted = false;
      await end('SIGTERM');
      log?.end();
    },
    async holdDown() {
      held = true;
      await end('SIGKILL');
    },
    release() {
      if (!held) return;
      held = false;
      restart();
    },
    pid: () => child?.pid ?? null,
  };
}
