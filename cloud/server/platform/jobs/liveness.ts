import pg from 'pg';
import type { Logger } from 'pino';

/**
 * INVARIANTS
 * 1. While a replica lives, PostgreSQL holds an advisory lock for each of its workers, on one connection that dies with the process.
 * 2. A job (or queue) held by a worker whose lock is free is held by nobody: it is given back within seconds, not after the queue's four hours.
 * 3. Should a living replica lose that connection, its jobs may be given away and run twice; every job is made to bear that.
 */
export interface WorkerLiveness {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Vouches for a worker of this process from now on. */
  vouchFor(workerId: string): void;
  /** Vouches for no worker any more: what they hold may be given to others. Throws while the database cannot be reached. */
  abandonAll(): Promise<void>;
}

const LOOK_EVERY_MS = 5_000;
const RECONNECT_MS = 1_000;

export function createWorkerLiveness(options: { url: string; logger: Logger }): WorkerLiveness {
  const ours = new Set<string>();
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopping = false;

  async function connect(): Promise<void> {
    const connecting = new pg.Client({
      connectionString: options.url,
      application_name: 'concierge-job-liveness',
      connectionTimeoutMillis: 5_000,
      // Workers are created at the same moment, and each is vouched for without waiting for the other.
      pipeline: true,
    });
    const lost = () => {
      if (client === connecting) client = null;
    };
    connecting.on('error', lost);
    connecting.on('end', lost);
    await connecting.connect();
    for (const workerId of ours) await connecting.query(`select pg_advisory_lock(${LOCK_OF})`, [workerId]);
    client = connecting;
  }

  async function look(): Promise<void> {
    if (client === null) await connect();
    if (client === null) return;
    const { rows } = await client.query<{ workerId: string }>(
      'select distinct locked_by as "workerId" from graphile_worker.jobs where locked_by is not null limit 1000',
    );
    for (const { workerId } of rows) {
      if (ours.has(workerId)) continue;
      const { rows: tried } = await client.query<{ free: boolean }>(`select pg_try_advisory_lock(${LOCK_OF}) as free`, [workerId]);
      if (tried[0]?.free !== true) continue;
      await client.query('select graphile_worker.force_unlock_workers($1::text[])', [[workerId]]);
      await client.query(`select pg_advisory_unlock(${LOCK_OF})`, [workerId]);
      options.logger.warn({ workerId }, 'a job worker died; its jobs were given back');
    }
  }

  function schedule(delayMs: number): void {
    if (stopping) return;
    timer = setTimeout(() => {
      look().then(
        () => schedule(LOOK_EVERY_MS),
        () => schedule(RECONNECT_MS),
      );
    }, delayMs);
    timer.unref();
  }

  return {
    async start() {
      await connect();
      await look();
      schedule(LOOK_EVERY_MS);
    },
    async stop() {
      stopping = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end();
    },
    async abandonAll() {
      ours.clear();
      if (client === null) await connect();
      await client?.query('select pg_advisory_unlock_all()');
      await look();
    },
    vouchFor(workerId) {
      ours.add(workerId);
      client
        ?.query(`select pg_advisory_lock(${LOCK_OF})`, [workerId])
        .catch((error: unknown) => options.logger.warn({ err: error }, 'a worker could not be vouched for'));
    },
  };
}

const LOCK_OF = `hashtextextended('concierge-worker:' || $1::text, 0)`;
