import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { topicOf } from '@concierge/contract/topics.ts';
import type { IssuedCertificate } from '@concierge/testing/certificates.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

export interface Received {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

export interface TestClient {
  readonly mqtt: MqttClient;
  readonly received: readonly Received[];
  /** Whether the broker has kept the connection. */
  readonly connected: boolean;
  /** The broker may refuse a filter by SUBACK, by closing, or by silence: all are fine, what counts is what arrives. */
  subscribe(...filters: string[]): Promise<void>;
  /** Settles when the broker has acknowledged or has dropped the connection; a denied message must not fail the test by itself. */
  publish(topic: string, payload: string | Buffer, options?: { retain?: boolean; qos?: 0 | 1 }): Promise<void>;
  /** The first message, already here or still to come, on this topic with this text. */
  arrival(topic: string, text: string): Promise<Received>;
  /** As when the power fails: no DISCONNECT packet. */
  pullThePlug(): void;
  close(): Promise<void>;
}

export interface ClientSettings {
  readonly port: number;
  readonly authorityPem: string;
  readonly certificate: IssuedCertificate | null;
  readonly clientId: string;
  readonly options?: Partial<IClientOptions>;
}

/** Connects once, or throws when the broker refuses. */
export async function connectClient(settings: ClientSettings): Promise<TestClient> {
  const { certificate } = settings;
  const client = mqtt.connect({
    protocol: 'mqtts',
    host: '127.0.0.1',
    servername: 'localhost',
    port: settings.port,
    ca: settings.authorityPem,
    ...(certificate === null ? {} : { cert: certificate.certificatePem, key: certificate.keyPem }),
    clientId: settings.clientId,
    protocolVersion: 4,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    connectTimeout: 5_000,
    ...settings.options,
  });
  client.on('error', () => {
    // What became of it shows in `connected`; without a listener a second error would end the test run.
  });
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('the broker closed the connection before it accepted it')));
  });
  const received: Received[] = [];
  client.on('message', (topic, payload, packet) => received.push({ topic, text: payload.toString(), retain: packet.retain }));

  return {
    mqtt: client,
    received,
    get connected() {
      return client.connected;
    },
    async subscribe(...filters) {
      const granted = client.subscribeAsync(filters, { qos: 1 }).catch(() => undefined);
      await Promise.race([granted, closed]);
    },
    async publish(topic, payload, options = {}) {
      const sent = client.publishAsync(topic, payload, { qos: 1, ...options }).catch(() => undefined);
      await Promise.race([sent, closed]);
    },
    async arrival(topic, text) {
      const deadlineMs = Date.now() + 5_000;
      while (Date.now() < deadlineMs) {
        const found = received.find((message) => message.topic === topic && message.text === text);
        if (found !== undefined) return found;
        await delay(5);
      }
      throw new Error(`nothing like ${text.slice(0, 60)} arrived on ${topic}; got ${JSON.stringify(received).slice(0, 500)}`);
    },
    pullThePlug() {
      client.stream.destroy();
    },
    async close() {
      await client.endAsync(true);
    },
  };
}

/** Whether a connection is accepted as MQTT; TLS 1.3 lets a client believe in a handshake the server is about to refuse. */
export async function isAccepted(settings: ClientSettings): Promise<boolean> {
  try {
    const client = await connectClient(settings);
    await client.close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Sends a device something it may read and waits for it, so that whatever was sent before has arrived too if it is going to. A device
 * whose connection was closed for what it tried is fenced by that.
 */
export async function fence(backend: TestClient, client: TestClient, deviceId: string): Promise<void> {
  const text = `fence ${randomUUID()}`;
  await client.subscribe(topicOf('command', deviceId, '+'));
  if (!client.connected) return;
  await backend.publish(topicOf('command', deviceId, 'fence'), text);
  await client.arrival(topicOf('command', deviceId, 'fence'), text);
}

/** The will every device registers. */
export function willOf(deviceId: string, text: string) {
  return { topic: topicOf('status', deviceId), payload: Buffer.from(text), qos: 1, retain: true } as const;
}
