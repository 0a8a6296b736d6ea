import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { topicOf } from '@concierge/contract/topics.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { availableBrokers, createOlderBroker, type TestBroker } from '../testing/brokers.ts';
import { connectCloud, type TestCloud } from '../testing/cloud.ts';
import { aContent, aDesired, aFacts, createTestSigner, instant, type TestSigner, testDeviceId } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let authority: TestAuthority;
let signer: TestSigner;
let broker: TestBroker | null = null;
let cloud: TestCloud;
let agent: Agent;

beforeEach(async () => {
  directory = temporaryDirectory();
  authority = await createTestAuthority();
  signer = await createTestSigner();
});
afterEach(async () => {
  await agent.stop();
  await cloud.leave();
  await broker?.stop();
  directory[Symbol.dispose]();
});

async function startOn(made: TestBroker): Promise<void> {
  broker = made;
  await made.start();
  cloud = await connectCloud(made, authority, signer);
  await cloud.publish('content', aContent({ sequence: 3 }));
  await cloud.publish('desired', aDesired({ sequence: 3, content: { sequence: 3, confirmedAt: instant(Date.now()) } }));
  const dataDir = join(directory.path, 'kiosk');
  mkdirSync(dataDir, { recursive: true });
  await claimDirectory(dataDir, { authority, signer, brokerUrl: made.url });
  agent = createAgent({
    dataDir,
    rendererDir: join(directory.path, 'no-renderer'),
    shell: 'none',
    demo: false,
    port: null,
    logger: silentLogger,
    backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
  });
  await agent.start();
  await until('the content is acknowledged', () => cloud.reported()?.contentSequence === 3);
}

const holder = () => agent.screen.current().facts.account?.holder ?? null;

it('a kiosk goes on with a broker of a cloud that knows no facts, and tells it nothing that it does not know', async () => {
  await startOn(await createOlderBroker(authority, [topicOf('facts', testDeviceId)]));
  expect(agent.screen.current()).toMatchObject({ phase: 'running', link: 'online', facts: { weather: null, account: null } });
  expect(cloud.reported()).not.toHaveProperty('factsSequence');
});

it.each(availableBrokers())('facts on $name are taken in by their signature, building and sequence', async ({ create }) => {
  await startOn(await create(authority));
  await cloud.publish('facts', aFacts({ sequence: 7 }));
  await until('they are acknowledged', () => cloud.reported()?.factsSequence === 7);
  expect(holder()).toBe('POLYKATOIKIA');

  const thief = { account: { iban: 'CY17002001280000001200527600', holder: 'THIEF' } };
  const refusedFor = (reason: string) => until(`it is refused: ${reason}`, () => cloud.reported()?.lastRefusal?.reason === reason);
  await cloud.publish('facts', aFacts({ sequence: 6, facts: thief }));
  await refusedFor('lower-version');
  await cloud.publish('facts', aFacts({ sequence: 8, buildingId: '01900000-0000-7000-8000-00000000b0ff', facts: thief }));
  await refusedFor('other-building');
  await cloud.publish('facts', aFacts({ sequence: 7, facts: thief }));
  await refusedFor('conflicting-version');
  expect(holder()).toBe('POLYKATOIKIA');

  // What this version does not know, or what is wrong, is left out by itself.
  await cloud.publish('facts', aFacts({ sequence: 9, facts: { ...aFacts().facts, weather: { sky: 'purple' }, turnout: [1, 2] } }));
  await until('they are acknowledged', () => cloud.reported()?.factsSequence === 9);
  expect(agent.screen.current().facts).toMatchObject({ weather: null, account: { holder: 'POLYKATOIKIA' } });
});
