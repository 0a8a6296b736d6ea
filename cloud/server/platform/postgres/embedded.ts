import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { type Cluster, type ClusterFailure, openCluster } from './cluster.ts';
import { choosePort, isFree } from './port.ts';
import { forgetLauncher, recordLauncher, settlePredecessor } from './postmaster.ts';
import { ensureDatabase, launchServer, type RunningServer } from './server-process.ts';

/**
 * PostgreSQL as a part of the program, for the demo, for development and for tests: nothing to install, one directory of data, one address on
 * 127.0.0.1 with a password. Production sets `DATABASE_URL` instead.
 *
 * INVARIANTS
 * 1. At most one server works on a data directory. One that a dead launcher left behind is stopped; one whose launcher lives is left alone.
 * 2. The address given by `start` stays true until `stop`: a server that dies is started again on the same port.
 * 3. After `stop` has returned nothing runs, and everything committed is on disk.
 */
export interface EmbeddedPostgres {
  /** Makes the cluster on first use, starts the server and waits until it accepts queries. */
  start(): Promise<Result<PostgresAddress, PostgresFailure>>;
  stop(): Promise<void>;
}

export interface PostgresAddress {
  /** The owner's connection string: superuser `concierge_owner`, database `concierge`. */
  readonly url: string;
  /** The wanted port, or the next free one. */
  readonly port: number;
  /** The postmaster at the time of `start`; another one after a restart. */
  readonly pid: number;
}

export type PostgresFailure = ClusterFailure | { readonly reason: 'in-use' | 'no-free-port' | 'not-started'; readonly message: string };

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** The first port to try; 0 chooses one below the range that outgoing connections use. */
  readonly port: number;
  /** Of `concierge_owner`; it is fixed when the cluster is made. */
  readonly password: string;
  /** Off for tests only: a power cut may then lose the cluster. */
  readonly fsync: boolean;
  readonly logger: PostgresLogger;
}

/** What is needed of a logger; pino's fits. */
export interface PostgresLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const PORT_TRIES = 5;
export const OWNER_ROLE = 'concierge_owner';
const DATABASE = 'concierge';
const RESTART_LIMIT = 8;
const RESTART_DELAY_MAX_MS = 5_000;
/** A server that lived this long has earned a fresh count of restarts. */
const HEALTHY_AFTER_MS = 60_000;

export function createEmbeddedPostgres(options: EmbeddedPostgresOptions): EmbeddedPostgres {
  const { logger } = options;
  let server: RunningServer | null = null;
  let cluster: Cluster | null = null;
  let supervision: Promise<void> = Promise.resolve();
  let stopping = new AbortController();

  // The last thing a failing process does: an orderly shutdown instead of an orphan.
  const onProcessExit = () => server?.interrupt();

  async function start(): Promise<Result<PostgresAddress, PostgresFailure>> {
    if (server !== null) return failure({ reason: 'in-use', message: 'This embedded PostgreSQL has already been started.' });
    stopping = new AbortController();
    const opened = await openCluster({ dataDir: options.dataDir, ownerRole: OWNER_ROLE, password: options.password, logger });
    if (!opened.ok) return opened;
    cluster = opened.value;

    const predecessor = await settlePredecessor(cluster.dataDir, logger);
    if (!predecessor.ok) return failure({ reason: 'in-use', message: predecessor.error });

    // Before the launch, so that nobody takes a server that is just starting for an orphan.
    await recordLauncher(cluster.dataDir);
    const listening = await launchOnFreePort(cluster);
    if (!listening.ok) return listening;
    const { port } = listening.value;
    server = listening.value.server;
    process.once('exit', onProcessExit);
    try {
      await ensureDatabase(urlOf(port, 'postgres'), DATABASE);
    } catch (error) {
      await stop();
      throw error;
    }
    supervision = keepRunning(cluster, port);
    logger.info(`PostgreSQL accepts connections on 127.0.0.1:${port}`);
    return success({ url: urlOf(port, DATABASE), port, pid: server.pid });
  }

  async function stop(): Promise<void> {
    stopping.abort();
    process.off('exit', onProcessExit);
    await server?.stop();
    await supervision;
    server = null;
    if (cluster !== null) await forgetLauncher(cluster.dataDir);
  }

  async function keepRunning(running: Cluster, port: number): Promise<void> {
    let restarts = 0;
    while (server !== null && restarts <= RESTART_LIMIT) {
      const startedAtMs = performance.now();
      await server.exited;
      if (stopping.signal.aborted) return;
      restarts = performance.now() - startedAtMs > HEALTHY_AFTER_MS ? 1 : restarts + 1;
      logger.warn(`PostgreSQL ended by itself; starting it again (${restarts} of ${RESTART_LIMIT})`);
      const delayMs = Math.min(RESTART_DELAY_MAX_MS, 50 * 2 ** restarts);
      await new Promise((resume) => setTimeout(resume, delayMs));
      if (stopping.signal.aborted) return;
      const launched = await launch(running, port);
      if (launched.ok) server = launched.value;
      else logger.error(`PostgreSQL could not be started again: ${launched.error.message}`);
      // A stop that came meanwhile saw the dead server only, so this one is ours to stop.
      if (stopping.signal.aborted) await server.stop();
    }
    if (!stopping.signal.aborted) logger.error('PostgreSQL keeps ending; giving up. Restart the program when the cause is found.');
  }

  /** Between a port that was found free and a server that listens on it somebody else may take it: another demo that starts at the same moment. */
  async function launchOnFreePort(running: Cluster): Promise<Result<{ port: number; server: RunningServer }, PostgresFailure>> {
    for (let tries = 1; ; tries += 1) {
      const port = await choosePort(options.port);
      if (port === null) return failure({ reason: 'no-free-port', message: `No free port from ${options.port} on.` });
      const launched = await launch(running, port);
      if (launched.ok) return success({ port, server: launched.value });
      if (tries === PORT_TRIES || (await isFree(port))) return launched;
      logger.warn(`Port ${port} was taken while PostgreSQL started; looking for another`);
    }
  }

  async function launch(running: Cluster, port: number): Promise<Result<RunningServer, PostgresFailure>> {
    const launched = await launchServer({ cluster: running, port, fsync: options.fsync, probeUrl: urlOf(port, 'postgres'), logger });
    return launched.ok ? launched : failure({ reason: 'not-started', message: launched.error });
  }

  function urlOf(port: number, database: string): string {
    return `postgres://${OWNER_ROLE}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`;
  }

  return { start, stop };
}
