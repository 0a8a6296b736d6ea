import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { type ClockSources, systemClockSources } from '../clock/clock.ts';
import { createTestAuthority, daysAround, type TestAuthority } from '../testing/authority.ts';
import { availableBrokers, type TestBroker } from '../testing/brokers.ts';
import { connectCloud, type TestCloud } from '../testing/cloud.ts';
import { aContent, aDesired, aQrBatch, createTestSigner, HOUR_MS, instant, type TestSigner } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { type Listener, startListener } from '../testing/listener.ts';

/**
 * A test cannot set this machine's clock back, so it sets the world ahead: ten years from now the cloud signs, the certificates are good, and
 * TLS on this machine finds that none of them is valid yet, as it does on a board that wakes up in 1970.
 */
const AHEAD_MS = 10 * 365 * 24 * HOUR_MS;
const worldMs = (): number => Date.now() + AHEAD_MS;
const in1970: ClockSources = { systemMs: () => performance.now(), monotonicMs: () => performance.now(), synchronized: () => false };
/** The operating system vouches for its time. */
const trusted: ClockSources = { ...systemClockSources, synchronized: () => true };
const QUICK = { baseMs: 40, capMs: 150, stableAfterMs: 500 };

let directory: ReturnType<typeof temporaryDirectory>;
let authority: TestAuthority;
/** The same authority with the dates of the world. */
let ahead: TestAuthority;
let signer: TestSigner;
const agents: Agent[] = [];

beforeEach(async () => {
  directory = temporaryDirectory();
  authority = await createTestAuthority();
  ahead = await authority.dated(daysAround(worldMs()));
  signer = await createTestSigner();
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
  directory[Symbol.dispose]();
});

async function startKiosk(brokerUrl: string, clockSources: ClockSources, pinned: TestAuthority): Promise<Agent> {
  const dataDir = join(directory.path, 'kiosk');
  mkdirSync(dataDir, { recursive: true });
  await claimDirectory(dataDir, { authority, pinned, signer, brokerUrl });
  const agent = createAgent({
    dataDir,
    rendererDir: directory.path,
    shell: 'none',
    demo: false,
    port: null,
    logger: silentLogger,
    clockSources,
    backOff: QUICK,
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

describe.each(availableBrokers())('a kiosk in 1970 on $name', ({ create }) => {
  let broker: TestBroker;
  let cloud: TestCloud;
  afterEach(async () => {
    await cloud.leave();
    await broker.stop();
  });

  async function startBroker(server: TestAuthority): Promise<void> {
    broker = await create(authority, server);
    await broker.start();
    cloud = await connectCloud(broker, authority, signer, 'any');
  }

  /** The desired state of this moment of the world. */
  const desired = (sequence: number) => {
    const nowMs = worldMs();
    return aDesired({ sequence, nowMs, content: { sequence: 3, confirmedAt: instant(nowMs) } });
  };
  const publishAll = async (): Promise<void> => {
    await cloud.publish('content', aContent({ sequence: 3, title: 'πρώτη', nowMs: worldMs() }));
    await cloud.publish('qr', aQrBatch({ sequence: 4, nowMs: worldMs() }));
    await cloud.publish('desired', desired(5));
  };

  it('gets its building and shows it, and a code once a live message has told the time', async () => {
    await startBroker(ahead);
    await publishAll();
    const agent = await startKiosk(broker.url, in1970, ahead);
    await until('all three are acknowledged', () => {
      const told = cloud.reported();
      return told?.contentSequence === 3 && told.desiredSequence === 5 && told.qrSequence === 4;
    });
    expect(agent.screen.current()).toMatchObject({ phase: 'running', link: 'online', contentSequence: 3, clock: 'unknown', qr: null });
    expect(Math.abs(agent.screen.current().nowMs - worldMs())).toBeLessThan(10_000);

    await cloud.publish('desired', desired(6));
    await until('the code is shown', () => agent.screen.current().qr !== null);
    expect(agent.screen.current()).toMatchObject({ clock: 'estimated', link: 'online' });

    await cloud.leave();
    await broker.stop();
    await until('the screen says offline', () => agent.screen.current().link === 'offline', 6_000);
    await broker.start();
    cloud = await connectCloud(broker, authority, signer, 'any');
    await cloud.publish('desired', desired(7));
    await until('it is back', () => cloud.reported()?.desiredSequence === 7);
  }, 20_000);

  it('leaves a broker whose certificate proves to be expired, and does not come back', async () => {
    const expired = await authority.dated(daysAround(worldMs() - 48 * HOUR_MS));
    await startBroker(expired);
    const agent = await startKiosk(broker.url, in1970, ahead);
    await until('it is there', () => cloud.status()?.online === true);
    // The cloud's word of the time: the certificate ran out a day ago.
    await cloud.publish('desired', desired(5));
    await until('it left', () => cloud.status()?.online === false);
    await agent.stop();

    // What it learned outlives the restart: the newest signed date is in its cache.
    await cloud.publish('content', aContent({ sequence: 9, nowMs: worldMs() }));
    const again = await startKiosk(broker.url, in1970, ahead);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(again.screen.current()).toMatchObject({ link: 'offline', contentSequence: 0 });
    expect(cloud.status()?.online).toBe(false);
  });
});

describe('who answers on the port of the broker', () => {
  let listener: Listener;
  afterEach(() => listener.stop());

  const inThePast = () => authority.dated(daysAround(Date.now() - 48 * HOUR_MS));
  const broker = 'broker';
  const cases: readonly [string, 'spoken to' | 'refused', ClockSources, () => Promise<{ keyPem: string; certificatePem: string }>][] = [
    ['clock in 1970, certificate not yet valid', 'spoken to', in1970, () => ahead.issue(broker)],
    ['clock in 1970, certificate expired for all it knows', 'spoken to', in1970, async () => (await inThePast()).issue(broker)],
    ['clock in 1970, certificate that TLS itself accepts', 'spoken to', in1970, () => authority.issue(broker)],
    [
      'clock in 1970, another authority of the same name',
      'refused',
      in1970,
      async () => (await (await createTestAuthority()).dated(daysAround(worldMs()))).issue(broker),
    ],
    ['clock in 1970, another authority with good dates', 'refused', in1970, async () => (await createTestAuthority()).issue(broker)],
    ['clock in 1970, signed by itself under the same name', 'refused', in1970, () => ahead.issue(broker, { signedBy: 'itself' })],
    ['clock in 1970, our authority named, its signature forged', 'refused', in1970, () => ahead.issue(broker, { signedBy: 'forger' })],
    [
      'clock in 1970, another host name',
      'refused',
      in1970,
      () => ahead.issue(broker, { hosts: [{ type: 'dns', value: 'other.example.gr' }] }),
    ],
    [
      'clock in 1970, another host name with good dates',
      'refused',
      in1970,
      () => authority.issue(broker, { hosts: [{ type: 'ip', value: '127.0.0.9' }] }),
    ],
    ['clock in 1970, the certificate of a device', 'refused', in1970, () => ahead.issue('localhost', { use: 'client' })],
    ['clock trusted, a good certificate', 'spoken to', trusted, () => authority.issue(broker)],
    ['clock trusted, certificate expired', 'refused', trusted, async () => (await inThePast()).issue(broker)],
    ['clock trusted, certificate not yet valid', 'refused', trusted, () => ahead.issue(broker)],
  ];

  it.each(cases)('%s: %s', async (_what, outcome, clockSources, certificate) => {
    listener = await startListener(await certificate(), authority.certificatePem);
    await startKiosk(listener.url, clockSources, clockSources === trusted ? authority : ahead);
    if (outcome === 'spoken to') return until('something was said', () => listener.bytesHeard() > 0);
    await until('it came and left twice', () => listener.left() >= 2);
    expect(listener.bytesHeard()).toBe(0);
  });
});
