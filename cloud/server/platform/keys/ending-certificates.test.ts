import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { certificateEndsMs, tellOfEndingCertificates } from './ending-certificates.ts';
import { type Keyring, openKeyring } from './keyring.ts';

const DAY_MS = 86_400_000;
const hosts = { brokerHosts: ['localhost'] };
let folder: string;
let keyring: Keyring;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  keyring = await openKeyring(folder, { create: true, ...hosts });
});
afterAll(async () => rm(folder, { recursive: true, force: true }));
afterEach(() => void vi.useRealTimers());

const texts = () => Promise.all(['broker.pem', 'backend.pem', 'device-authority.pem'].map((name) => readFile(join(folder, name), 'utf8')));

describe('the broker’s certificates', () => {
  it('are told of at the start and each day, from sixty days before they end', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const endsMs = certificateEndsMs(keyring.broker);
    let nowMs = endsMs - 62 * DAY_MS;
    const told: unknown[] = [];
    const stop = tellOfEndingCertificates({ keyring, nowMs: () => nowMs, logger: { error: (what: unknown) => void told.push(what) } });
    for (let day = 0; day < 3; day += 1) {
      expect(told).toHaveLength(0);
      nowMs += DAY_MS;
      if (day < 2) vi.advanceTimersByTime(DAY_MS);
    }
    vi.advanceTimersByTime(DAY_MS);
    expect(told).toEqual([
      { file: 'broker.pem', endsAt: new Date(endsMs).toISOString() },
      { file: 'backend.pem', endsAt: new Date(certificateEndsMs(keyring.backend)).toISOString() },
    ]);
    stop();
    vi.advanceTimersByTime(10 * DAY_MS);
    expect(told).toHaveLength(2);
    // The next start tells at once.
    tellOfEndingCertificates({ keyring, nowMs: () => nowMs, logger: { error: (what: unknown) => void told.push(what) } })();
    expect(told).toHaveLength(4);
  });

  it('are issued anew below sixty days where the cloud makes its own keys, and nothing else is', async () => {
    const before = await texts();
    const soonMs = certificateEndsMs(keyring.broker) - 59 * DAY_MS;
    await openKeyring(folder, { create: true, ...hosts, nowMs: soonMs - 5 * DAY_MS });
    await openKeyring(folder, { create: false, ...hosts, nowMs: soonMs });
    expect(await texts()).toEqual(before);

    const renewed = await openKeyring(folder, { create: true, ...hosts, nowMs: soonMs });
    const [broker, backend, authority] = await texts();
    expect([broker, backend]).not.toContain(before[0]);
    expect(backend).not.toBe(before[1]);
    expect(authority).toBe(before[2]);
    expect(renewed.broker.privateKeyPem + renewed.broker.certificatePem).toBe(broker);
    expect(renewed.signing.keyId).toBe(keyring.signing.keyId);
    expect(renewed.sessionSecret).toEqual(keyring.sessionSecret);
  });
});
