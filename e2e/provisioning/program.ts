import { spawn } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../provisioning/main.ts');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** concierge-provision as a process of its own, as an operator starts it. */
export async function startProgram(
  words: readonly string[],
  given: { folder: string; cloud: string; email: string; input?: string; readsNothing?: boolean },
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: given.folder,
    env: { PATH: process.env['PATH'], CONCIERGE_CLOUD_URL: given.cloud, CONCIERGE_EMAIL: given.email },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  if (given.readsNothing === true) child.stdout.destroy();
  // It may have ended before it read.
  child.stdin.on('error', () => undefined);
  child.stdin.end(given.input ?? '');
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, stdout, stderr };
}
