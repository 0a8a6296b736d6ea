import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExternalMosquitto } from '@concierge/cloud-server/platform/broker/testing/external-mosquitto.ts';
import { BACKEND_COMMON_NAME, openKeyring } from '@concierge/cloud-server/platform/keys/keyring.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import type { MosquittoProcess } from '@concierge/testing/mosquitto.ts';

export interface ExternalBroker {
  /** What a cloud needs to use it: the addresses, and the key ring whose authority the broker trusts. */
  readonly environment: Readonly<Record<string, string>>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** A mosquitto as production has it, with a key ring of its own. */
export async function startExternalBroker(program: string): Promise<ExternalBroker> {
  const keys = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  const keyring = await openKeyring(keys, { create: true, brokerHosts: ['localhost', '127.0.0.1'] });
  const [devicePort, backendPort] = [await freePort(), await freePort()];
  const start = () =>
    startExternalMosquitto({
      program,
      devicePort,
      backendPort,
      keyPem: keyring.broker.privateKeyPem,
      certificatePem: keyring.broker.certificatePem,
      authorityPem: keyring.authority.certificatePem,
      backendCommonName: BACKEND_COMMON_NAME,
    });
  let running: MosquittoProcess | null = await start();
  const pause = async () => {
    await running?.stop();
    running = null;
  };
  return {
    environment: {
      CONCIERGE_KEYS: keys,
      MQTT_URL: `mqtts://127.0.0.1:${backendPort}`,
      MQTT_PUBLIC_URL: `mqtts://127.0.0.1:${devicePort}`,
    },
    pause,
    async resume() {
      running = await start();
    },
    async stop() {
      await pause();
      await rm(keys, { recursive: true, force: true });
    },
  };
}
