import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cloudNodeOptions } from '@concierge/cloud-server/launch.ts';
import { createTestAuthority, type IssuedCertificate } from '@concierge/testing/certificates.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import { findMosquitto, startMosquitto } from '@concierge/testing/mosquitto.ts';
import type { Logger } from 'pino';
import { mosquittoAcl } from '../../cloud/server/platform/broker/acl.ts';
import { startExternalMosquitto } from '../../cloud/server/platform/broker/testing/external-mosquitto.ts';
import { BrokerListens, type BrokerOrder, type ConnectOrder, type LoadOrder, LoadReport } from './protocol.ts';

export interface BrokerBenchSettings {
  /** Devices over plain TCP, each with one retained document. */
  readonly clients: number;
  readonly payloadBytes: number;
  /** Devices of the second comparison, over TLS with client certificates. 0 leaves it out. */
  readonly tlsClients?: number;
  readonly logger: Pick<Logger, 'info'>;
}

/** One broker's figures. Times are medians of the rounds. */
export interface BrokerFigures {
  readonly connectAndSubscribeMs: number;
  readonly fanOutMs: number;
  /** All devices cut off and back at the same moment. */
  readonly stormMs: number;
  /** The same with a bounded number of them connecting at a time, as jitter makes it. */
  readonly pacedStormMs: number;
  readonly connectionsRetried: number;
  readonly memoryKilobytesBefore: number;
  /** Growth of the broker's process per client, connected and subscribed. */
  readonly memoryKilobytesPerIdleClient: number;
  /** The same after the rounds of fan-out, with the retained document it keeps for each. */
  readonly memoryKilobytesPerClient: number;
  /** The same after all storms, when a runtime with a garbage collector may not have given back what the storms left. */
  readonly memoryKilobytesPerClientAfterStorms: number;
}

export interface BrokerComparison {
  readonly transport: 'tcp' | 'tls';
  readonly clients: number;
  readonly payloadBytes: number;
  readonly embedded: BrokerFigures;
  readonly mosquitto: BrokerFigures;
  /** Embedded divided by mosquitto. */
  readonly ratios: { readonly connectAndSubscribe: number; readonly fanOut: number; readonly storm: number; readonly pacedStorm: number };
}

export interface BrokerBench {
  readonly tcp: BrokerComparison;
  readonly tls: BrokerComparison | null;
  readonly targets: { readonly says: string; readonly measured: number; readonly limit: number; readonly met: boolean }[];
}

const rounds = 7;
/** Fewer than mosquitto's fixed listen backlog of 100: more, and it is TCP's retransmission timer of a second that is measured. */
const pacedParallel = 64;
/** Time for a process to give back what it is going to give back before its memory is read. */
const settleMs = 2_000;

/**
 * The embedded broker against mosquitto, taking turns in one run: each alone in a process, each with the same load from a second one. Both enforce the same access rules, mosquitto from its generated access list. Over TCP, where certificates cannot say
 * who a client is, both believe what it says; the TLS comparison runs both as they are configured in production.
 */
export async function benchBrokerFanOut(settings: BrokerBenchSettings): Promise<BrokerBench> {
  const { clients, payloadBytes, logger, tlsClients = 1_000 } = settings;
  await requireOpenFiles(Math.max(clients, tlsClients) + 200);
  const program = findMosquitto(process.env['PATH']);
  if (program === null) throw new Error('the broker bench compares with mosquitto: install the package mosquitto');

  const tcp = await compare({ transport: 'tcp', clients, payloadBytes, logger }, await overTcp(program, clients, payloadBytes));
  const tls =
    tlsClients === 0
      ? null
      : await compare({ transport: 'tls', clients: tlsClients, payloadBytes, logger }, await overTls(program, tlsClients, payloadBytes));
  const target = (says: string, measured: number, limit: number) => ({ says, measured, limit, met: measured <= limit });
  return {
    tcp,
    tls,
    targets: [
      target(`fan-out to ${clients} clients, times mosquitto's`, tcp.ratios.fanOut, 2),
      target(`reconnect storm of ${clients} clients, times mosquitto's`, tcp.ratios.storm, 1),
      target('memory per client with its document, KB', tcp.embedded.memoryKilobytesPerClient, 100),
      target('memory per client after the storms, KB', tcp.embedded.memoryKilobytesPerClientAfterStorms, 100),
      ...(tls === null ? [] : [target('memory per TLS client with its document, KB', tls.embedded.memoryKilobytesPerClient, 100)]),
    ],
  };
}

/** A broker to be measured, and how its clients reach it. */
interface Contestant {
  start(): Promise<{ pid: number; order: ConnectOrder; stop(): Promise<void> }>;
}

async function compare(
  what: { transport: 'tcp' | 'tls'; clients: number; payloadBytes: number; logger: Pick<Logger, 'info'> },
  contestants: { embedded: Contestant; mosquitto: Contestant },
): Promise<BrokerComparison> {
  const { transport, clients, payloadBytes, logger } = what;
  const { embedded, mosquitto } = await measureBoth(contestants);
  logger.info({ transport, clients, embedded, mosquitto }, 'brokers measured');
  const ratio = (key: 'connectAndSubscribeMs' | 'fanOutMs' | 'stormMs' | 'pacedStormMs') => rounded(embedded[key] / mosquitto[key], 2);
  return {
    transport,
    clients,
    payloadBytes,
    embedded,
    mosquitto,
    ratios: {
      connectAndSubscribe: ratio('connectAndSubscribeMs'),
      fanOut: ratio('fanOutMs'),
      storm: ratio('stormMs'),
      pacedStorm: ratio('pacedStormMs'),
    },
  };
}

/** Both run all the time and take turns, so that whatever else the machine does meets both. The one whose turn it is not is idle. */
async function measureBoth(contestants: { embedded: Contestant; mosquitto: Contestant }) {
  const embedded = await measurementOf(contestants.embedded);
  try {
    const mosquitto = await measurementOf(contestants.mosquitto);
    try {
      const both = [embedded, mosquitto];
      const steps: ((of: Measurement) => Promise<void>)[] = [
        (of) => of.connect(),
        ...repeated((of: Measurement) => of.round('fanOutMs', { kind: 'fan-out' })),
        (of: Measurement) => of.settle(),
        ...repeated((of: Measurement) => of.round('stormMs', { kind: 'storm', parallel: Number.MAX_SAFE_INTEGER })),
        ...repeated((of: Measurement) => of.round('pacedStormMs', { kind: 'storm', parallel: pacedParallel })),
      ];
      for (const step of steps) for (const of of both) await step(of);
      return { embedded: await embedded.figures(), mosquitto: await mosquitto.figures() };
    } finally {
      await mosquitto.end();
    }
  } finally {
    await embedded.end();
  }
}

function repeated<Step>(step: Step): Step[] {
  return Array.from({ length: rounds }, () => step);
}

type RoundName = 'fanOutMs' | 'stormMs' | 'pacedStormMs';

interface Measurement {
  connect(): Promise<void>;
  round(name: RoundName, order: LoadOrder): Promise<void>;
  /** Notes the memory with all documents delivered, before the storms. */
  settle(): Promise<void>;
  figures(): Promise<BrokerFigures>;
  end(): Promise<void>;
}

async function measurementOf(contestant: Contestant): Promise<Measurement> {
  const broker = await contestant.start();
  const load = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)), { serialization: 'advanced' });
  const clients = broker.order.deviceIds.length;
  const tookMs: Record<RoundName, number[]> = { fanOutMs: [], stormMs: [], pacedStormMs: [] };
  let connectAndSubscribeMs = 0;
  let connectionsRetried = 0;
  await delay(settleMs);
  const before = await memoryKilobytes(broker.pid);
  let idle = before;
  let served = before;

  const tell = async (order: LoadOrder) => {
    const report = LoadReport.parse(await answer(load, order));
    connectionsRetried += report.connectionsRetried;
    return report.tookMs;
  };
  return {
    async connect() {
      connectAndSubscribeMs = rounded(await tell(broker.order), 0);
      await delay(settleMs);
      idle = await memoryKilobytes(broker.pid);
    },
    async round(name, order) {
      tookMs[name].push(await tell(order));
    },
    async settle() {
      await delay(settleMs);
      served = await memoryKilobytes(broker.pid);
    },
    async figures() {
      await delay(settleMs);
      const after = await memoryKilobytes(broker.pid);
      return {
        connectAndSubscribeMs,
        fanOutMs: median(tookMs.fanOutMs),
        stormMs: median(tookMs.stormMs),
        pacedStormMs: median(tookMs.pacedStormMs),
        connectionsRetried,
        memoryKilobytesBefore: before,
        memoryKilobytesPerIdleClient: rounded((idle - before) / clients, 1),
        memoryKilobytesPerClient: rounded((served - before) / clients, 1),
        memoryKilobytesPerClientAfterStorms: rounded((after - before) / clients, 1),
      };
    },
    async end() {
      await endProcess(load);
      await broker.stop();
    },
  };
}

function median(values: readonly number[]): number {
  return rounded(values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0, 0);
}

async function overTcp(program: string, clients: number, payloadBytes: number): Promise<{ embedded: Contestant; mosquitto: Contestant }> {
  const order = (port: number): ConnectOrder => ({
    kind: 'connect',
    devicePort: port,
    backendPort: port,
    deviceIds: deviceIds(clients),
    payloadBytes,
    tls: null,
  });
  return {
    embedded: embeddedContestant({ transport: 'tcp' }, order),
    mosquitto: {
      async start() {
        const port = await freePort();
        const running = await startMosquitto({
          program,
          ports: [port],
          files: { acl: mosquittoAcl('backend') },
          // As generated for production, without TLS: the user name that the access list asks for is the one the client gives.
          configuration: (pathOf) =>
            [
              'allow_anonymous true',
              `acl_file ${pathOf('acl')}`,
              'message_size_limit 262144',
              'persistence false',
              'set_tcp_nodelay true',
              'connection_messages false',
              `listener ${port} 127.0.0.1`,
              '',
            ].join('\n'),
        });
        return { pid: running.pid, order: order(port), stop: () => running.stop() };
      },
    },
  };
}

async function overTls(program: string, clients: number, payloadBytes: number): Promise<{ embedded: Contestant; mosquitto: Contestant }> {
  const authority = await createTestAuthority();
  const server = await authority.issue('localhost', { server: true });
  const backend = await authority.issue('backend');
  const ids = deviceIds(clients);
  const devices: IssuedCertificate[] = [];
  for (const id of ids) devices.push(await authority.issue(id, { sharedKey: true }));
  const order = (devicePort: number, backendPort: number): ConnectOrder => ({
    kind: 'connect',
    devicePort,
    backendPort,
    deviceIds: ids,
    payloadBytes,
    tls: { authorityPem: authority.authorityPem, backend, devices },
  });
  return {
    embedded: embeddedContestant({ transport: 'tls', ...server, authorityPem: authority.authorityPem }, (port) => order(port, port)),
    mosquitto: {
      async start() {
        const [devicePort, backendPort] = [await freePort(), await freePort()];
        const { authorityPem } = authority;
        const running = await startExternalMosquitto({
          program,
          devicePort,
          backendPort,
          ...server,
          authorityPem,
          backendCommonName: 'backend',
        });
        return { pid: running.pid, order: order(devicePort, backendPort), stop: () => running.stop() };
      },
    },
  };
}

function embeddedContestant(brokerOrder: BrokerOrder, order: (port: number) => ConnectOrder): Contestant {
  return {
    async start() {
      const child = fork(fileURLToPath(new URL('embedded-broker-process.ts', import.meta.url)), { execArgv: [...cloudNodeOptions] });
      const { port } = BrokerListens.parse(await answer(child, brokerOrder));
      if (child.pid === undefined) throw new Error('the broker process has no id');
      return { pid: child.pid, order: order(port), stop: () => endProcess(child) };
    },
  };
}

function deviceIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`);
}

/** Sends and waits for the one answer; throws when the process ends instead. */
async function answer(child: ChildProcess, order: BrokerOrder | LoadOrder): Promise<unknown> {
  const aborted = new AbortController();
  const gone = once(child, 'exit', { signal: aborted.signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`);
  });
  child.send(order);
  try {
    const [message]: unknown[] = await Promise.race([once(child, 'message', { signal: aborted.signal }), gone]);
    return message;
  } finally {
    gone.catch(() => undefined);
    aborted.abort();
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(impatience);
}

/** The proportional set size where the kernel tells it, else the resident set. */
async function memoryKilobytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => null);
  const found = rollup === null ? null : /^Pss:\s+(\d+) kB/m.exec(rollup);
  if (found !== null) return Number(found[1]);
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim());
}

/** A process started from here inherits the limit, so what the shell says is what broker and load will have. */
async function requireOpenFiles(needed: number): Promise<void> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n']);
  const limit = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout.trim());
  if (limit < needed) {
    throw new Error(
      `the broker bench needs ${needed} open files in a process, and the limit is ${limit}: raise it with ulimit -n ${needed}`,
    );
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
