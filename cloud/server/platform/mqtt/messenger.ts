import { randomBytes } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { createLeftMessages } from './left-messages.ts';

export interface Messenger {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the broker has taken the message (QoS 1); throws when it has not within five seconds, so that a job tries again. */
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>;
  /** Handlers see every message of a filter; they must be registered before `start`. */
  onMessage(filter: string, handler: MessageHandler): void;
  isConnected(): boolean;
}

/** `retained`: the broker repeats what was said some time before, because we have subscribed. */
export type MessageHandler = (topic: string, payload: Buffer, retained: boolean) => void;

export class BrokerUnavailable extends Error {}

const PUBLISH_TIMEOUT_MS = 5_000;
const MAX_WAITING = 5_000;

/** The cloud's own connection to whichever broker there is, as the client certificate `backend`. */
export function createMessenger(options: {
  url: string;
  certificatePem: string;
  privateKeyPem: string;
  authorityPem: string;
  commonName: string;
  logger: Logger;
}): Messenger {
  const handlers: { readonly filter: string; readonly handle: MessageHandler }[] = [];
  let client: MqttClient | null = null;
  let waiting = 0;

  return {
    onMessage(filter, handle) {
      handlers.push({ filter, handle });
    },

    async start() {
      const connecting = mqtt.connect(options.url, {
        clientId: `${options.commonName}-${randomBytes(6).toString('hex')}`,
        cert: options.certificatePem,
        key: options.privateKeyPem,
        ca: options.authorityPem,
        rejectUnauthorized: true,
        protocolVersion: 4,
        clean: true,
        keepalive: 20,
        connectTimeout: 5_000,
        reconnectPeriod: 500 + Math.floor(Math.random() * 500),
        queueQoSZero: false,
      });
      client = connecting;
      connecting.on('connect', () => {
        if (handlers.length > 0)
          connecting.subscribe(
            handlers.map((handler) => handler.filter),
            { qos: 1 },
          );
        options.logger.info('connected to the broker');
      });
      connecting.on('close', () => options.logger.debug('the broker connection closed'));
      connecting.on('error', (error) => options.logger.warn({ err: error }, 'the broker connection failed'));
      const left = createLeftMessages({
        clear: async (topic) => connecting.publishAsync(topic, '', { qos: 1, retain: true }),
        // A subscription that stands is asked for anew: the broker sends once more what it keeps (MQTT 3.1.1 §3.8.4).
        askAgain: (filter) => connecting.subscribe(Object.assign({ [filter]: { qos: 1 as const } }, { resubscribe: true })),
      });
      connecting.on('message', (topic, payload, { retain }) => {
        left.heard({ topic, bytes: payload.length, retained: retain });
        for (const handler of handlers) if (filterMatches(handler.filter, topic)) handler.handle(topic, payload, retain);
      });
    },

    async stop() {
      await client?.endAsync(true);
      client = null;
    },

    async publish(topic, payload, { retain }) {
      if (client === null || !client.connected) throw new BrokerUnavailable('no connection to the broker');
      if (waiting >= MAX_WAITING) throw new BrokerUnavailable('too many messages wait for the broker');
      waiting += 1;
      let timer: NodeJS.Timeout | undefined;
      try {
        await Promise.race([
          client.publishAsync(topic, payload, { qos: 1, retain }),
          new Promise<never>((_, reject) => {
            timer = setTimeout(() => reject(new BrokerUnavailable('the broker did not answer')), PUBLISH_TIMEOUT_MS);
          }),
        ]);
      } finally {
        clearTimeout(timer);
        waiting -= 1;
      }
    },

    isConnected: () => client?.connected ?? false,
  };
}

function filterMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  return wanted.length === levels.length && wanted.every((part, index) => part === '+' || part === levels[index]);
}
