import pg from 'pg';
import type { Logger } from 'pino';

/**
 * INVARIANTS
 * 1. While a replica lives, PostgreSQL holds an advisory lock for its pool of workers, on one connection that dies with the process.
 * 2. A job held by a pool whose lock is free is held by nobody: it is given back within seconds, not after the queue's four hours.
 * 3. Should a living replica lose that connection, its jobs may be given away and run twice; every job is made to bear that.
 */
export interface WorkerLiveness {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Vouches for a pool of workers of this process from now on. `poolId` is what the queue notes on the jobs they take. */
  vouchFor(poolId: string): void;
  /** Vouches for no pool any more: what they hold may be given to others. Throws while the database cannot be reached. */
  abandonAll(): Promise<void>;
}

const RECONNECT_MS = 1_000;

export function createWorkerLiveness(options: { url: string; logger: Logger; lookEveryMs: number }): WorkerLiveness {
  const ours = new Set<string>();
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopping = false;

  async function connect(): Promise<void> {
    const connecting = new pg.Client({
      connectionString: options.url,
      application_name: 'concierge-job-liveness',
      connectionTimeoutMillis: 5_000,
      // Vouching does not wait for what is asked at the same moment.
      pipeline: true,
    });
    const lost = () => {
      if (client === connecting) client = null;
    };
    connecting.on('error', lost);
    connecting.on('end', lost);
    await connecting.connect();
    for (const poolId of ours) await connecting.query(`select pg_advisory_lock(${LOCK_OF})`, [poolId]);
    client = connecting;
  }

  async function look(): Promise<void> {
    if (client === null) await connect();
    if (client === null) return;
    const { rows } = await client.query<{ poolId: string }>(
      'select distinct locked_by as "poolId" from graphile_worker.jobs where locked_by is not null limit 1000',
    );
    for (const { poolId } of rows) {
      if (ours.has(poolId)) continue;
      const { rows: tried } = await client.query<{ free: boolean }>(`select pg_try_advisory_lock(${LOCK_OF}) as free`, [poolId]);
      if (tried[0]?.free !== true) continue;
      await client.query('select graphile_worker.force_unlock_workers($1::text[])', [[poolId]]);
      await client.query(`select pg_advisory_unlock(${LOCK_OF})`, [poolId]);
      options.logger.warn({ poolId }, 'a pool of job workers died; its jobs were given back');
    }
  }

  function schedule(delayMs: number): void {
    if (stopping) return;
    timer = setTimeout(() => {
      look().then(
        () => schedule(options.lookEveryMs),
        () => schedule(RECONNECT_MS),
      );
    }, delayMs);
    timer.unref();
  }

  return {
    async start() {
      await connect();
      await look();
      schedule(options.lookEveryMs);
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
    vouchFor(poolId) {
      ours.add(poolId);
      client
        ?.query(`select pg_advisory_lock(${LOCK_OF})`, [poolId])
        .catch((error: unknown) => options.logger.warn({ err: error }, 'a pool of workers could not be vouched for'));
    },
  };
}

const LOCK_OF = `hashtextextended('concierge-worker-pool:' || $1::text, 0)`;
