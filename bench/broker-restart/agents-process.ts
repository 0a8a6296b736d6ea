import { setTimeout as delay } from 'node:timers/promises';
import { topicOf } from '@concierge/contract/topics.ts';
import { defaultBackOff } from '@concierge/kiosk-agent/sync/back-off.ts';
import { type Connection, createConnection } from '@concierge/kiosk-agent/sync/connection.ts';
import { subscriptionsOf } from '@concierge/kiosk-agent/sync/subscriptions.ts';
import { pino } from 'pino';
import { type AgentsHeld, AgentsOrder, versionOf } from './protocol.ts';

/** Thousands of the agent's own connections in one process: TLS with the device's certificate, its subscriptions, its waits. What they would do with a document is left out. */
interface Device {
  readonly connection: Connection;
  readonly leaving: { readonly topic: string; readonly payload: string; readonly retain: boolean };
  version: number;
  connectedAtMs: number | null;
  /** When it had the newest version it was ever sent. */
  heldAtMs: number;
}

const LOOK_EVERY_MS = 20;
const START_WITHIN_MS = 180_000;
/** Agents do not start at one moment; all of them stop at one when the broker does. */
const STARTED_AT_ONCE = 50;

let devices: Device[] = [];
let failedAttempts = 0;
const logger = pino({ level: 'silent' });

process.on('message', (message) => {
  void (async () => process.send?.(await obey(AgentsOrder.parse(message))))();
});
process.on('disconnect', () => process.exit(0));

async function obey(order: AgentsOrder): Promise<AgentsHeld> {
  switch (order.kind) {
    case 'start':
      for (const [index, identity] of order.devices.entries()) {
        devices.push(connect(order, identity));
        if (index % STARTED_AT_ONCE === 0) await delay(LOOK_EVERY_MS);
      }
      return await held(order.version, START_WITHIN_MS);
    case 'hold':
      return await held(order.version, order.withinMs);
    case 'leave':
      await Promise.all(devices.map(({ connection, leaving }) => connection.stop(leaving)));
      devices = [];
      return { settledAtMs: [], failedAttempts: 0 };
  }
}

function connect(
  { brokerUrl, authorityPem }: Extract<AgentsOrder, { kind: 'start' }>,
  identity: { readonly id: string; readonly keyPem: string; readonly certificatePem: string },
): Device {
  const status = (online: boolean) => ({
    topic: topicOf('status', identity.id),
    payload: JSON.stringify({ online, agentVersion: 'bench' }),
    retain: true,
  });
  const connection = createConnection({
    brokerUrl,
    authorityPem,
    clientId: identity.id,
    keyPem: identity.keyPem,
    certificatePem: identity.certificatePem,
    clock: { state: () => 'trusted', timeBounds: () => ({ earliestMs: Date.now(), latestMs: Date.now() }) },
    will: status(false),
    ...subscriptionsOf(identity.id),
    onMessage({ payload }) {
      const version = versionOf(payload);
      if (version > device.version) {
        device.version = version;
        device.heldAtMs = Date.now();
      }
      return Promise.resolve();
    },
    onConnected() {
      device.connectedAtMs = Date.now();
      void connection.publish(status(true));
    },
    onDisconnected() {
      device.connectedAtMs = null;
    },
    backOff: defaultBackOff,
    random: () => {
      failedAttempts += 1;
      return Math.random();
    },
    logger,
  });
  const device: Device = { connection, leaving: status(false), version: 0, connectedAtMs: null, heldAtMs: 0 };
  connection.start();
  return device;
}

async function held(version: number, withinMs: number): Promise<AgentsHeld> {
  const deadlineMs = performance.now() + withinMs;
  const isSettled = (device: Device): boolean => device.connectedAtMs !== null && device.version >= version;
  while (!devices.every(isSettled) && performance.now() < deadlineMs) await delay(LOOK_EVERY_MS);
  const answer = {
    settledAtMs: devices.filter(isSettled).map(({ connectedAtMs, heldAtMs }) => Math.max(connectedAtMs ?? 0, heldAtMs)),
    failedAttempts,
  };
  failedAttempts = 0;
  return answer;
}
