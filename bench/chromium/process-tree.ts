import { readdir, readFile } from 'node:fs/promises';

/** What all processes of one session use together, from Linux's /proc. A process that ends while it is read counts as nothing. */

const TICKS_PER_SECOND = 100;

/** Why this machine cannot tell; null when it can. */
export function reasonNotMeasurable(platform: NodeJS.Platform): string | null {
  return platform === 'linux'
    ? null
    : `memory (PSS) and processor time of a process tree are read from /proc, which ${platform} does not have.`;
}

export interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  readonly sessionId: number;
  /** User and system time, its own and that of its children that have ended and were waited for. */
  readonly cpuMs: number;
}

/** The fields used here of one /proc/PID/stat (proc(5)); null when it is not one. The program's name may hold spaces and brackets. */
export function parseStat(text: string): ProcessStat | null {
  const found = /^(\d+) \(.*\) (.+)$/s.exec(text);
  if (found === null) return null;
  const fields = (found[2] ?? '').trim().split(' ').map(Number);
  const [, parentPid, , sessionId] = fields;
  const ticks = fields.slice(11, 15);
  if (parentPid === undefined || sessionId === undefined || ticks.length < 4) return null;
  const cpuMs = (ticks.reduce((sum, tick) => sum + tick, 0) * 1_000) / TICKS_PER_SECOND;
  return { pid: Number(found[1]), parentPid, sessionId, cpuMs };
}

/** The processes of the session that the process leads. */
export async function processesOfSession(leaderPid: number): Promise<ProcessStat[]> {
  return (await allProcesses()).filter(({ sessionId }) => sessionId === leaderPid);
}

/** The process and all its descendants. */
export async function descendantsOf(pid: number): Promise<ProcessStat[]> {
  const all = await allProcesses();
  const found = all.filter((one) => one.pid === pid);
  for (const one of found) found.push(...all.filter(({ parentPid }) => parentPid === one.pid));
  return found;
}

/**
 * Processor time the session has used so far. Of a process whose parent has waited for it, the parent's count holds its time; children that
 * are alive are counted by themselves.
 */
export async function sessionCpuMs(leaderPid: number): Promise<number> {
  return (await processesOfSession(leaderPid)).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Proportional set size: each shared page counted by the part that falls to each of those who share it. */
export async function pssKilobytes(pids: readonly number[]): Promise<number> {
  return total(pids, 'smaps_rollup', /^Pss:\s+(\d+) kB/m);
}

/** Resident set size: every page, shared or not. */
export async function rssKilobytes(pids: readonly number[]): Promise<number> {
  return total(pids, 'status', /^VmRSS:\s+(\d+) kB/m);
}

/** What the processes have for themselves: anonymous and shared memory, without the pages of program files, which the kernel fetches and drops as it likes. */
export async function ownKilobytes(pids: readonly number[]): Promise<number> {
  return (await total(pids, 'status', /^RssAnon:\s+(\d+) kB/m)) + (await total(pids, 'status', /^RssShmem:\s+(\d+) kB/m));
}

async function total(pids: readonly number[], file: string, pattern: RegExp): Promise<number> {
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')));
  return texts.reduce((sum, text) => sum + Number(pattern.exec(text)?.[1] ?? 0), 0);
}

async function allProcesses(): Promise<ProcessStat[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')));
  return texts.map(parseStat).filter((stat) => stat !== null);
}
