import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandResult {
  /** 0 on success; null when a signal or the time limit ended it, or it could not be started. */
  readonly exitCode: number | null;
  /** Standard output and error as they came, the oldest cut away past the limit. */
  readonly output: string;
  readonly timedOut: boolean;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

const OUTPUT_LIMIT_CHARACTERS = 4_000_000;
const PATIENCE_MS = 5_000;
const running = new Set<ChildProcess>();

/** Runs a program without a terminal or input and keeps what it says. Never throws: a program that cannot be started is a result too. */
export function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that its children end with it.
      detached: true,
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const keep = (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-OUTPUT_LIMIT_CHARACTERS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const limit = setTimeout(() => {
      timedOut = true;
      void endGroup(child);
    }, options.timeoutMs);
    const settle = (exitCode: number | null) => {
      clearTimeout(limit);
      running.delete(child);
      if (timedOut) output += `\nStopped after ${Math.round(options.timeoutMs / 1_000)} s, its time limit.\n`;
      resolve({ exitCode: timedOut ? null : exitCode, output, timedOut });
    };
    child.once('error', (error) => {
      output += `${program} could not be started: ${error.message}\n`;
      settle(null);
    });
    child.once('close', (code) => settle(code));
  });
}

/** Ends every program that still runs, with its children. */
export async function endAllCommands(): Promise<void> {
  await Promise.all([...running].map(endGroup));
}

async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(pid, 'SIGTERM');
  const impatience = setTimeout(() => signalGroup(pid, 'SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(impatience);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
