import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@concierge/testing/free-port.ts';
import { findMosquitto, type MosquittoProcess, startMosquitto } from '@concierge/testing/mosquitto.ts';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mosquittoAcl } from '#platform/broker/acl.ts';
import { mosquittoConfiguration } from '#platform/broker/mosquitto-configuration.ts';
import { BACKEND_COMMON_NAME, type Keyring, openKeyring } from '#platform/keys/keyring.ts';
import { claimingDevice } from '../../testing/claiming-device.ts';

const program = findMosquitto(process.env['PATH']);
const ids = { kept: '0198c0de-0000-7000-8000-000000000001', revoked: '0198c0de-0000-7000-8000-000000000002' } as const;

// Where mosquitto may be missing, this is skipped: no mosquitto program. CI never skips.
describe.skipIf(program === null && process.env['CI'] === undefined)('an external broker with the revocation list', () => {
  let folder: string;
  let keyring: Keyring;
  let broker: MosquittoProcess | undefined;
  let port: number;
  let listFile: string;

  beforeEach(async () => {
    if (program === null) throw new Error('There is no mosquitto; install the package mosquitto.');
    folder = await mkdtemp(join(tmpdir(), 'concierge-revoked-'));
    keyring = await openKeyring(join(folder, 'keys'), { create: true, brokerHosts: ['localhost', '127.0.0.1'] });
    port = await freePort();
    const backendPort = await freePort();
    broker = await startMosquitto({
      program,
      ports: [port, backendPort],
      files: {
        'server.key': keyring.broker.privateKeyPem,
        'server.crt': keyring.broker.certificatePem,
        'authority.crt': keyring.authority.certificatePem,
        'revoked.pem': await keyring.authority.revocationList([], Date.now()),
        acl: mosquittoAcl(BACKEND_COMMON_NAME),
      },
      configuration(pathOf) {
        listFile = pathOf('revoked.pem');
        return mosquittoConfiguration({
          deviceListener: { port, host: '127.0.0.1' },
          backendListener: { port: backendPort, host: '127.0.0.1' },
          keyFile: pathOf('server.key'),
          certificateFile: pathOf('server.crt'),
          authorityFile: pathOf('authority.crt'),
          aclFile: pathOf('acl'),
          revocationListFile: listFile,
        });
      },
    });
  });
  afterEach(async () => {
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('lets in whoever is not on it, and from the next signal on nobody who is', async () => {
    const devices = await Promise.all(
      Object.values(ids).map(async (id) => {
        const { keyPem, csrPem } = await claimingDevice();
        const certificate = await keyring.authority.issueForRequest(csrPem, id, 90);
        if (certificate === null) throw new Error('no certificate');
        return { id, keyPem, ...certificate };
      }),
    );
    const connects = async (device: (typeof devices)[number]): Promise<boolean> => {
      try {
        const client = await mqtt.connectAsync(`mqtts://localhost:${port}`, {
          clientId: device.id,
          key: device.keyPem,
          cert: device.certificatePem,
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
    };
    const [kept, revoked] = devices;
    if (kept === undefined || revoked === undefined) throw new Error('two devices');
    expect([await connects(kept), await connects(revoked)]).toEqual([true, true]);

    await writeFile(listFile, await keyring.authority.revocationList([{ serial: revoked.serial, revokedAt: new Date() }], Date.now()));
    if (broker === undefined) throw new Error('no broker');
    process.kill(broker.pid, 'SIGHUP');
    await vi.waitFor(async () => expect(await connects(revoked)).toBe(false), { timeout: 8_000, interval: 200 });
    expect(await connects(kept)).toBe(true);
  });
});
