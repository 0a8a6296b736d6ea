import { EventEmitter } from 'node:events';
import { parseCronItems, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Logger } from 'pino';
import { createWorkerLiveness } from './liveness.ts';
import { queueLogger } from './logger.ts';

/** One durable job: its payload is parsed before it runs, and it must be safe to run twice. */
export interface Job {
  readonly task: string;
  run(payload: unknown): Promise<void>;
}

/** A job that also runs by the clock; the database decides which replica runs it. */
export interface PeriodicJob extends Job {
  /** Crontab in UTC. */
  readonly crontab: string;
}

export interface JobRunner {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createJobRunner(options: {
  url: string;
  jobs: readonly Job[];
  periodic: readonly PeriodicJob[];
  logger: Logger;
}): JobRunner {
  let runner: Runner | null = null;
  const liveness = createWorkerLiveness({ url: options.url, logger: options.logger });
  const events: WorkerEvents = new EventEmitter();
  events.on('worker:create', ({ worker }) => liveness.vouchFor(worker.workerId));
  const pool = new pg.Pool({ connectionString: options.url, max: 6, application_name: 'concierge-jobs' });
  pool.on('error', (error) => options.logger.warn({ err: error }, 'a job connection was lost'));
  pool.on('connect', (client) => {
    // While a connection is handed out its loss would otherwise end the process; the query that suffers it fails by itself.
    client.on('error', () => undefined);
  });
  const taskList: TaskList = {};
  for (const job of [...options.jobs, ...options.periodic]) taskList[job.task] = async (payload) => job.run(payload);

  return {
    async start() {
      await liveness.start();
      runner = await run({
        pgPool: pool,
        events,
        concurrency: 4,
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
      runner.promise.catch((error: unknown) => options.logger.error({ err: error }, 'the job runner stopped'));
    },
    async stop() {
      await runner?.stop();
      runner = null;
      await liveness.stop();
      await pool.end();
    },
  };
}
