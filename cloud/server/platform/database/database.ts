import { AsyncLocalStorage } from 'node:async_hooks';
import { Duplex } from 'node:stream';
import pg from 'pg';
import type { Logger } from 'pino';

/**
 * INVARIANTS
 * 1. A pooled connection reaches nobody but through `read` and `transaction`, and both begin by naming the tenant on it.
 * 2. A read's rows are handed out only when naming the tenant succeeded in the same round trip; else they are thrown away unseen.
 * 3. Inside a transaction the tenant's name ends with it.
 * 4. What must run before a tenant is known uses connections of its own, which never had a tenant.
 */

/** On whose behalf: row-level security isolates by `tenantId`; with a `sessionId` the call is refused once that session is revoked. */
export interface Scope {
  readonly tenantId: string;
  readonly sessionId: string | null;
}

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Named statements are parsed and planned once a connection. */
  readonly name?: string;
}

export interface Transaction {
  readonly scope: Scope;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The number of rows a change touched. */
  change(text: string, values?: readonly unknown[]): Promise<number>;
  /** Runs after the commit has succeeded, never when it rolls back. For hints only: what must happen belongs in a job. */
  afterCommit(action: () => void): void;
}

export class SessionEnded extends Error {
  constructor() {
    super('the session has ended');
  }
}

export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database cannot be reached', { cause });
  }
}

export interface Database {
  /** One statement as one round trip, seeing only the scope's tenant. Throws SessionEnded or DatabaseUnavailable. */
  read<Row extends object>(scope: Scope, statement: Statement): Promise<Row[]>;
  /** All of `work` or nothing. Nested calls in the same scope join the running transaction. */
  transaction<Value>(scope: Scope, work: (tx: Transaction) => Promise<Value>): Promise<Value>;
  /** The few functions that answer before a tenant is known (migration 0001); they see no table. */
  directory<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The client of the transaction this call runs in, for the ORM's driver; null outside of one. */
  currentClient(): pg.ClientBase | null;
  /** Answers whether the database can be reached now. */
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly logger: Logger;
  readonly maxConnections?: number;
  readonly statementTimeoutMs?: number;
}

/** Names the tenant (for the transaction, or until the next checkout names another) and asks whether the session stands, in one statement. */
const ENTER = `select set_config('app.tenant_id', $1::uuid::text, $3), session_stands($1::uuid, $2) as live`;

export function createDatabase(options: DatabaseOptions): Database {
  const shared = {
    connectionString: options.url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    idle_in_transaction_session_timeout: 20_000,
    application_name: 'concierge-cloud',
  };
  const tenantPool = new pg.Pool({ ...shared, max: options.maxConnections ?? 10, pipeline: true } as pg.PoolConfig);
  const directoryPool = new pg.Pool({ ...shared, max: 3 });
  for (const pool of [tenantPool, directoryPool]) {
    pool.on('error', (error) => options.logger.warn({ err: error }, 'an idle database connection was lost'));
    pool.on('connect', (client) => {
      // A connection lost while it is handed out: the query that waits on it fails by itself, but without a listener the process would end.
      client.on('error', (error) => options.logger.warn({ err: error }, 'a database connection in use was lost'));
    });
  }
  const running = new AsyncLocalStorage<{ readonly tx: Transaction; readonly client: pg.ClientBase }>();

  return {
    async read<Row extends object>(scope: Scope, statement: Statement): Promise<Row[]> {
      const inside = running.getStore();
      if (inside !== undefined) {
        if (inside.tx.scope.tenantId !== scope.tenantId) throw new Error('a transaction cannot change its tenant');
        // On another connection it would not see what this transaction has written, and would wait for a connection while holding one.
        return inside.tx.query<Row>(statement.text, statement.values);
      }
      const client = await checkout(tenantPool);
      let broken: Error | undefined;
      try {
        // Corked, so that both statements travel in one packet instead of two.
        const stream = streamOf(client);
        stream?.cork();
        const entering = client.query<{ live: boolean }>({
          name: 'enter-tenant',
          text: ENTER,
          values: [scope.tenantId, scope.sessionId, false],
        });
        const reading = client.query<Row>({
          text: statement.text,
          values: [...(statement.values ?? [])],
          ...(statement.name === undefined ? {} : { name: statement.name }),
        });
        stream?.uncork();
        const [entered, result] = await Promise.all([entering, reading]);
        if (entered.rows[0]?.live !== true) throw new SessionEnded();
        return result.rows;
      } catch (error) {
        broken = error instanceof SessionEnded || error instanceof pg.DatabaseError ? undefined : asError(error);
        throw translated(error);
      } finally {
        client.release(broken);
      }
    },

    async transaction<Value>(scope: Scope, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
      const outer = running.getStore();
      if (outer !== undefined) {
        if (outer.tx.scope.tenantId !== scope.tenantId) throw new Error('a transaction cannot change its tenant');
        return work(outer.tx);
      }
      const client = await checkout(tenantPool);
      const afterCommit: (() => void)[] = [];
      const tx: Transaction = {
        scope,
        query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
          (await client.query<Row>(text, [...values])).rows,
        change: async (text, values = []) => (await client.query(text, [...values])).rowCount ?? 0,
        afterCommit: (action) => {
          afterCommit.push(action);
        },
      };
      let broken: Error | undefined;
      const connection = watchConnection(client);
      try {
        const [, entered] = await Promise.all([
          client.query('begin'),
          client.query<{ live: boolean }>({ name: 'enter-tenant', text: ENTER, values: [scope.tenantId, scope.sessionId, true] }),
        ]);
        if (entered.rows[0]?.live !== true) throw new SessionEnded();
        // Awaited inside: a lazy promise, as Prisma's are, must start within this transaction's context. A connection that is lost ends the wait at once: what the
        // work itself waits for may never come.
        const value = await Promise.race([running.run({ tx, client }, async () => await work(tx)), connection.lost]);
        await Promise.race([client.query('commit'), connection.lost]);
        for (const action of afterCommit) action();
        return value;
      } catch (error) {
        // A connection that cannot even roll back is thrown away, so that no half-done transaction returns to the pool.
        broken = await Promise.race([client.query('rollback'), connection.lost]).then(() => undefined, asError);
        throw translated(error);
      } finally {
        connection.stopWatching();
        client.release(broken);
      }
    },

    async directory<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      try {
        return (await directoryPool.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw translated(error);
      }
    },

    currentClient: () => running.getStore()?.client ?? null,

    async isReachable() {
      try {
        await directoryPool.query('select 1');
        return true;
      } catch {
        return false;
      }
    },

    async close() {
      await Promise.all([tenantPool.end(), directoryPool.end()]);
    },
  };
}

/** The socket of a connection, which pg does not offer by type; null should it ever be kept elsewhere, and then nothing is corked. */
function streamOf(client: pg.ClientBase): Duplex | null {
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown = typeof connection === 'object' && connection !== null ? Reflect.get(connection, 'stream') : null;
  return stream instanceof Duplex ? stream : null;
}

/** Tells when a connection in use is lost. The promise never resolves; nobody need await it. */
function watchConnection(client: pg.ClientBase): { readonly lost: Promise<never>; stopWatching(): void } {
  let onEnd: () => void = () => undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    onEnd = () => reject(new DatabaseUnavailable(new Error('the connection was lost')));
    client.once('error', onEnd);
    client.once('end', onEnd);
  });
  lost.catch(() => undefined);
  return {
    lost,
    stopWatching() {
      client.off('error', onEnd);
      client.off('end', onEnd);
    },
  };
}

async function checkout(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new DatabaseUnavailable(error);
  }
}

/** Whether the error is the loss of the database rather than a fault of ours. */
export function isDatabaseLoss(error: unknown): boolean {
  return translated(error) instanceof DatabaseUnavailable;
}

/** The server's own words for stopping, starting, breaking the connection and being full (PostgreSQL, appendix A). */
const serverGoes = /^(57P0[1-3]|08|53300)/;

/** What a socket says when the other side is gone, in whichever of its moments it was used. */
const socketErrors: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Lost connections and a server that is starting or stopping become one error that callers answer with 503. */
function translated(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) {
    return serverGoes.test(error.code ?? '') ? new DatabaseUnavailable(error) : error;
  }
  // Prisma wraps what the server says in an error of its own and tells the code in its message only.
  if (error instanceof Error && serverGoes.test(/Code: `(\w{5})`/.exec(error.message)?.[1] ?? '')) return new DatabaseUnavailable(error);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && socketErrors.has(error.code))
    return new DatabaseUnavailable(error);
  if (
    error instanceof Error &&
    /Connection terminated|ECONNREFUSED|ECONNRESET|timeout exceeded|not queryable|ConnectionClosed|Server has closed the connection|Client was closed/i.test(
      error.message,
    )
  ) {
    return new DatabaseUnavailable(error);
  }
  return error;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const constraintKinds: Readonly<Record<string, 'unique' | 'reference' | 'check'>> = {
  '23505': 'unique',
  '23503': 'reference',
  '23514': 'check',
};

/** Which kind of constraint made the database refuse, from pg's error or Prisma's wrapping of it; null when it was something else. */
export function violatedConstraint(error: unknown): 'unique' | 'reference' | 'check' | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const prismaKinds: Readonly<Record<string, 'unique' | 'reference'>> = { P2002: 'unique', P2003: 'reference' };
  return constraintKinds[error.code] ?? prismaKinds[error.code] ?? null;
}
