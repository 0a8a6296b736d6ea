import type { Logger } from 'pino';
import { createEmbeddedBroker } from '#platform/broker/embedded-broker.ts';
import { BACKEND_COMMON_NAME, type Keyring } from '#platform/keys/keyring.ts';
import type { Settings } from '../settings.ts';

export interface Broker {
  /** Where the cloud itself connects. */
  readonly backendUrl: string;
  /** Where kiosks connect. */
  readonly publicUrl: string;
  /** The embedded broker keeps retained messages and presence in memory only. */
  readonly forgetsOnRestart: boolean;
  metrics(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

const PORTS_TRIED = 20;

/** The broker of the settings: an external one by its URL, else the embedded one. */
export async function openBroker(settings: Settings, keyring: Keyring, publicHost: string, logger: Logger): Promise<Broker> {
  if (settings.MQTT_URL !== undefined) {
    return {
      backendUrl: settings.MQTT_URL,
      publicUrl: settings.MQTT_PUBLIC_URL ?? settings.MQTT_URL,
      forgetsOnRestart: false,
      metrics: () => ({}),
      stop: async () => undefined,
    };
  }
  const attempts = settings.CONCIERGE_MODE === 'demo' && settings.MQTT_PORT !== 0 ? PORTS_TRIED : 1;
  for (let offset = 0; offset < attempts; offset += 1) {
    const embedded = createEmbeddedBroker({
      port: settings.MQTT_PORT + offset,
      host: settings.MQTT_HOST,
      backendCommonName: BACKEND_COMMON_NAME,
      // Nothing revokes yet: the Appliance brings revocation, and this is where the broker will ask.
      isRevoked: () => false,
      logger: logger.child({ part: 'broker' }),
      tls: {
        keyPem: keyring.broker.privateKeyPem,
        certificatePem: keyring.broker.certificatePem,
        authorityPem: keyring.authority.certificatePem,
      },
    });
    const started = await embedded.start();
    if (!started.ok) {
      logger.warn({ port: started.error.port }, 'the broker port is taken');
      continue;
    }
    const { port } = started.value;
    return {
      backendUrl: `mqtts://127.0.0.1:${port}`,
      publicUrl: settings.MQTT_PUBLIC_URL ?? `mqtts://${publicHost}:${port}`,
      forgetsOnRestart: true,
      metrics: () => ({ ...embedded.metrics() }),
      stop: embedded.stop,
    };
  }
  throw new Error(`MQTT_PORT: no free port among the ${attempts} from ${settings.MQTT_PORT} on`);
}
