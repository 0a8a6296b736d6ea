import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicOf } from '@concierge/contract/topics.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import type { ClockSources } from '../clock/clock.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { availableBrokers, type TestBroker } from '../testing/brokers.ts';
import { connectCloud, type TestCloud } from '../testing/cloud.ts';
import {
  aContent,
  aDesired,
  aQrBatch,
  createTestSigner,
  HOUR_MS,
  instant,
  type TestSigner,
  testBuildingId,
  testDeviceId,
} from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';

const in1970: ClockSources = { systemMs: () => performance.now(), monotonicMs: () => performance.now(), synchronized: () => false };

describe.each(availableBrokers())('a kiosk that asks for the time on $name', ({ create }) => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let authority: TestAuthority;
  let signer: TestSigner;
  let broker: TestBroker;
  let cloud: TestCloud;
  let agent: Agent;

  beforeEach(async () => {
    directory = temporaryDirectory();
    authority = await createTestAuthority();
    signer = await createTestSigner();
    broker = await create(authority);
    await broker.start();
    cloud = await connectCloud(broker, authority, signer);
    // All of it is kept by the broker: it tells the building and nothing of the time.
    await cloud.publish('content', aContent({ sequence: 3 }));
    await cloud.publish('qr', aQrBatch({ sequence: 4, nowMs: Date.now() }));
    await cloud.publish('desired', aDesired({ sequence: 5, content: { sequence: 3, confirmedAt: instant(Date.now()) } }));
  });
  afterEach(async () => {
    await agent.stop();
    await cloud.leave();
    await broker.stop();
    directory[Symbol.dispose]();
  });

  async function startKiosk(clockSources: ClockSources): Promise<void> {
    const dataDir = join(directory.path, 'kiosk');
    mkdirSync(dataDir, { recursive: true });
    await claimDirectory(dataDir, { authority, signer, brokerUrl: broker.url });
    agent = createAgent({
      dataDir,
      rendererDir: directory.path,
      shell: 'none',
      demo: false,
      port: null,
      logger: silentLogger,
      clockSources,
      backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
    });
    await agent.start();
  }

  const asked = () => cloud.events().filter(({ event }) => event === 'time-asked');
  async function question(): Promise<string> {
    await until('it asks', () => asked().length > 0);
    return asked().at(-1)?.id ?? '';
  }
  const send = (jws: string, nonce: string, retain = false) => cloud.send(topicOf('command', testDeviceId, nonce), jws, retain);
  const signed = (nonce: string, by = signer, change: { deviceId?: string; timeMs?: number } = {}) =>
    by.sign('time', {
      kind: 'time',
      deviceId: change.deviceId ?? testDeviceId,
      nonce,
      issuedAt: instant(change.timeMs ?? Date.now()),
    });
  const shown = () => agent.screen.current();

  it('in 1970: shows its building, and with the answer its code; it did not wait for the next desired state', async () => {
    await startKiosk(in1970);
    const nonce = await question();
    await until('the building is shown', () => shown().phase === 'running');
    expect(shown()).toMatchObject({ clock: 'unknown', qr: null });
    await send(await signed(nonce), nonce);
    await until('the code is shown', () => shown().qr !== null);
    expect(shown().clock).toBe('estimated');
    expect(Math.abs(shown().nowMs - Date.now())).toBeLessThan(2_000);
    await until('it says so', () => cloud.reported()?.clock === 'estimated');
  });

  it('is deceived by none that is not the answer to this question', async () => {
    await startKiosk(in1970);
    const nonce = await question();
    const yesterday = Date.now() - 24 * HOUR_MS;
    const stranger = await createTestSigner('test-key');
    const other = '01900000-0000-7000-8000-0000000000ff';
    // Recorded from an earlier question; signed by somebody else; for another device; under another number; a command; kept by the broker; no text of ours at all.
    await send(await signed(other, signer, { timeMs: yesterday }), nonce);
    await send(await signed(other, signer, { timeMs: yesterday }), other);
    await send(await signed(nonce, stranger, { timeMs: yesterday }), nonce);
    await send(await signed(nonce, signer, { deviceId: other, timeMs: yesterday }), nonce);
    const command = { kind: 'command', deviceId: testDeviceId, buildingId: testBuildingId, id: nonce, command: 'restart' } as const;
    await send(await signer.sign('command', { ...command, issuedAt: instant(yesterday), expiresAt: instant(Date.now() + HOUR_MS) }), nonce);
    await send(await signed(nonce, signer, { timeMs: yesterday }), nonce, true);
    await send(nonce, nonce);
    await sleep(300);
    expect(shown()).toMatchObject({ qr: null, clock: 'unknown', link: 'online' });
    await until('it says what it refused', () => cloud.reported()?.lastRefusal?.topic === 'command');
  });

  it('takes an answer once: a second one with another time changes nothing', async () => {
    await startKiosk(in1970);
    const nonce = await question();
    const good = await signed(nonce);
    const later = await signed(nonce, signer, { timeMs: Date.now() + 24 * HOUR_MS });
    await send(good, nonce);
    await until('the code is shown', () => shown().qr !== null);
    await send(later, nonce);
    await send(good, nonce);
    await sleep(200);
    expect(Math.abs(shown().nowMs - Date.now())).toBeLessThan(2_000);
  });

  it('that nobody answers goes on as before: a live desired state tells the time', async () => {
    await startKiosk(in1970);
    await question();
    await until('the building is shown', () => shown().phase === 'running');
    await cloud.publish('desired', aDesired({ sequence: 6, content: { sequence: 3, confirmedAt: instant(Date.now()) } }));
    await until('the code is shown', () => shown().qr !== null);
  });

  it('whose trusted clock jumps to 1970 asks again, and its code stays right', async () => {
    let offsetMs = 0;
    let network = true;
    await startKiosk({ systemMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now(), synchronized: () => network });
    await until('the code is shown', () => shown().qr !== null);
    // As on each connection, however sure it is.
    const first = await question();
    await send(await signed(first), first);
    offsetMs = -Date.now();
    network = false;
    await until('it asks', () => asked().length === 2, 12_000);
    const nonce = await question();
    await send(await signed(nonce), nonce);
    await until('it has been told', () => cloud.reported()?.clock === 'estimated');
    expect(shown().qr).not.toBeNull();
    expect(Math.abs(shown().nowMs - Date.now())).toBeLessThan(2_000);
  }, 20_000);
});
