// This import must come first: the certificate library reads the metadata it sets up.
import 'reflect-metadata';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceEndForm } from '@concierge/contract/http/device-end.ts';
import { RenewalBody } from '@concierge/contract/http/devices.ts';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestAuthority, daysAround, type TestAuthority } from '../testing/authority.ts';
import { createTestSigner, instant, type TestSigner, testDeviceId } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { type DeviceIdentity, KEY_FILE, loadIdentity } from './identity.ts';
import { createPrivateDirectory, type PrivateDirectory } from './private-directory.ts';
import { createRenewal, isDue, type KnownTime, type Renewal } from './renewal.ts';
import { boardSerial, deviceSerial } from './serial.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a certificate is due', () => {
  const certificate = { validFrom: new Date(0).toUTCString(), validTo: new Date(90 * DAY_MS).toUTCString() };
  it.each([
    [0, false],
    [59, false],
    [60, true],
    [89, true],
    [200, true],
  ])('on day %i of ninety: %s', (day, due) => expect(isDue(certificate, day * DAY_MS)).toBe(due));
});

describe('the renewal', () => {
  let folder: ReturnType<typeof temporaryDirectory>;
  let directory: PrivateDirectory;
  let authority: TestAuthority;
  let identity: DeviceIdentity;
  let cloud: Server;
  let asked: { deviceId: string; csrPem: string }[];
  let answer: (csrPem: string) => Promise<string | number | { ended: string }>;
  let nowMs: number;
  let time: Omit<KnownTime, 'earliestMs'>;
  let turnedAway: boolean;
  let renewed: DeviceIdentity[];
  let ended: number;
  let signer: TestSigner;
  let monotonicMs: number;
  let renewal: Renewal;

  beforeEach(async () => {
    folder = temporaryDirectory();
    authority = await createTestAuthority();
    signer = await createTestSigner();
    await claimDirectory(folder.path, { authority, signer, brokerUrl: 'mqtts://localhost:1' });
    directory = createPrivateDirectory(join(folder.path, 'identity'));
    const loaded = await loadIdentity(directory, deviceSerial(directory, boardSerial()));
    if (!loaded.ok) throw new Error(loaded.error);
    asked = [];
    renewed = [];
    ended = 0;
    monotonicMs = 0;
    time = { bounded: true, trusted: true };
    turnedAway = false;
    // Valid from yesterday to tomorrow: due after sixteen hours of today.
    nowMs = Date.parse(new X509Certificate(loaded.value.certificatePem).validTo) - HOUR_MS;
    answer = (csrPem) => authority.answer(csrPem, testDeviceId);
    cloud = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
    await once(cloud, 'listening');
    const address = cloud.address();
    identity = {
      ...loaded.value,
      cloudUrl: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    };
    renewal = createRenewal({
      directory,
      serial: () => 'SERIAL-1',
      time: () => ({ earliestMs: nowMs, ...time }),
      turnedAway: () => turnedAway,
      random: () => 0,
      monotonicMs: () => monotonicMs,
      looks: { firstMs: 5, everyMs: 60 },
      onRenewed: (next) => renewed.push(next),
      onEnded: () => (ended += 1),
      logger: silentLogger,
    });
  });
  afterEach(() => {
    renewal.stop();
    cloud.closeAllConnections();
    cloud.close();
    folder[Symbol.dispose]();
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = RenewalBody.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    asked.push(body);
    const answered = await answer(body.csrPem);
    const [status, json] =
      typeof answered === 'number' ? [answered, {}] : [201, typeof answered === 'string' ? { certificatePem: answered } : answered];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }
  const certificateOnDisk = async () => {
    const loaded = await loadIdentity(directory, deviceSerial(directory, boardSerial()));
    return loaded.ok ? loaded.value.certificatePem : loaded.error;
  };

  it('asks with the key it has, keeps it, and goes on with the new certificate', async () => {
    renewal.start(identity);
    await until('it is renewed', () => renewed.length > 0);
    renewal.stop();
    expect(renewed[0]?.certificatePem).not.toBe(identity.certificatePem);
    expect(renewed[0]?.keyPem).toBe(identity.keyPem);
    expect(await certificateOnDisk()).toBe(renewed.at(-1)?.certificatePem);
  });

  it('does not ask before the time, nor while nothing says that it has come', async () => {
    const dueMs = nowMs;
    nowMs = dueMs - DAY_MS;
    renewal.start(identity);
    await sleep(150);
    // It may be much later than it knows, but its broker lets it in.
    time = { bounded: false, trusted: false };
    await sleep(150);
    expect(asked).toHaveLength(0);
    nowMs = dueMs;
    await until('it asks', () => asked.length > 0);
  });

  it('without the time asks when its broker lets it in no more: nobody else would tell it that the certificate has run out', async () => {
    nowMs -= DAY_MS;
    turnedAway = true;
    time = { bounded: false, trusted: false };
    renewal.start(identity);
    await until('it is renewed', () => renewed.length > 0);
  });

  it('that its broker lets in no more, with a certificate of today, does not go on asking for others', async () => {
    nowMs -= DAY_MS;
    turnedAway = true;
    renewal.start(identity);
    await until('it is renewed', () => renewed.length > 0);
    await sleep(200);
    expect(asked).toHaveLength(1);
    monotonicMs = DAY_MS;
    await until('it asks again on another day', () => asked.length === 2);
  });

  const theEnd = async (by = signer, of = testDeviceId, typ = deviceEndForm.typ) => ({
    ended: await by.signAs({ ...deviceEndForm, typ }, { kind: 'ended', deviceId: of, issuedAt: instant(nowMs) }),
  });

  it.each([
    ['with the right time', true],
    ['without it', false],
  ])('that its broker lets in no more hears that it is nobody’s any more, %s', async (_what, trusted) => {
    nowMs -= DAY_MS;
    time = { bounded: trusted, trusted };
    answer = () => theEnd();
    renewal.start(identity);
    await sleep(150);
    expect([asked.length, ended]).toEqual([0, 0]);
    turnedAway = true;
    await until('it has heard', () => ended > 0);
    expect(renewal.verdict()).toBe('ended');
    expect(await certificateOnDisk()).toBe(identity.certificatePem);
  });

  it.each<[string, () => Promise<number | { ended: string }>]>([
    ['a bare refusal', async () => 403],
    ['a word by another key under the same name', async () => theEnd(await createTestSigner())],
    ['a word by a key that it does not know', async () => theEnd(await createTestSigner('other-key'))],
    ['a word about another device', () => theEnd(signer, '0198c0de-0000-7000-8000-00000000ffff')],
    ['another signed word', () => theEnd(signer, testDeviceId, 'nc-time+jws')],
    ['a word that is none', async () => ({ ended: 'e30.e30.e30' })],
  ])('is not sent away by %s', async (_what, forged) => {
    turnedAway = true;
    answer = forged;
    renewal.start(identity);
    await until('it has asked twice', () => asked.length >= 2);
    expect(ended).toBe(0);
    expect(renewal.verdict()).not.toBe('ended');
    expect(await certificateOnDisk()).toBe(identity.certificatePem);
  });

  it('asks by the key that it is known by, whatever the card says of it meanwhile, and leaves the card’s as it is', async () => {
    directory.write(KEY_FILE, 'damaged');
    renewal.start(identity);
    await until('it is renewed', () => renewed.length > 0);
    expect(directory.read(KEY_FILE)).toBe('damaged');
    const ours = createPublicKey(identity.keyPem).export({ type: 'spki', format: 'pem' });
    expect(
      createPublicKey(new Pkcs10CertificateRequest(asked[0]?.csrPem ?? '').publicKey.toString('pem')).export({
        type: 'spki',
        format: 'pem',
      }),
    ).toBe(ours);
  });

  it.each([
    ['cannot be read', async () => 'damaged'],
    ['is missing', async () => ''],
    ['is another key’s', async () => (await authority.issue(testDeviceId)).certificatePem],
  ])('asks for another when the one it has %s', async (_what, certificatePem) => {
    nowMs -= DAY_MS;
    renewal.start({ ...identity, certificatePem: await certificatePem() });
    await until('it is renewed', () => renewed.length > 0);
    expect(await certificateOnDisk()).toBe(renewed.at(-1)?.certificatePem);
  });

  it('takes none that ends before the one it has: somebody may have kept an answer of long ago', async () => {
    const earlier = await authority.dated(daysAround(nowMs - 30 * DAY_MS));
    answer = (csrPem) => earlier.answer(csrPem, testDeviceId);
    renewal.start(identity);
    await until('it has asked twice', () => asked.length >= 2);
    expect(renewed).toHaveLength(0);
    expect(await certificateOnDisk()).toBe(identity.certificatePem);
  });

  it('that begins anew while it asks does not go on for who the device was', async () => {
    answer = async () => {
      await sleep(20);
      return 503;
    };
    renewal.start(identity);
    await until('it has asked', () => asked.length === 1);
    renewal.stop();
    const after = '0198c0de-0000-7000-8000-00000000ffff';
    renewal.start({ ...identity, deviceId: after });
    await until('it has asked anew', () => asked.length >= 6);
    expect(new Set(asked.slice(1).map(({ deviceId }) => deviceId))).toEqual(new Set([after]));
  });

  it('asks for one that has run out long ago as well', async () => {
    nowMs += 400 * DAY_MS;
    renewal.start(identity);
    await until('it is renewed', () => renewed.length > 0);
  });

  it.each([
    ['the cloud is away', async () => 503],
    ['the cloud refuses', async () => 403],
  ])('keeps what it has while %s, and asks again', async (_what, refusal) => {
    answer = refusal;
    renewal.start(identity);
    await until('it has asked twice', () => asked.length >= 2);
    expect(renewed).toHaveLength(0);
    expect(await certificateOnDisk()).toBe(identity.certificatePem);
    answer = (csrPem) => authority.answer(csrPem, testDeviceId);
    await until('it is renewed', () => renewed.length > 0);
  });

  it.each<[string, (csrPem: string) => Promise<string>]>([
    ['by another authority', async (csrPem) => (await createTestAuthority()).answer(csrPem, testDeviceId)],
    ['for another device', (csrPem) => authority.answer(csrPem, '0198c0de-0000-7000-8000-00000000ffff')],
    ['for another key', async () => (await authority.issue(testDeviceId)).certificatePem],
    ['that is none', async () => 'nonsense'],
  ])('takes no certificate %s', async (_what, forged) => {
    answer = forged;
    renewal.start(identity);
    // The second question tells that the first answer was thrown away.
    await until('it has asked twice', () => asked.length >= 2);
    expect(renewed).toHaveLength(0);
    expect(await certificateOnDisk()).toBe(identity.certificatePem);
  });

  it('looks at no date of a new certificate: a device may not know the day', async () => {
    const later = await authority.dated(daysAround(nowMs + 90 * DAY_MS));
    answer = (csrPem) => later.answer(csrPem, testDeviceId);
    renewal.start(identity);
    await until('it is renewed', () => renewed.length > 0);
  });
});
