import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import pg from 'pg';
import type { Cluster } from './cluster.ts';
import type { PostgresLogger } from './embedded.ts';
import { sendSignal, stopProcess } from './postmaster.ts';

export interface RunningServer {
  readonly pid: number;
  /** Settles when the postmaster has ended, however it did. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
  /** Asks for a fast shutdown without waiting: all that can be done while our own process ends. */
  interrupt(): void;
}

export interface LaunchOptions {
  readonly cluster: Cluster;
  readonly port: number;
  readonly fsync: boolean;
  /** A connection string that works once the server is ready. */
  readonly probeUrl: string;
  readonly logger: PostgresLogger;
}

/** Recovery after a crash reads the whole write-ahead log first, so patience is long; a failure to start shows at once. */
const READY_TIMEOUT_MS = 90_000;
const LEFTOVER_TRIES = 40;
const LEFTOVER_WAIT_MS = 250;
const LAST_LINES = 12;

/** A server that accepts queries, or why not in a sentence. Waits for backends that a killed postmaster left behind to notice and end. */
export async function launchServer(options: LaunchOptions): Promise<Result<RunningServer, string>> {
  for (let tries = 1; ; tries += 1) {
    const launched = await launchOnce(options);
    if (launched.ok || tries >= LEFTOVER_TRIES || !/pre-existing shared memory block/.test(launched.error)) return launched;
    await new Promise((resume) => setTimeout(resume, LEFTOVER_WAIT_MS));
  }
}

async function launchOnce(options: LaunchOptions): Promise<Result<RunningServer, string>> {
  const { cluster, logger } = options;
  const child = spawn(cluster.programs.postgres, ['-D', cluster.dataDir, ...settings(options)], {
    ...cluster.user,
    cwd: '/',
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own process group: Ctrl-C in a terminal must reach us first, so that what uses the database stops before it.
    detached: true,
  });
  const lastLines = followLog(child, logger);
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const settle = () => {
      ended = true;
      resolve();
    };
    child.once('exit', settle);
    child.once('error', (error) => {
      lastLines.push(error.message);
      settle();
    });
  });
  const ready = await waitUntilReady(options.probeUrl, cluster, () => ended);
  const { pid } = child;
  if (ready !== 'ready' || pid === undefined) {
    if (pid !== undefined) await stopProcess(pid, () => ended);
    return failure(
      ready === 'refused' ? 'The password does not fit the cluster.' : `PostgreSQL did not start. Its last words:\n${lastLines.join('\n')}`,
    );
  }
  return success({ pid, exited, stop: () => stopProcess(pid, () => ended), interrupt: () => sendSignal(pid, 'SIGINT') });
}

function settings(options: LaunchOptions): string[] {
  const values: Record<string, string | number> = {
    port: options.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '',
    // Statements and row values may hold personal data; the client that sent them gets the error in full.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(options.fsync ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Hands the server's log to ours and returns the newest lines, which say why a start failed. */
function followLog(child: ChildProcess, logger: PostgresLogger): string[] {
  const lastLines: string[] = [];
  if (child.stderr === null) return lastLines;
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    if (/^(PANIC|WARNING):/.test(line)) logger.warn(`PostgreSQL: ${line}`);
    else logger.debug(`PostgreSQL: ${line}`);
  });
  return lastLines;
}

async function waitUntilReady(url: string, cluster: Cluster, hasEnded: () => boolean): Promise<'ready' | 'ended' | 'refused'> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (!hasEnded() && performance.now() < deadlineMs) {
    const code = await connectError(url);
    if (code === null && (await saysReady(cluster))) return hasEnded() ? 'ended' : 'ready';
    // 28P01, invalid_password: no use in waiting.
    if (code === '28P01') return 'refused';
    await new Promise((resume) => setTimeout(resume, 20));
  }
  return 'ended';
}

/** Whether the server of this cluster says that it is ready: another's may answer at its address, while ours is about to find it taken. The eighth line of postmaster.pid (PostgreSQL, miscadmin.h). */
async function saysReady({ dataDir }: Cluster): Promise<boolean> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[7]?.trim() === 'ready';
}

async function connectError(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'concierge-probe' });
  client.on('error', () => {
    // Told by `connect` as well.
  });
  try {
    await client.connect();
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreachable';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates the database unless it is there. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'concierge-launcher' });
  client.on('error', () => {
    // Told by the query as well.
  });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
