import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cloudNodeOptions } from '@concierge/cloud-server/launch.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { createTestAuthority, type IssuedCertificate, type TestAuthority } from '@concierge/testing/certificates.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { startExternalMosquitto } from '../../cloud/server/platform/broker/testing/external-mosquitto.ts';
import { BrokerListens } from '../broker/protocol.ts';
import { type Child, startChild } from '../child-process.ts';
import type { Figure } from '../results/results.ts';
import type { BenchSettings, Row, RowOutcome } from '../row.ts';
import { percentile } from '../statistics.ts';
import { AgentsHeld, documentOf } from './protocol.ts';

const PROCESSES = 2;
const DOCUMENT_BYTES = 20 * 1_024;
/** As long as a broker takes to be replaced; meanwhile everybody is told that nobody listens, and waits longer each time. */
const DOWN_MS = 3_000;
const GIVE_UP_MS = 180_000;
const SETTLE_LIMIT_MS = 30_000;
const PUBLISHED_AT_ONCE = 200;

/** A broker that dies and comes back empty, with every agent of the fleet waiting for it: how long until each has its newest document. */
export const brokerRestart: Row = { name: 'broker-restart', run };

interface RunningBroker {
  /** As if the machine it is on were switched off. */
  kill(): Promise<void>;
}

interface Contestant {
  readonly name: 'embedded' | 'mosquitto';
  readonly devicePort: number;
  readonly backendPort: number;
  start(): Promise<RunningBroker>;
}

interface Fleet {
  readonly authority: TestAuthority;
  readonly backend: IssuedCertificate;
  readonly devices: readonly (IssuedCertificate & { readonly id: string })[];
}

interface Settled {
  readonly startMs: number;
  readonly afterMs: readonly number[];
  readonly publishedAfterMs: number;
  readonly missed: number;
  readonly failedAttempts: number;
}

async function run({ quick, say }: BenchSettings): Promise<RowOutcome> {
  const program = findMosquitto(process.env['PATH']);
  if (program === null) throw new Error('the bench compares with mosquitto: install the package mosquitto');
  const fleet = await aFleet(quick ? 200 : 5_000);
  const server = await fleet.authority.issue('localhost', { server: true });
  const groups = Array.from({ length: PROCESSES }, () => startChild(fileURLToPath(new URL('agents-process.ts', import.meta.url))));
  try {
    const contestants = [await embedded(fleet, server), await mosquitto(fleet, server, program)];
    const results: [Contestant['name'], Settled][] = [];
    for (const contestant of contestants) {
      say(`${fleet.devices.length} agents, and the ${contestant.name} broker dies`);
      results.push([contestant.name, await restart(contestant, fleet, groups)]);
    }
    return outcome(fleet.devices.length, new Map(results));
  } finally {
    for (const group of groups) await group.stop();
  }
}

async function aFleet(count: number): Promise<Fleet> {
  const authority = await createTestAuthority();
  const backend = await authority.issue('backend');
  const devices: Fleet['devices'][number][] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`;
    devices.push({ id, ...(await authority.issue(id, { sharedKey: true })) });
  }
  return { authority, backend, devices };
}

async function restart(contestant: Contestant, fleet: Fleet, groups: readonly Child[]): Promise<Settled> {
  let running = await contestant.start();
  try {
    const before = await connectBackend(contestant, fleet);
    await publishAll(before, fleet, 1);
    const started = performance.now();
    const brokerUrl = `mqtts://localhost:${contestant.devicePort}`;
    const { authorityPem } = fleet.authority;
    const share = (group: number) => fleet.devices.filter((_, index) => index % groups.length === group);
    const first = await Promise.all(
      groups.map(async (group, index) =>
        AgentsHeld.parse(await group.ask({ kind: 'start', brokerUrl, authorityPem, devices: share(index), version: 1 })),
      ),
    );
    const up = first.reduce((sum, { settledAtMs }) => sum + settledAtMs.length, 0);
    if (up < fleet.devices.length) throw new Error(`only ${up} of ${fleet.devices.length} agents came up before the restart`);
    const startMs = performance.now() - started;

    before.end(true);
    await running.kill();
    await delay(DOWN_MS);
    running = await contestant.start();
    const backAtMs = Date.now();
    // The broker kept nothing: the cloud says all of it again, and something newer, as its job does that finds a broker empty.
    const backend = await connectBackend(contestant, fleet);
    const answers = groups.map(async (group) => AgentsHeld.parse(await group.ask({ kind: 'hold', version: 2, withinMs: GIVE_UP_MS })));
    await publishAll(backend, fleet, 2);
    const publishedAfterMs = Date.now() - backAtMs;
    const held = await Promise.all(answers);
    backend.end(true);
    const afterMs = held.flatMap(({ settledAtMs }) => settledAtMs.map((atMs) => atMs - backAtMs));
    return {
      startMs,
      afterMs,
      publishedAfterMs,
      missed: fleet.devices.length - afterMs.length,
      failedAttempts: held.reduce((sum, { failedAttempts }) => sum + failedAttempts, 0),
    };
  } finally {
    await Promise.all(groups.map((group) => group.ask({ kind: 'leave' })));
    await running.kill();
  }
}

function connectBackend({ backendPort }: Contestant, { authority, backend }: Fleet): Promise<MqttClient> {
  return connectAsync(`mqtts://localhost:${backendPort}`, {
    protocolVersion: 4,
    clientId: 'backend-bench',
    username: 'backend',
    ca: authority.authorityPem,
    cert: backend.certificatePem,
    key: backend.keyPem,
    reconnectPeriod: 0,
  });
}

async function publishAll(backend: MqttClient, { devices }: Fleet, version: number): Promise<void> {
  const payload = documentOf(version, DOCUMENT_BYTES);
  const waiting = [...devices];
  const publishNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await backend.publishAsync(topicOf('content', next.id), payload, { qos: 1, retain: true });
  };
  await Promise.all(Array.from({ length: PUBLISHED_AT_ONCE }, publishNext));
}

async function embedded({ authority }: Fleet, server: IssuedCertificate): Promise<Contestant> {
  const port = await freePort();
  return {
    name: 'embedded',
    devicePort: port,
    backendPort: port,
    async start() {
      const child = startChild(fileURLToPath(new URL('../broker/embedded-broker-process.ts', import.meta.url)), {
        nodeOptions: cloudNodeOptions,
      });
      BrokerListens.parse(await child.ask({ transport: 'tls', port, ...server, authorityPem: authority.authorityPem }));
      return { kill: () => child.kill() };
    },
  };
}

async function mosquitto({ authority }: Fleet, server: IssuedCertificate, program: string): Promise<Contestant> {
  const [devicePort, backendPort] = [await freePort(), await freePort()];
  return {
    name: 'mosquitto',
    devicePort,
    backendPort,
    async start() {
      const running = await startExternalMosquitto({
        program,
        devicePort,
        backendPort,
        ...server,
        authorityPem: authority.authorityPem,
        backendCommonName: 'backend',
      });
      return { kill: () => running.kill() };
    },
  };
}

function outcome(count: number, results: ReadonlyMap<Contestant['name'], Settled>): RowOutcome {
  const of = (name: Contestant['name']): Settled => {
    const settled = results.get(name);
    if (settled === undefined) throw new Error(`${name} was not measured`);
    return settled;
  };
  const seconds = (what: string, ms: number): Figure => ({ what, value: ms / 1_000, unit: 'seconds' });
  const both = (what: string, value: (of: Settled) => number): Figure[] =>
    (['embedded', 'mosquitto'] as const).map((name) => seconds(`${what}, ${name}`, value(of(name))));
  return {
    method:
      `${count} of the agent's own connections in ${PROCESSES} processes, each over TLS with a certificate of its own, its subscriptions and its waits between attempts; the broker (embedded, then mosquitto as it is configured in production) in another process on the same machine. ` +
      `It is killed, ${DOWN_MS / 1_000} s later another one begins that remembers nothing, and a newer document of ${DOCUMENT_BYTES / 1_024} KB is published for each device. Settled: from the moment the broker listens until an agent has both its connection and that document.`,
    measurements: (['embedded', 'mosquitto'] as const).flatMap((name) => [
      {
        ...seconds(`${count} agents after a restart of the broker (${name}), until the last is settled`, Math.max(...of(name).afterMs)),
        target: { kind: 'at most' as const, value: SETTLE_LIMIT_MS / 1_000 },
      },
      {
        what: `documents missed by ${count} agents (${name})`,
        value: of(name).missed,
        unit: 'count' as const,
        target: { kind: 'at most' as const, value: 0 },
      },
    ]),
    context: [
      ...both('settled, half of them', ({ afterMs }) => percentile(afterMs, 0.5)),
      ...both('settled, 99 of 100', ({ afterMs }) => percentile(afterMs, 0.99)),
      ...both('all documents published', ({ publishedAfterMs }) => publishedAfterMs),
      ...both('all connected for the first time, as fast as they are let', ({ startMs }) => startMs),
      ...(['embedded', 'mosquitto'] as const).map((name) => ({
        what: `attempts that failed, of all agents, ${name}`,
        value: of(name).failedAttempts,
        unit: 'count' as const,
      })),
    ],
    notMeasured: [],
  };
}
