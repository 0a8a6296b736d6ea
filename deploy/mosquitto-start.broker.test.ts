import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@concierge/testing/free-port.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BACKEND_COMMON_NAME, type Keyring, openKeyring } from '../cloud/server/platform/keys/keyring.ts';

// The start script of production, the generated configuration and a real mosquitto; the replicas are a server that gives what a test wants.

const script = join(import.meta.dirname, 'mosquitto/start');
const program = findMosquitto(process.env['PATH']);
const deviceId = '0198c0de-0000-7000-8000-000000000001';

// Where mosquitto may be missing, this is skipped: no mosquitto program. CI never skips.
describe.skipIf(program === null && process.env['CI'] === undefined)('mosquitto as production starts it', () => {
  let folder: string;
  let keyring: Keyring;
  let cloud: Server;
  let answer: () => Promise<string>;
  let broker: ChildProcess;
  let ports: { devices: number; backend: number };
  const at = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mosquitto-start-'));
    keyring = await openKeyring(at('keys'), { create: true, brokerHosts: ['localhost', '127.0.0.1'] });
    answer = () => keyring.authority.revocationList([], Date.now());
    cloud = createServer((request, response) => {
      if (request.url !== '/api/kiosk/revoked-certificates') return void response.writeHead(404).end();
      answer().then(
        (text) => response.end(text),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => void cloud.listen(0, '127.0.0.1', resolve));
    ports = { devices: await freePort(), backend: await freePort() };
    for (const [name, text] of [
      ['broker.key', keyring.broker.privateKeyPem],
      ['broker.crt', keyring.broker.certificatePem],
      ['authority.crt', keyring.authority.certificatePem],
      ['acl', readFileSync(join(import.meta.dirname, 'mosquitto/acl'), 'utf8')],
    ] as const)
      writeFileSync(at(name), text);
    const configuration = readFileSync(join(import.meta.dirname, 'mosquitto/mosquitto.conf'), 'utf8')
      .replace('persistence true', 'persistence false')
      .replace(/^persistence_location .*$/m, '')
      .replaceAll(/\/mosquitto\/(?:config|keys|data)\/(\S+)/g, (_path, name: string) => at(name))
      .replace('listener 8883\n', `listener ${ports.devices} 127.0.0.1\n`)
      .replace('listener 8884\n', `listener ${ports.backend} 127.0.0.1\n`);
    // Started by root it would become another user, who cannot read this folder; in production it never is root.
    writeFileSync(at('mosquitto.conf'), process.getuid?.() === 0 ? `user root\n${configuration}` : configuration);
  });
  afterEach(async () => {
    if (broker.exitCode === null && broker.signalCode === null) {
      broker.kill('SIGKILL');
      await once(broker, 'exit');
    }
    cloud.closeAllConnections();
    cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(firstList: string): Promise<void> {
    writeFileSync(at('first.pem'), firstList);
    const { port } = cloud.address() as AddressInfo;
    broker = spawn(script, [], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        MOSQUITTO: program ?? '',
        MOSQUITTO_CONF: at('mosquitto.conf'),
        FIRST_LIST: at('first.pem'),
        REVOKED_LIST: at('revoked.pem'),
        // The first replica is down.
        CLOUD_URLS: `http://127.0.0.1:9 http://127.0.0.1:${port}`,
        ASK_EVERY_S: '0.3',
        ASK_AGAIN_S: '0.3',
      },
    });
    await vi.waitFor(async () => expect(await connects('backend')).toBe(true), { timeout: 10_000, interval: 200 });
  }

  const kiosk = () => keyring.authority.issueWithNewKey(deviceId, []);
  let device: Awaited<ReturnType<typeof kiosk>> | undefined;
  async function connects(who: 'device' | 'backend'): Promise<boolean> {
    device ??= await kiosk();
    const leaf = who === 'device' ? device : keyring.backend;
    try {
      const client = await mqtt.connectAsync(`mqtts://localhost:${who === 'device' ? ports.devices : ports.backend}`, {
        clientId: who === 'device' ? deviceId : BACKEND_COMMON_NAME,
        key: leaf.privateKeyPem,
        cert: leaf.certificatePem,
        ca: keyring.authority.certificatePem,
        protocolVersion: 4,
        reconnectPeriod: 0,
        connectTimeout: 2_000,
      });
      await client.endAsync(true);
      return true;
    } catch {
      return false;
    }
  }
  const revoke = async (): Promise<string> => {
    const { X509Certificate } = await import('node:crypto');
    const serial = new X509Certificate(device?.certificatePem ?? '').serialNumber.toLowerCase();
    return keyring.authority.revocationList([{ serial, revokedAt: new Date() }], Date.now());
  };

  it('turns a kiosk away once the cloud has revoked it, and stays so whatever nonsense it hears after', async () => {
    device = undefined;
    await start(await keyring.authority.revocationList([], Date.now()));
    expect(await connects('device')).toBe(true);
    const list = await revoke();
    answer = async () => list;
    await vi.waitFor(async () => expect(await connects('device')).toBe(false), { timeout: 8_000, interval: 200 });
    const kept = readFileSync(at('revoked.pem'), 'utf8');
    for (const nonsense of ['<html>a balancer</html>', '', kept.slice(0, kept.length / 2), `${kept}\n<html>`]) {
      let asked = 0;
      answer = async () => {
        asked += 1;
        return nonsense;
      };
      await vi.waitFor(() => expect(asked).toBeGreaterThan(1), { timeout: 8_000 });
      expect(readFileSync(at('revoked.pem'), 'utf8'), nonsense.slice(0, 20)).toBe(kept);
    }
    expect(await connects('device')).toBe(false);
    expect(await connects('backend')).toBe(true);
  }, 60_000);

  it('lets the cloud in with a list that ran out while the broker was off, and the kiosks once it has told the next', async () => {
    device = undefined;
    answer = () => Promise.reject(new Error('not up yet'));
    await start(await keyring.authority.revocationList([], Date.now() - 30 * 86_400_000));
    expect(await connects('device')).toBe(false);
    answer = () => keyring.authority.revocationList([], Date.now());
    await vi.waitFor(async () => expect(await connects('device')).toBe(true), { timeout: 10_000, interval: 200 });
  }, 60_000);
});
