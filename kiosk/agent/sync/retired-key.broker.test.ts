import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { loadIdentity, saveSigningKeys } from '../device/identity.ts';
import { createPrivateDirectory } from '../device/private-directory.ts';
import { boardSerial, deviceSerial } from '../device/serial.ts';
import { createTestAuthority, type TestAuthority } from '../testing/authority.ts';
import { availableBrokers, type TestBroker } from '../testing/brokers.ts';
import { connectCloud, type TestCloud } from '../testing/cloud.ts';
import { aContent, createTestSigner, type TestSigner } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';

/** As somebody numbers who has the key and wants to be the last. */
const HIGHEST = 2_000_000_000;

describe.each(availableBrokers().slice(0, 1))('a kiosk whose signing key was changed, on $name', ({ create }) => {
  let folder: ReturnType<typeof temporaryDirectory>;
  let authority: TestAuthority;
  let old: TestSigner;
  let next: TestSigner;
  let broker: TestBroker;
  let cloud: TestCloud;
  const agents: Agent[] = [];

  beforeEach(async () => {
    folder = temporaryDirectory();
    authority = await createTestAuthority();
    [old, next] = [await createTestSigner('old'), await createTestSigner('next')];
    broker = await create(authority);
    await broker.start();
    cloud = await connectCloud(broker, authority, next);
    await claimDirectory(join(folder.path, 'kiosk'), { authority, signer: old, brokerUrl: broker.url });
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
    await cloud.leave();
    await broker.stop();
    folder[Symbol.dispose]();
  });

  async function startAgent(): Promise<Agent> {
    const agent = createAgent({
      dataDir: join(folder.path, 'kiosk'),
      rendererDir: join(folder.path, 'no-renderer'),
      shell: 'none',
      demo: false,
      port: null,
      logger: silentLogger,
      backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
    });
    agents.push(agent);
    await agent.start();
    return agent;
  }

  const titleOn = (agent: Agent) => agent.screen.current().document?.announcements[0]?.title.el;

  it('keeps what it holds until something newer comes, however the old key numbered it, and takes nothing more of it', async () => {
    const byOld = (sequence: number, title: string) => old.sign('content', aContent({ sequence, title }));
    await cloud.publishText('content', await byOld(HIGHEST, 'πριν'));
    const first = await startAgent();
    await until('what the old key signed is shown', () => titleOn(first) === 'πριν');
    await first.stop();
    agents.pop();

    const directory = createPrivateDirectory(join(folder.path, 'kiosk', 'identity'));
    const identity = await loadIdentity(directory, deviceSerial(directory, boardSerial()));
    if (!identity.ok) throw new Error(identity.error);
    await saveSigningKeys(directory, identity.value, { version: 2, keys: [next.publicKey] });

    const agent = await startAgent();
    expect(titleOn(agent)).toBe('πριν');
    await cloud.publish('content', aContent({ sequence: 11, title: 'μετά' }));
    await until('what the next key signed is shown', () => titleOn(agent) === 'μετά');
    await cloud.publishText('content', await byOld(HIGHEST + 1, 'πλαστό'));
    await cloud.publish('content', aContent({ sequence: 12, title: 'τελευταίο' }));
    await until('the last one is shown', () => titleOn(agent) === 'τελευταίο');
    await until('the cloud hears of it', () => cloud.reported()?.contentSequence === 12);
  });
});
