import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

const Ready = z.object({ url: z.url(), brokerUrl: z.string(), databaseUrl: z.string() });

export interface CloudProcess {
  readonly url: string;
  readonly brokerUrl: string;
  /** SIGKILL: no chance to clean up. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The cloud as a process of its own, as in production: killed and started again it must find its way. */
export async function startCloudProcess(environment: Readonly<Record<string, string>>): Promise<CloudProcess> {
  const child: ChildProcess = fork(join(import.meta.dirname, '../../cloud/server/main.ts'), [], {
    env: { ...process.env, CONCIERGE_MODE: 'demo', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString('utf8')));
  const ready = await new Promise<z.infer<typeof Ready>>((resolve, reject) => {
    child.once('message', (message) => resolve(Ready.parse(message)));
    child.once('exit', (code) => reject(new Error(`the cloud ended with ${code}: ${complaints.join('').slice(-2_000)}`)));
  });
  let ending = false;
  child.once('exit', (code, signal) => {
    // Nobody asked for it: whatever test runs now will fail, and this says why.
    if (!ending) console.error(`The cloud ended by itself (${signal ?? code}):\n${complaints.join('').slice(-4_000)}`);
  });
  const end = async (signal: NodeJS.Signals) => {
    ending = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  return { url: ready.url, brokerUrl: ready.brokerUrl, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
