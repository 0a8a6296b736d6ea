import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { topicOf } from '@concierge/contract/topics.ts';
import { freePort } from '@concierge/testing/free-port.ts';
import { findMosquitto, type MosquittoProcess, startMosquitto } from '@concierge/testing/mosquitto.ts';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '#platform/keys/authority.ts';
import { BACKEND_COMMON_NAME, type Keyring, openKeyring } from '#platform/keys/keyring.ts';

// The committed configuration and access list, with the files that make-keys writes: as production mounts them, but for the folders and the port numbers.

const deployed = join(import.meta.dirname, '../../deploy/mosquitto');
const program = findMosquitto(process.env['PATH']);
const deviceId = '0198c0de-0000-7000-8000-000000000001';
const otherDeviceId = '0198c0de-0000-7000-8000-000000000002';

// Where mosquitto may be missing, this is skipped: no mosquitto program. CI never skips.
describe.skipIf(program === null && process.env['CI'] === undefined)('mosquitto as deployed', () => {
  let folder: string;
  let keyring: Keyring;
  let broker: MosquittoProcess;
  let devicePort: number;
  let backendPort: number;

  beforeAll(async () => {
    if (program === null) throw new Error('There is no mosquitto; install the package mosquitto.');
    folder = await mkdtemp(join(tmpdir(), 'concierge-deploy-'));
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'make-keys.ts')], {
      env: { CONCIERGE_KEYS: folder, PUBLIC_URL: 'https://concierge.example.gr', MQTT_URL: 'mqtts://mosquitto:8884' },
    });
    keyring = await openKeyring(folder, { create: false, brokerHosts: [] });
    const files: Record<string, string> = { acl: await readFile(join(deployed, 'acl'), 'utf8') };
    for (const name of await readdir(join(folder, 'mosquitto'))) files[name] = await readFile(join(folder, 'mosquitto', name), 'utf8');
    const configuration = await readFile(join(deployed, 'mosquitto.conf'), 'utf8');
    [devicePort, backendPort] = [await freePort(), await freePort()];
    broker = await startMosquitto({
      program,
      ports: [devicePort, backendPort],
      files,
      configuration: (pathOf) =>
        configuration
          .replace('persistence_location /mosquitto/data/', `persistence_location ${pathOf('')}`)
          .replaceAll(/\/mosquitto\/(?:config|keys|data)\/(\S+)/g, (_path, name: string) => pathOf(name))
          .replace('listener 8883\n', `listener ${devicePort} 127.0.0.1\n`)
          .replace('listener 8884\n', `listener ${backendPort} 127.0.0.1\n`),
    });
  });
  afterAll(async () => {
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const connect = (port: number, leaf: { certificatePem: string; privateKeyPem: string }, clientId: string) =>
    connectAsync({
      protocol: 'mqtts',
      host: '127.0.0.1',
      servername: 'mosquitto',
      port,
      clientId,
      ca: keyring.authority.certificatePem,
      cert: leaf.certificatePem,
      key: leaf.privateKeyPem,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 3_000,
    });

  it('takes two replicas with one certificate, and gives a device its own retained documents only', async () => {
    const replicas = [
      await connect(backendPort, keyring.backend, `${BACKEND_COMMON_NAME}-a`),
      await connect(backendPort, keyring.backend, `${BACKEND_COMMON_NAME}-b`),
    ];
    for (const id of [deviceId, otherDeviceId])
      await replicas[0]?.publishAsync(topicOf('content', id), `for ${id}`, { qos: 1, retain: true });
    const device = await connect(devicePort, await keyring.authority.issueWithNewKey(deviceId, []), 'chosen-by-the-device');
    try {
      const heard: string[] = [];
      device.on('message', (_topic, payload) => heard.push(payload.toString()));
      for (const id of [otherDeviceId, deviceId]) await device.subscribeAsync(topicOf('content', id), { qos: 1 });
      await expect.poll(() => heard).toContain(`for ${deviceId}`);
      expect(heard).toEqual([`for ${deviceId}`]);
      expect(replicas.map((replica) => replica.connected)).toEqual([true, true]);
    } finally {
      for (const client of [device, ...replicas]) await client.endAsync(true);
    }
  });

  it('refuses a certificate of another authority', async () => {
    const stranger = await (await createAuthority('New Concierge device authority')).issueWithNewKey(deviceId, []);
    await expect(connect(devicePort, stranger, 'stranger')).rejects.toThrow();
  });
});
