import { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { Reported } from '@concierge/contract/mqtt/reported.ts';
import { DeviceStatus } from '@concierge/contract/mqtt/status.ts';
import type { ClaimsOf, HeldKind } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import type { TestAuthority } from './authority.ts';
import type { TestBroker } from './brokers.ts';
import { type TestSigner, testDeviceId } from './documents.ts';

/** The cloud's side, as far as a kiosk can see it. */
export interface TestCloud {
  publish<Kind extends HeldKind>(kind: Kind, claims: ClaimsOf<Kind>): Promise<void>;
  publishText(kind: HeldKind, text: string): Promise<void>;
  send(topic: string, text: string, retain: boolean): Promise<void>;
  reported(): Reported | null;
  status(): DeviceStatus | null;
  events(): readonly DeviceEvent[];
  leave(): Promise<void>;
}

/** `server` is the authority of the broker's own certificate; a test whose broker is not of its time takes any. */
export async function connectCloud(
  broker: TestBroker,
  authority: TestAuthority,
  signer: TestSigner,
  server: TestAuthority | 'any' = authority,
): Promise<TestCloud> {
  const { keyPem, certificatePem } = await authority.issue('backend');
  const client: MqttClient = await connectAsync(broker.url, {
    protocolVersion: 4,
    clientId: 'backend',
    ...(server === 'any' ? { rejectUnauthorized: false } : { ca: server.certificatePem }),
    cert: certificatePem,
    key: keyPem,
    reconnectPeriod: 0,
  });
  client.on('error', () => undefined);
  let reported: Reported | null = null;
  let status: DeviceStatus | null = null;
  const events: DeviceEvent[] = [];
  client.on('message', (topic, payload) => {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    if (topic === topicOf('reported', testDeviceId)) reported = Reported.parse(value);
    if (topic === topicOf('status', testDeviceId)) status = DeviceStatus.parse(value);
    if (topic === topicOf('event', testDeviceId)) events.push(DeviceEvent.parse(value));
  });
  await client.subscribeAsync(
    (['reported', 'status', 'event'] as const).map((name) => topicOf(name, testDeviceId)),
    { qos: 1 },
  );
  const send = async (topic: string, text: string, retain: boolean): Promise<void> => {
    await client.publishAsync(topic, text, { qos: 1, retain });
  };
  return {
    send,
    publish: async (kind, claims) => send(topicOf(kind, testDeviceId), await signer.sign(kind, claims), true),
    publishText: (kind, text) => send(topicOf(kind, testDeviceId), text, true),
    reported: () => reported,
    status: () => status,
    events: () => events,
    leave: () => client.endAsync(true),
  };
}
