import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { PostgresLogger } from './embedded.ts';

const LAUNCHER_FILE = 'launcher.pid';

/** Notes in the data directory who launched its server, so that the next launcher can tell an orphan from a server in use. */
export async function recordLauncher(dataDir: string): Promise<void> {
  await writeFile(join(dataDir, LAUNCHER_FILE), `${process.pid}\n`);
}

export async function forgetLauncher(dataDir: string): Promise<void> {
  await rm(join(dataDir, LAUNCHER_FILE), { force: true });
}

/**
 * Makes sure no server works on the data directory: stops one whose launcher has died, and removes the note of one that died itself when another program has
 * its process id now. Fails, with a sentence for people, when its launcher lives.
 */
export async function settlePredecessor(dataDir: string, logger: PostgresLogger): Promise<Result<'none' | 'stopped', string>> {
  const pid = await readPid(join(dataDir, 'postmaster.pid'));
  if (pid === null || !isAlive(pid)) return success('none');
  const server = await describeProcess(pid);
  if (server !== null && !serves(server, dataDir)) {
    await rm(join(dataDir, 'postmaster.pid'), { force: true });
    return success('none');
  }
  const launcherPid = await readPid(join(dataDir, LAUNCHER_FILE));
  // A child of a dead launcher gets another parent, so an equal parent means a living launcher even when process ids are used again.
  if (server === null || server.parentPid === launcherPid) {
    return failure(`Another running program (process ${launcherPid ?? 'unknown'}) uses the database in ${dataDir}. Stop it first.`);
  }
  logger.warn(`A PostgreSQL of a run that crashed is still there (process ${pid}); stopping it`);
  await stopProcess(pid, () => !isAlive(pid));
  return success('stopped');
}

/** Fast shutdown, then immediate, then by force: each only when the one before did not help in time. */
export async function stopProcess(pid: number, isGone: () => boolean): Promise<void> {
  const ladder: readonly [NodeJS.Signals, number][] = [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ];
  for (const [signal, patienceMs] of ladder) {
    if (isGone()) return;
    sendSignal(pid, signal);
    const deadlineMs = performance.now() + patienceMs;
    while (!isGone() && performance.now() < deadlineMs) await new Promise((resume) => setTimeout(resume, 10));
  }
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, which is what the signal was for.
  }
}

interface ProcessDescription {
  readonly parentPid: number;
  readonly commandLine: string;
}

function serves(server: ProcessDescription, dataDir: string): boolean {
  return /\bpostgres\b/.test(server.commandLine) && `${server.commandLine} `.includes(` -D ${dataDir} `);
}

/** Parent and command line of a process, or null when the system does not tell. */
async function describeProcess(pid: number): Promise<ProcessDescription | null> {
  try {
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return { parentPid: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), commandLine };
  } catch {
    // macOS has no /proc.
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'ppid=,args=', '-p', String(pid)]);
    const [, parent, commandLine = ''] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
    return parent === undefined ? null : { parentPid: Number(parent), commandLine };
  } catch {
    return null;
  }
}

async function readPid(path: string): Promise<number | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
