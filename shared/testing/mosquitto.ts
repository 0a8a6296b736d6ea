import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs Debian's mosquitto beside the tests and the bench. It is no part of the product, which is only ever told where an external
 * broker is.
 */
export interface MosquittoProcess {
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
}

/** Where the program is: on the search path, or where distributions put daemons that ordinary users' paths leave out. Null: nowhere. */
export function findMosquitto(searchPath: string | undefined): string | null {
  const folders = [
    ...(searchPath ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/sbin',
    '/opt/homebrew/opt/mosquitto/sbin',
  ];
  for (const folder of folders.filter((entry) => entry !== '')) {
    const program = join(folder, 'mosquitto');
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * Starts it with the files given, in a folder of its own that goes away with it; `configuration` gets the path of each file by its
 * name. Resolves when all ports accept connections, throws with mosquitto's own words when it ends before.
 */
export async function startMosquitto(start: {
  readonly program: string;
  readonly ports: readonly number[];
  readonly files: Readonly<Record<string, string>>;
  configuration(pathOf: (file: string) => string): string;
}): Promise<MosquittoProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'concierge-mosquitto-'));
  // Started by root it becomes the user mosquitto, who must be able to read these.
  await chmod(folder, 0o755);
  const pathOf = (file: string) => join(folder, file);
  for (const [name, text] of Object.entries(start.files)) await writeFile(pathOf(name), text, { mode: 0o644 });
  await writeFile(pathOf('mosquitto.conf'), start.configuration(pathOf), { mode: 0o644 });

  const child = spawn(start.program, ['-c', pathOf('mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-4_096);
  });
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    await end(child, signal);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const port of start.ports) await untilOpen(port, child, () => words);
    if (child.pid === undefined) throw new Error('mosquitto has no process id');
    return { pid: child.pid, stop: () => stop(), kill: () => stop('SIGKILL') };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startTimeoutMs = 10_000;

async function untilOpen(port: number, child: ChildProcess, words: () => string): Promise<void> {
  const deadlineMs = Date.now() + startTimeoutMs;
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${words()}`);
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await delay(20);
  }
  throw new Error(`mosquitto does not listen on ${port}: ${words()}`);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(impatience);
}
