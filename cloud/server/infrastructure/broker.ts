import { isIPv6 } from 'node:net';
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
  /** Closes the connections of a device that was revoked. An external broker does so itself, by its own list. */
  disconnect(deviceId: string): void;
  stop(): Promise<void>;
}

const PORTS_TRIED = 20;

/** The broker of the settings: an external one by its URL, else the embedded one. */
export async function openBroker(
  settings: Settings,
  keyring: Keyring,
  isRevoked: (deviceId: string) => boolean,
  logger: Logger,
): Promise<Broker> {
  if (settings.MQTT_URL !== undefined) {
    return {
      backendUrl: settings.MQTT_URL,
      publicUrl: settings.MQTT_PUBLIC_URL ?? settings.MQTT_URL,
      forgetsOnRestart: false,
      metrics: () => ({}),
      disconnect: () => undefined,
      stop: async () => undefined,
    };
  }
  const attempts = settings.CONCIERGE_MODE === 'demo' && settings.MQTT_PORT !== 0 ? PORTS_TRIED : 1;
  for (let offset = 0; offset < attempts; offset += 1) {
    const embedded = createEmbeddedBroker({
      port: settings.MQTT_PORT + offset,
      host: settings.MQTT_HOST,
      backendCommonName: BACKEND_COMMON_NAME,
      isRevoked,
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
      backendUrl: `mqtts://${inUrl(ownHost(settings))}:${port}`,
      publicUrl: settings.MQTT_PUBLIC_URL ?? `mqtts://${publicHost(settings)}:${port}`,
      forgetsOnRestart: true,
      metrics: () => ({ ...embedded.metrics() }),
      disconnect: (deviceId) => void embedded.disconnect(deviceId),
      stop: embedded.stop,
    };
  }
  throw new Error(`MQTT_PORT: no free port among the ${attempts} from ${settings.MQTT_PORT} on`);
}

/** Every name and address that the broker is reached by: from this machine, by the cloud, by kiosks. Its certificate must name them all. */
export function hostsOfBroker(settings: Settings): string[] {
  const urls = [settings.MQTT_URL, settings.MQTT_PUBLIC_URL, settings.PUBLIC_URL].filter((url) => url !== undefined);
  const own = settings.MQTT_URL === undefined ? [ownHost(settings)] : [];
  return [...new Set(['localhost', '127.0.0.1', ...own, ...urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))])];
}

/** Where the cloud itself finds the embedded broker: where that listens, which may be a single address of this machine. */
function ownHost({ MQTT_HOST }: Settings): string {
  return MQTT_HOST === '0.0.0.0' || MQTT_HOST === '::' ? '127.0.0.1' : MQTT_HOST;
}

/** Where kiosks find the embedded broker when no setting says so: at the cloud's own name, else at the one address where it listens. */
function publicHost(settings: Settings): string {
  if (settings.PUBLIC_URL !== undefined) return new URL(settings.PUBLIC_URL).hostname;
  const own = ownHost(settings);
  return own === '127.0.0.1' ? 'localhost' : inUrl(own);
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
