import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InstallStep } from '../installer.ts';

const installer = fileURLToPath(new URL('endless-installer.ts', import.meta.url));

/** A device that lives in fast motion (endless-installer.ts) in a process of its own. */
export interface DeviceLife {
  readonly child: ChildProcess;
  /** What it said happened. */
  readonly lines: readonly string[];
  until(line: RegExp): Promise<void>;
  /** As a power cut would. Throws when it had ended by itself. */
  kill(): Promise<void>;
}

export function startLife(options: {
  folder: string;
  cloudUrl: string;
  /** The step, permission or verdict after which it stands still. */
  pauseAt?: InstallStep | 'allowed' | 'committed';
  /** Where the compiled program is kept: by far the most of a short life is its beginning. */
  compiled: string;
  command?(program: readonly string[]): readonly [string, ...string[]];
}): DeviceLife {
  const { folder, cloudUrl, pauseAt = '', command = (program) => ['env', ...program] } = options;
  const [program, ...rest] = command([process.execPath, installer, folder, cloudUrl, pauseAt]);
  const env = { ...process.env, NODE_COMPILE_CACHE: options.compiled };
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reading = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const closed = once(reading, 'close');
  reading.on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    async until(line) {
      while (!lines.some((one) => line.test(one))) {
        const next = await Promise.race([once(reading, 'line'), closed.then(() => null)]);
        if (next === null) throw new Error(`the installer ended by itself after: ${lines.join(', ')}`);
      }
    },
    async kill() {
      if (child.exitCode !== null) throw new Error(`the installer ended by itself after: ${lines.join(', ')}`);
      child.kill('SIGKILL');
      await ended;
      await closed;
    },
  };
}
