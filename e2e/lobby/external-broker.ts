import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mosquittoAcl } from '@concierge/cloud-server/platform/broker/acl.ts';
import { mosquittoConfiguration } from '@concierge/cloud-server/platform/broker/mosquitto-configuration.ts';
import { freePort, type MosquittoProcess, startMosquitto } from '@concierge/cloud-server/platform/broker/testing/mosquitto-process.ts';
import { BACKEND_COMMON_NAME, openKeyring } from '@concierge/cloud-server/platform/keys/keyring.ts';

export interface ExternalBroker {
  /** What a cloud needs to use it: the addresses, and the key ring whose authority the broker trusts. */
  readonly environment: Readonly<Record<string, string>>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** A mosquitto with the configuration and access list the product generates for it, as production has it. */
export async function startExternalBroker(program: string): Promise<ExternalBroker> {
  const keys = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  const keyring = await openKeyring(keys, { create: true, brokerHosts: ['localhost', '127.0.0.1'] });
  const [devicePort, backendPort] = [await freePort(), await freePort()];
  const start = () =>
    startMosquitto({
      program,
      ports: [devicePort, backendPort],
      files: {
        'server.key': keyring.broker.privateKeyPem,
        'server.crt': keyring.broker.certificatePem,
        'authority.crt': keyring.authority.certificatePem,
        acl: mosquittoAcl(BACKEND_COMMON_NAME),
      },
      configuration: (pathOf) =>
        mosquittoConfiguration({
          deviceListener: { port: devicePort, host: '127.0.0.1' },
          backendListener: { port: backendPort, host: '127.0.0.1' },
          keyFile: pathOf('server.key'),
          certificateFile: pathOf('server.crt'),
          authorityFile: pathOf('authority.crt'),
          aclFile: pathOf('acl'),
        }),
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
