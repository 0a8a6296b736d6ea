import type pg from 'pg';

/**
 * INVARIANTS
 * 1. While a job with locks runs, PostgreSQL holds them in a transaction that does nothing else, so they end with the job, with its connection or with its process, whichever is first.
 * 2. Nobody waits for a lock longer than a moment: a worker that cannot have it is free for another job. The moment is there so that whoever wants something alone gets it before
 *    the next who only want to share it; trying without waiting, it would come last for as long as they come.
 *
 * The queue's own named queues would do the same, but taking any job then locks the rows of all free queues, of which there would be one for each device.
 */
export interface JobLocks {
  /** Nobody else has any of these meanwhile. */
  readonly alone?: readonly string[];
  /** Others may share these, but nobody has them alone. */
  readonly shared?: readonly string[];
}

const NAMESPACE = 'concierge-job:';
const PATIENCE_MS = 100;
/** PostgreSQL's `lock_not_available`. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Runs `work` with the locks and returns true, or returns false when somebody else keeps one of them. */
export async function holdingLocks(pool: pg.Pool, locks: JobLocks, work: () => Promise<void>): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; set local lock_timeout = ${PATIENCE_MS}`);
    if (!(await takeAll(client, locks))) return false;
    await work();
    return true;
  } finally {
    await client.query('rollback').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}

async function takeAll(client: pg.PoolClient, { alone = [], shared = [] }: JobLocks): Promise<boolean> {
  try {
    await client.query(
      `select (select count(pg_advisory_xact_lock(hashtextextended(name, 4))::text) from unnest($1::text[]) name),
              (select count(pg_advisory_xact_lock_shared(hashtextextended(name, 4))::text) from unnest($2::text[]) name)`,
      [alone.map((name) => NAMESPACE + name), shared.map((name) => NAMESPACE + name)],
    );
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}
