import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobHelpers, parseCronItems, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { createWorkerLiveness } from './liveness.ts';
import { holdingLocks, type JobLocks } from './locks.ts';
import { queueLogger } from './logger.ts';

/** One durable job: its payload is parsed before it runs, and it must be safe to run twice. */
export interface Job {
  readonly task: string;
  /** What it needs for itself while it runs, across all replicas. While somebody else has that, the job comes back a moment later. */
  locks?(payload: unknown): JobLocks;
  run(payload: unknown): Promise<void>;
}

/** A job that also runs by the clock; the database decides which replica runs it. */
export interface PeriodicJob extends Job {
  /** Crontab in UTC. */
  readonly crontab: string;
}

export interface JobRunner {
  start(): Promise<void>;
  /**
   * Gives up the present workers with whatever they hold and opens new ones. For when the database was lost under the queue's feet: it then leaves jobs locked by workers that live but
   * will never finish them, and throws where nobody can catch it.
   */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export function createJobRunner(options: {
  url: string;
  jobs: readonly Job[];
  periodic: readonly PeriodicJob[];
  logger: Logger;
  lookForDeadEveryMs?: number;
}): JobRunner {
  let runner: Runner | null = null;
  const liveness = createWorkerLiveness({ url: options.url, logger: options.logger, lookEveryMs: options.lookForDeadEveryMs ?? 5_000 });
  const events: WorkerEvents = new EventEmitter();
  // The queue notes on a job which pool of workers has it, not which of its workers.
  events.on('pool:create', ({ workerPool }) => liveness.vouchFor(workerPool.id));
  const pool = new pg.Pool({ connectionString: options.url, max: POOL_CONNECTIONS, application_name: 'concierge-jobs' });
  pool.on('error', (error) => options.logger.warn({ err: error }, 'a job connection was lost'));
  pool.on('connect', (client) => {
    // While a connection is handed out its loss would otherwise end the process; the query that suffers it fails by itself.
    client.on('error', () => undefined);
  });
  const taskList: TaskList = {};
  for (const job of [...options.jobs, ...options.periodic]) taskList[job.task] = (payload, helpers) => runJob(job, payload, helpers);

  async function runJob(job: Job, payload: unknown, helpers: JobHelpers): Promise<void> {
    const locks = job.locks?.(payload);
    if (locks === undefined) return job.run(payload);
    const had = await holdingLocks(pool, locks, () => job.run(payload));
    if (had) return;
    await postpone(job.task, payload, helpers);
    // The queue tells its workers of a job when it is added, not when it is due.
    const tell = () => void pool.query(`select pg_notify('jobs:insert', '{"count":1}')`).catch(() => undefined);
    setTimeout(tell, COMES_BACK_AFTER_MS + 2).unref();
  }

  let stopped = false;
  let restarting = false;

  async function open(): Promise<void> {
    const opened = await run({
      pgPool: pool,
      events,
      concurrency: CONCURRENCY,
      pollInterval: 1_000,
      noHandleSignals: true,
      taskList,
      parsedCronItems: parseCronItems(
        options.periodic.map((job) => ({
          task: job.task,
          match: job.crontab,
          identifier: job.task,
          options: { backfillPeriod: 0, maxAttempts: 3 },
        })),
      ),
      logger: queueLogger(options.logger),
    });
    runner = opened;
    opened.promise.catch((error: unknown) => {
      options.logger.error({ err: error }, 'the job runner ended');
      void restart();
    });
  }

  async function restart(): Promise<void> {
    if (restarting || stopped) return;
    restarting = true;
    const old = runner;
    runner = null;
    // What hangs in the old runner must not keep the new one; a job both of them run bears being run twice.
    await Promise.race([old?.stop().catch(() => undefined), sleep(STOP_PATIENCE_MS)]);
    while (!stopped) {
      try {
        await liveness.abandonAll();
        await open();
        break;
      } catch {
        await sleep(RESTART_PAUSE_MS);
      }
    }
    restarting = false;
  }

  return {
    async start() {
      await liveness.start();
      await open();
    },
    restart,
    async stop() {
      stopped = true;
      await runner?.stop();
      runner = null;
      await liveness.stop();
      await pool.end();
    },
  };
}

/** Events that come meanwhile are folded into the postponed job; none of them can be answered by the run that has begun. */
async function postpone(task: string, payload: unknown, { addJob, job }: JobHelpers): Promise<void> {
  await addJob(task, payload, {
    runAt: new Date(Date.now() + COMES_BACK_AFTER_MS),
    maxAttempts: job.max_attempts,
    priority: job.priority,
    ...(job.key === null ? {} : { jobKey: job.key, jobKeyMode: 'preserve_run_at' as const }),
  });
}

const CONCURRENCY = 4;
/** Each worker may hold locks on one while it asks the queue on another; one more listens, one is for the clock. */
const POOL_CONNECTIONS = 2 * CONCURRENCY + 2;
const COMES_BACK_AFTER_MS = 100;
const STOP_PATIENCE_MS = 5_000;
const RESTART_PAUSE_MS = 1_000;
