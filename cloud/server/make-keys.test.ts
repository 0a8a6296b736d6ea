import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from '#platform/keys/keyring.ts';

const environment = {
  PUBLIC_URL: 'https://concierge.example.gr',
  MQTT_URL: 'mqtts://mosquitto:8884',
  MQTT_PUBLIC_URL: 'mqtts://mqtt.example.gr:8883',
};
const ring = ['backend.pem', 'broker.pem', 'device-authority.pem', 'presence-secret', 'session-secret', 'signing-key.json'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// Each run is a process of its own, which takes its time on a busy machine.
describe('make-keys', { timeout: 30_000 }, () => {
  it('makes a ring that replicas open without making anything, and the broker’s part of it', async () => {
    expect(await makeKeys()).toMatchObject({ exitCode: 0 });
    expect((await readdir(folder)).sort()).toEqual([...ring.slice(0, 3), 'mosquitto', ...ring.slice(3)]);
    await openKeyring(folder, { create: false, brokerHosts: [] });
    for (const name of ring) expect(await modeOf(name), name).toBe(0o600);
    expect(await modeOf('mosquitto/broker.key')).toBe(0o640);
    expect(await readFile(join(folder, 'mosquitto/authority.crt'), 'utf8')).not.toContain('PRIVATE');
  });

  it('gives the broker a certificate for every name it is reached by', async () => {
    await makeKeys();
    const certificate = new X509Certificate(await text('mosquitto/broker.crt'));
    for (const host of ['localhost', 'mosquitto', 'mqtt.example.gr', 'concierge.example.gr'])
      expect(certificate.checkHost(host), host).toBe(host);
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('elsewhere.example.gr')).toBeUndefined();
  });

  it('writes files with which a TLS server takes our clients and nobody else', async () => {
    await makeKeys();
    const keyring = await openKeyring(folder, { create: false, brokerHosts: [] });
    const authority = await text('mosquitto/authority.crt');
    const server = createServer(
      {
        key: await text('mosquitto/broker.key'),
        cert: await text('mosquitto/broker.crt'),
        ca: authority,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket) => socket.on('error', () => undefined).end('welcome'),
    );
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const ours = { key: keyring.backend.privateKeyPem, cert: keyring.backend.certificatePem };
      expect(await heardFrom(port, { ca: authority, servername: 'mosquitto', ...ours })).toBe('welcome');
      expect(await heardFrom(port, { ca: authority, servername: 'mosquitto' })).not.toBe('welcome');
      expect(await heardFrom(port, { ca: authority, servername: 'elsewhere.example.gr', ...ours })).not.toBe('welcome');
    } finally {
      server.close();
    }
  });

  it('changes nothing when it runs again', async () => {
    await makeKeys();
    const before = await Promise.all(ring.map(text));
    expect(await makeKeys()).toEqual({ exitCode: 0, output: expect.stringContaining('was complete') });
    expect(await Promise.all(ring.map(text))).toEqual(before);
  });

  it('makes a removed broker certificate anew, from the same authority', async () => {
    await makeKeys();
    const before = await text('device-authority.pem');
    await rm(join(folder, 'broker.pem'));
    expect(await makeKeys({ MQTT_PUBLIC_URL: 'mqtts://new.example.gr:8883' })).toMatchObject({ exitCode: 0 });
    expect(await text('device-authority.pem')).toBe(before);
    expect(new X509Certificate(await text('mosquitto/broker.crt')).checkHost('new.example.gr')).toBe('new.example.gr');
  });

  it('does not hand out a certificate that lacks a name of the broker', async () => {
    await makeKeys();
    expect(await makeKeys({ MQTT_PUBLIC_URL: 'mqtts://new.example.gr:8883' })).toEqual({
      exitCode: 1,
      output: expect.stringContaining('does not name new.example.gr'),
    });
  });

  it.each(['signing-key.json', 'device-authority.pem'])('does not replace a lost %s, which would cut off every kiosk', async (name) => {
    await makeKeys();
    await rm(join(folder, name));
    expect(await makeKeys()).toEqual({ exitCode: 1, output: expect.stringContaining(`lacks ${name}`) });
    await expect(readFile(join(folder, name))).rejects.toThrow('ENOENT');
  });

  it('names a bad setting', async () => {
    expect(await makeKeys({ MQTT_URL: 'mqtt://mosquitto' })).toEqual({ exitCode: 78, output: expect.stringContaining('MQTT_URL') });
    expect(await makeKeys({ PUBLIC_URL: '' })).toEqual({ exitCode: 78, output: expect.stringContaining('PUBLIC_URL') });
  });
});

function makeKeys(more: Readonly<Record<string, string>> = {}): Promise<{ exitCode: number; output: string }> {
  return new Promise((settle) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'make-keys.ts')],
      { env: { CONCIERGE_KEYS: folder, ...environment, ...more }, timeout: 9_000 },
      (_error, stdout, stderr) => settle({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

function text(name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}

async function modeOf(name: string): Promise<number> {
  return (await stat(join(folder, name))).mode & 0o777;
}

/** What the server says, or why it says nothing. */
function heardFrom(port: number, options: { ca: string; servername: string; key?: string; cert?: string }): Promise<string> {
  return new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port, ...options });
    socket.once('data', (bytes) => {
      settle(bytes.toString());
      socket.destroy();
    });
    socket.once('error', (error) => settle(error.message));
    socket.once('close', () => settle('closed'));
  });
}
