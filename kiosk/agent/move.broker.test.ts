import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentClaims } from '@concierge/contract/mqtt/content.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from './agent.ts';
import { createCache, DEFAULT_LIMITS } from './cache/cache.ts';
import { saveBuilding } from './device/identity.ts';
import { createPrivateDirectory } from './device/private-directory.ts';
import { createTestAuthority, type TestAuthority } from './testing/authority.ts';
import { availableBrokers, type TestBroker } from './testing/brokers.ts';
import { connectCloud, type TestCloud } from './testing/cloud.ts';
import { aContent, aDesired, createTestSigner, instant, type TestSigner, testBuildingId } from './testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from './testing/kiosk.ts';

const ELSEWHERE = '01900000-0000-7000-8000-00000000b002';

describe.each(availableBrokers())('a kiosk that is moved, on $name', ({ create }) => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let dataDir: string;
  let authority: TestAuthority;
  let signer: TestSigner;
  let broker: TestBroker;
  let cloud: TestCloud;
  const agents: Agent[] = [];

  beforeEach(async () => {
    directory = temporaryDirectory();
    dataDir = join(directory.path, 'kiosk');
    mkdirSync(dataDir, { recursive: true });
    authority = await createTestAuthority();
    signer = await createTestSigner();
    broker = await create(authority);
    await broker.start();
    cloud = await connectCloud(broker, authority, signer);
    await claimDirectory(dataDir, { authority, signer, brokerUrl: broker.url });
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
    await cloud.leave();
    await broker.stop();
    directory[Symbol.dispose]();
  });

  async function startKiosk(): Promise<Agent> {
    const agent = createAgent({
      dataDir,
      rendererDir: join(directory.path, 'no-renderer'),
      shell: 'none',
      demo: false,
      port: null,
      boardSerial: null,
      logger: silentLogger,
      backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
    });
    agents.push(agent);
    await agent.start();
    return agent;
  }
  async function kioskThatShows(): Promise<Agent> {
    await cloud.publish('content', aContent({ sequence: 10, title: 'Της παλιάς' }));
    await cloud.publish('desired', aDesired({ sequence: 10, content: { sequence: 10, confirmedAt: instant(Date.now()) } }));
    const agent = await startKiosk();
    await until('it shows the building', () => agent.screen.current().phase === 'running');
    await until('it has said so', () => cloud.reported()?.contentSequence === 10);
    return agent;
  }
  function elsewhere(title: string): ContentClaims {
    const content = aContent({ sequence: 3, title, buildingId: ELSEWHERE });
    return { ...content, document: { ...content.document, building: { ...content.document.building, id: ELSEWHERE } } };
  }
  const moving = (sequence = 11) =>
    aDesired({ sequence, buildingId: ELSEWHERE, movedFrom: [testBuildingId], content: { sequence: 3, confirmedAt: instant(Date.now()) } });
  const titleOf = (agent: Agent) => agent.screen.current().document?.announcements[0]?.title.el ?? null;
  const refused = (reason: string) => cloud.events().some(({ detail }) => detail === `desired: ${reason}`);

  it('forgets the old building at once and shows the new one, whose numbers may be lower; a restart changes nothing', async () => {
    const agent = await kioskThatShows();
    const titles = new Set<string | null>();
    agent.screen.subscribe(() => titles.add(titleOf(agent)));
    await cloud.publish('desired', moving());
    await until('the old building is gone', () => titleOf(agent) === null);
    await cloud.publish('content', elsewhere('Της νέας'));
    await until('the new building is shown', () => titleOf(agent) === 'Της νέας');
    expect(titles).toEqual(new Set(['Της παλιάς', null, 'Της νέας']));
    await until('it has said so', () => cloud.reported()?.contentSequence === 3 && cloud.reported()?.desiredSequence === 11);
    await agent.stop();
    expect(titleOf(await startKiosk())).toBe('Της νέας');
  });

  it('tells all that happened before, however many wait to be told when the word comes', async () => {
    const agent = await kioskThatShows();
    await agent.stop();
    const cache = createCache({
      dataDir,
      limits: () => DEFAULT_LIMITS,
      nowMs: Date.now,
      onIncident: () => undefined,
      logger: silentLogger,
    });
    cache.open();
    const ids = Array.from({ length: 200 }, () => randomUUID());
    for (const id of ids)
      cache.addEvent(JSON.stringify({ id, event: 'cache-recovered', detail: null, agentVersion: '1', at: instant(Date.now()) }));
    cache.close();
    await cloud.publish('desired', moving());
    await cloud.publish('content', elsewhere('Της νέας'));
    const moved = await startKiosk();
    await until('the new building is shown', () => titleOf(moved) === 'Της νέας');
    const told = () => new Set(cloud.events().map(({ id }) => id));
    await until('all is told', () => ids.every((id) => told().has(id)));
    // Nothing is kept that was told.
    await moved.stop();
    cache.open();
    expect(
      cache
        .waitingEvents(500)
        .map(({ payload }) => payload)
        .filter((payload) => ids.some((id) => payload.includes(id))),
    ).toEqual([]);
    cache.close();
  });

  it('that was killed between the note and the rest shows nothing of the old building', async () => {
    const agent = await kioskThatShows();
    await agent.stop();
    saveBuilding(createPrivateDirectory(join(dataDir, 'identity')), { buildingId: ELSEWHERE, movedAtSequence: 11 });
    await cloud.publish('desired', moving());
    await cloud.publish('content', elsewhere('Της νέας'));
    const again = await startKiosk();
    expect(titleOf(again)).toBeNull();
    await until('the new building is shown', () => titleOf(again) === 'Της νέας');
  });

  it('is not moved by a word that is forged, for another device, from a building it never hung in, or older than what it holds', async () => {
    const agent = await kioskThatShows();
    const stranger = await createTestSigner();
    await cloud.publishText('desired', await stranger.sign('desired', moving()));
    await until('the forged word is refused', () => refused('bad-signature'));
    await cloud.publish('desired', { ...moving(), deviceId: '0198c0de-0000-7000-8000-00000000ffff' });
    await until('the one for another device is refused', () => refused('other-building'));
    await cloud.publish('desired', { ...moving(), movedFrom: ['0198c0de-0000-7000-8000-00000000ffff'] });
    await cloud.publish('desired', moving(9));
    await until('the old one is refused', () => refused('lower-version'));
    expect(titleOf(agent)).toBe('Της παλιάς');
  });

  it('that came back is not led away again by the repeated word that led it away first', async () => {
    const agent = await kioskThatShows();
    await cloud.publish('desired', moving(11));
    await until('it has left', () => titleOf(agent) === null);
    await cloud.publish(
      'desired',
      aDesired({ sequence: 12, movedFrom: [ELSEWHERE], content: { sequence: 10, confirmedAt: instant(Date.now()) } }),
    );
    await until('it is back', () => titleOf(agent) === 'Της παλιάς');
    await cloud.publish('desired', moving(11));
    await until('the repeated word is refused', () => refused('lower-version'));
    expect(titleOf(agent)).toBe('Της παλιάς');
  });
});
