import { createServer } from 'node:net';
import pino from 'pino';
import {
  type BrokerSettings,
  createBrokerOverTransport,
  createEmbeddedBroker,
  type EmbeddedBroker,
} from '../../cloud/server/platform/broker/embedded-broker.ts';
import type { BrokerTransport } from '../../cloud/server/platform/broker/transport.ts';
import { BrokerOrder } from './protocol.ts';

/**
 * The embedded broker alone in a process, as the bench measures it. Over plain TCP it believes the client id, which only this file can
 * make it do: the product has no such transport.
 */
const believingTransport: BrokerTransport = {
  createServer: (onConnection) => createServer({ noDelay: true, keepAlive: true }, onConnection),
  commonNameOf: (_socket, clientId) => (clientId?.startsWith('backend-') === true ? 'backend' : clientId),
};

const settings: BrokerSettings = {
  port: 0,
  host: '127.0.0.1',
  backendCommonName: 'backend',
  isRevoked: () => false,
  logger: pino({ level: 'warn' }, pino.destination(2)),
};

let broker: EmbeddedBroker | null = null;

process.once('message', (message) => {
  void start(BrokerOrder.parse(message));
});
process.once('disconnect', () => {
  void broker?.stop().then(() => process.exit(0));
});

async function start(order: BrokerOrder): Promise<void> {
  broker =
    order.transport === 'tls'
      ? createEmbeddedBroker({ ...settings, port: order.port ?? 0, tls: order })
      : createBrokerOverTransport(settings, believingTransport);
  const started = await broker.start();
  if (!started.ok) throw new Error(started.error.kind);
  process.send?.({ port: started.value.port });
}
