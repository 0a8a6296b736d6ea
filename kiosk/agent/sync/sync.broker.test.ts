import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldKind } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Agent, createAgent } from '../agent.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { availableBrokers, type TestBroker } from '../testing/brokers.ts';
import { connectCloud, type TestCloud } from '../testing/cloud.ts';
import {
  aContent,
  aDesired,
  aQrBatch,
  aScenes,
  createTestSigner,
  HOUR_MS,
  instant,
  type TestSigner,
  testDeviceId,
} from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';

const QUICK = { baseMs: 40, capMs: 150, stableAfterMs: 500 };

describe.each(availableBrokers())('a kiosk on $name', ({ create }) => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let authority: TestAuthority;
  let signer: TestSigner;
  let broker: TestBroker;
  let cloud: TestCloud;
  const agents: Agent[] = [];
  const brokers: TestBroker[] = [];

  beforeEach(async () => {
    directory = temporaryDirectory();
    authority = await createTestAuthority();
    signer = await createTestSigner();
    broker = await create(authority);
    brokers.push(broker);
    await broker.start();
    cloud = await connectCloud(broker, authority, signer);
  });

  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
    await cloud.leave();
    for (const started of brokers.splice(0)) await started.stop();
    directory[Symbol.dispose]();
  });

  async function startKiosk(): Promise<Agent> {
    const dataDir = join(directory.path, 'kiosk');
    mkdirSync(dataDir, { recursive: true });
    await claimDirectory(dataDir, { authority, signer, brokerUrl: broker.url });
    const agent = createAgent({
      dataDir,
      rendererDir: join(directory.path, 'no-renderer'),
      shell: 'none',
      demo: false,
      port: null,
      logger: silentLogger,
      backOff: QUICK,
    });
    agents.push(agent);
    await agent.start();
    return agent;
  }

  function titleOn(agent: Agent): string | undefined {
    return agent.screen.current().document?.announcements[0]?.title.el;
  }

  /** A kiosk that is online and shows content 10. */
  async function kioskShowingTen(): Promise<Agent> {
    await cloud.publish('content', aContent({ sequence: 10, title: 'δέκα' }));
    await cloud.publish('desired', aDesired({ sequence: 10, content: { sequence: 10, confirmedAt: instant(Date.now()) } }));
    const agent = await startKiosk();
    await until('content 10 is acknowledged', () => cloud.reported()?.contentSequence === 10 && cloud.reported()?.desiredSequence === 10);
    return agent;
  }

  it('gets its documents, shows them and acknowledges them by version', async () => {
    await cloud.publish('content', aContent({ sequence: 3, title: 'πρώτη' }));
    await cloud.publish('qr', aQrBatch({ sequence: 4 }));
    await cloud.publish('desired', aDesired({ sequence: 5, content: { sequence: 3, confirmedAt: instant(Date.now()) } }));
    const agent = await startKiosk();
    await until('all three are acknowledged', () => {
      const told = cloud.reported();
      return told?.contentSequence === 3 && told.desiredSequence === 5 && told.qrSequence === 4;
    });
    expect(agent.screen.current()).toMatchObject({ phase: 'running', link: 'online', contentSequence: 3, clock: 'trusted' });
    expect(titleOn(agent)).toBe('πρώτη');
    expect(agent.screen.current().qr?.url).toMatch(/^https:\/\/example\.gr\/j\/[\w-]{50}$/);
    await until('it is online', () => cloud.status()?.online === true);

    agent.painted({ contentSequence: 3, scene: 'overview' });
    await until('the paint is reported', () => cloud.reported()?.paintedSequence === 3);
    agent.painted({ contentSequence: 99, scene: 'overview' });
    await sleep(300);
    expect(cloud.reported()?.paintedSequence).toBe(3);

    await agent.stop();
    await until('it said good-bye', () => cloud.status()?.online === false);
    expect(cloud.events().map(({ event }) => event)).toContain('started');
  });

  it('shows a change as soon as it is published', async () => {
    const agent = await kioskShowingTen();
    await cloud.publish('content', aContent({ sequence: 11, title: 'επείγον' }));
    await until('the new title is on the screen', () => titleOn(agent) === 'επείγον', 1_000);
  });

  it.each<{ refused: string; reason: string; publish(to: TestCloud, stranger: TestSigner): Promise<void> }>([
    {
      refused: 'a lower version',
      reason: 'lower-version',
      publish: (to) => to.publish('content', aContent({ sequence: 9, title: 'παλιό' })),
    },
    {
      refused: 'another document under the same version',
      reason: 'conflicting-version',
      publish: (to) => to.publish('content', aContent({ sequence: 10, title: 'άλλο' })),
    },
    {
      refused: 'a forged signature',
      reason: 'bad-signature',
      publish: async (to, stranger) =>
        to.publishText('content', await stranger.sign('content', aContent({ sequence: 11, title: 'πλαστό' }))),
    },
    {
      refused: "another building's document",
      reason: 'other-building',
      publish: (to) => to.publish('content', aContent({ sequence: 11, buildingId: '01900000-0000-7000-8000-00000000b002' })),
    },
    {
      refused: 'an expired document',
      reason: 'expired',
      publish: (to) => to.publish('content', aContent({ sequence: 11, nowMs: Date.now() - 100 * HOUR_MS })),
    },
    {
      refused: 'a document signed in the future',
      reason: 'from-the-future',
      publish: (to) => to.publish('content', aContent({ sequence: 11, nowMs: Date.now() + HOUR_MS })),
    },
    { refused: 'text that is no document', reason: 'malformed', publish: (to) => to.publishText('content', '{"kind":"content"}') },
    { refused: 'a retained message of 1 MB', reason: 'oversized', publish: (to) => to.publishText('content', 'x'.repeat(1_048_576)) },
  ])('refuses $refused, says so and keeps showing what it has', async ({ reason, publish }) => {
    const agent = await kioskShowingTen();
    await publish(cloud, await createTestSigner());
    await until('the refusal is reported', () => cloud.reported()?.lastRefusal?.reason === reason);
    expect(cloud.reported()).toMatchObject({ contentSequence: 10, lastRefusal: { topic: 'content', reason } });
    expect(titleOn(agent)).toBe('δέκα');
    await until('an event tells of it', () => cloud.events().some(({ detail }) => detail === `content: ${reason}`));

    await cloud.publish('content', aContent({ sequence: 12, title: 'δώδεκα' }));
    await until('the next good document is shown', () => titleOn(agent) === 'δώδεκα');
  });

  it('ignores commands, which this version has none of, and an emptied topic', async () => {
    const agent = await kioskShowingTen();
    await cloud.send(topicOf('command', testDeviceId, 'abc'), 'reboot', false);
    await cloud.publishText('content', '');
    await cloud.publish('content', aContent({ sequence: 11, title: 'έντεκα' }));
    await until('the next document is shown', () => titleOn(agent) === 'έντεκα');
    expect(cloud.reported()?.lastRefusal ?? null).toBeNull();
  });

  it('ends with the newest whatever the order and however often a document comes', async () => {
    const agent = await kioskShowingTen();
    const documents = new Map<number, string>();
    for (const sequence of [11, 12, 13, 14]) {
      documents.set(sequence, await signer.sign('content', aContent({ sequence, title: `έκδοση ${sequence}` })));
    }
    for (const sequence of [12, 12, 11, 14, 13, 14, 11, 14]) await cloud.publishText('content', documents.get(sequence) ?? '');
    await until('the newest is acknowledged', () => cloud.reported()?.contentSequence === 14);
    await sleep(300);
    expect(titleOn(agent)).toBe('έκδοση 14');
    expect(cloud.reported()?.contentSequence).toBe(14);
  });

  it('keeps showing the last good building while the broker is away, says offline, and catches up by itself', async () => {
    const agent = await kioskShowingTen();
    expect(agent.screen.current().link).toBe('online');
    await cloud.leave();
    await broker.stop();
    await until('the screen says offline', () => agent.screen.current().link === 'offline', 6_000);
    expect(agent.screen.current()).toMatchObject({ phase: 'running', contentSequence: 10 });
    expect(titleOn(agent)).toBe('δέκα');

    await broker.start();
    cloud = await connectCloud(broker, authority, signer);
    await cloud.publish('content', aContent({ sequence: 20, title: 'είκοσι' }));
    await cloud.publish('desired', aDesired({ sequence: 20, content: { sequence: 20, confirmedAt: instant(Date.now()) } }));
    await until('it caught up', () => titleOn(agent) === 'είκοσι' && agent.screen.current().link === 'online');
    await until('it acknowledged', () => cloud.reported()?.contentSequence === 20);
  }, 20_000);

  it('survives a broker that flaps ten times a second', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): number => warnings.push(warning);
    process.on('warning', warned);
    const agent = await kioskShowingTen();
    await cloud.leave();
    for (let round = 0; round < 20; round += 1) {
      await broker.stop();
      await sleep(50);
      await broker.start();
      await sleep(50);
    }
    // Listeners that pile up would be warned of.
    process.off('warning', warned);
    expect(warnings).toEqual([]);
    cloud = await connectCloud(broker, authority, signer);
    await cloud.publish('content', aContent({ sequence: 30, title: 'τριάντα' }));
    await until('it is current again', () => titleOn(agent) === 'τριάντα');
  }, 20_000);

  it('leaves a broker that sends more than any message may be, and comes back when it no longer does', async () => {
    const agent = await kioskShowingTen();
    await cloud.send(topicOf('command', testDeviceId, 'abc'), 'x'.repeat(6_291_456), true);
    // It comes back after each wait, and meets the same again.
    await until('it left', () => cloud.status()?.online === false);
    expect(titleOn(agent)).toBe('δέκα');
    await cloud.send(topicOf('command', testDeviceId, 'abc'), '', true);
    await cloud.publish('content', aContent({ sequence: 11, title: 'έντεκα' }));
    await until('it is current again', () => titleOn(agent) === 'έντεκα' && cloud.reported()?.contentSequence === 11);
  }, 20_000);

  it('shows the last building after a restart without any network', async () => {
    const before = await kioskShowingTen();
    await before.stop();
    await cloud.leave();
    await broker.stop();
    const after = await startKiosk();
    expect(after.screen.current()).toMatchObject({ phase: 'running', contentSequence: 10 });
    expect(titleOn(after)).toBe('δέκα');
    await until('the screen says offline', () => after.screen.current().link === 'offline', 6_000);
  });

  it('reads what a newer cloud says, so that it can be offered the release that knows more, also after a restart', async () => {
    const inNewerForm = { schema: z.record(z.string(), z.unknown()) };
    const newer = async (kind: HeldKind, claims: Record<string, unknown>) =>
      cloud.publishText(kind, await signer.signAs({ ...inNewerForm, typ: `nc-${kind}+jws` }, claims));
    const content = aContent({ sequence: 10, title: 'δέκα' });
    await newer('content', { ...content, mood: 'calm', document: { ...content.document, doors: 2 } });
    const release = { sequence: 9, from: 'https://releases.example/9/', start: false };
    const desired = aDesired({ sequence: 10, content: { sequence: 10, confirmedAt: instant(Date.now()) }, release });
    await newer('desired', { ...desired, release: { ...release, mirrors: [] } });
    const before = await startKiosk();
    await until('both are acknowledged', () => cloud.reported()?.contentSequence === 10 && cloud.reported()?.desiredSequence === 10);
    expect(titleOn(before)).toBe('δέκα');

    // What is done when is not guessed at: the field that is not known may be the one that says "not now".
    await newer('scenes', { ...aScenes({ sequence: 11 }), except: 'holidays' });
    await until('it says what it refused', () => cloud.reported()?.lastRefusal?.topic === 'scenes');
    await before.stop();

    // A newer agent was tried in between, and did not prove itself.
    const claim = join(directory.path, 'kiosk/identity/claim.json');
    writeFileSync(claim, JSON.stringify({ ...(JSON.parse(readFileSync(claim, 'utf8')) as object), region: 'attica' }));
    await broker.stop();
    const after = await startKiosk();
    expect(after.screen.current()).toMatchObject({ phase: 'running', contentSequence: 10 });
  });

  it('does not speak to a broker of another authority', async () => {
    await broker.stop();
    const stranger = await createTestAuthority();
    // It lets our devices in; only its own certificate is not from our authority.
    const impostor = await create(authority, stranger);
    brokers.push(impostor);
    await impostor.start();
    await cloud.leave();
    cloud = await connectCloud(impostor, authority, signer, stranger);
    const dataDir = join(directory.path, 'kiosk');
    await claimDirectory(dataDir, { authority, signer, brokerUrl: impostor.url });
    const agent = createAgent({
      dataDir,
      rendererDir: directory.path,
      shell: 'none',
      demo: false,
      port: null,
      logger: silentLogger,
      backOff: QUICK,
    });
    agents.push(agent);
    await agent.start();
    await sleep(600);
    expect(cloud.status()).toBeNull();
    expect(agent.screen.current()).toMatchObject({ phase: 'safe', link: 'offline', document: null });
  });
});
