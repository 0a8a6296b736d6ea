import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { RenewalBody } from '@concierge/contract/http/devices.ts';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from './agent.ts';
import { deviceRequest } from './device/device-key.ts';
import { isDeparting, noteDeparture } from './device/identity.ts';
import { createPrivateDirectory } from './device/private-directory.ts';
import { serialOfMachine } from './device/serial.ts';
import { createTestAuthority, daysAround, type TestAuthority } from './testing/authority.ts';
import { availableBrokers, type TestBroker } from './testing/brokers.ts';
import { connectCloud, type TestCloud } from './testing/cloud.ts';
import { aContent, aDesired, createTestSigner, instant, type TestSigner, testDeviceId } from './testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from './testing/kiosk.ts';

const SECRET = 'Διακοπή νερού στην οδό Αλκμάνος';

describe.each(availableBrokers())('a kiosk that is told to leave, on $name', ({ create }) => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let dataDir: string;
  let authority: TestAuthority;
  let signer: TestSigner;
  let broker: TestBroker;
  let cloud: TestCloud;
  const agents: Agent[] = [];
  const servers: Server[] = [];
  /** The cloud, as far as a certificate is asked of it. */
  async function answering(
    answer: (question: { csrPem: string }) => { status: number; reply: unknown } | Promise<{ status: number; reply: unknown }>,
  ): Promise<string> {
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { status, reply } = await answer(RenewalBody.parse(JSON.parse(await text(request))));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    };
    const server = createServer((request, response) => void serve(request, response));
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

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
    for (const server of servers.splice(0)) server.close();
    await cloud.leave();
    await broker.stop();
    directory[Symbol.dispose]();
  });

  async function startKiosk(board: string | null = null, bootTokenFile?: string): Promise<Agent> {
    const agent = createAgent({
      dataDir,
      rendererDir: join(directory.path, 'no-renderer'),
      shell: 'none',
      demo: false,
      port: null,
      boardSerial: board,
      bootTokenFile,
      logger: silentLogger,
      backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
      renewalLooks: { firstMs: 1_500, everyMs: 300 },
      departureWaits: { erase: { baseMs: 40, capMs: 150 }, tell: { baseMs: 40, capMs: 150 }, silenceMs: 60_000 },
    });
    agents.push(agent);
    await agent.start();
    return agent;
  }
  async function kioskThatShows(): Promise<Agent> {
    await cloud.publish('content', aContent({ sequence: 10, title: SECRET }));
    await cloud.publish('desired', aDesired({ sequence: 10, content: { sequence: 10, confirmedAt: instant(Date.now()) } }));
    const agent = await startKiosk();
    await until('it shows the building', () => agent.screen.current().phase === 'running');
    await until('it has said so', () => cloud.reported()?.contentSequence === 10);
    // The search below finds it, as long as it is there.
    expect(keepsTheAnnouncement()).toBe(true);
    return agent;
  }
  /** Every byte the kiosk keeps, file by file. */
  const everythingKept = (): string =>
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.name}: ${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
      .join('\n');
  /** Whether what the building announced is anywhere on the disk, plainly or inside a signed document. */
  const keepsTheAnnouncement = (): boolean => {
    const kept = everythingKept();
    const signed = [...kept.matchAll(/eyJ[\w-]{40,}/g)].map(([part]) => Buffer.from(part, 'base64url').toString('utf8'));
    return [kept, ...signed].some((text) => text.includes(SECRET));
  };
  const identityFiles = () => readdirSync(join(dataDir, 'identity')).sort();
  const isNobody = () => identityFiles().every((name) => name === 'serial');
  const leaving = () => aDesired({ sequence: 11, content: null, decommission: true });
  const hasSaid = (name: DeviceEvent['event']) => cloud.events().some(({ event }) => event === name);
  /** As the cloud answers a device that says that it is wiped: its broker forgets the word. */
  async function letItGo(): Promise<void> {
    await until('it has said that it is wiped', () => hasSaid('decommissioned'));
    await cloud.publishText('desired', '');
    await until('its identity is gone', isNobody);
  }

  it('hides the building, says so, and keeps neither what it showed nor who it was', async () => {
    const agent = await kioskThatShows();
    const phases: string[] = [];
    agent.screen.subscribe((state) => phases.push(state.phase));
    await cloud.publish('desired', leaving());
    await letItGo();
    expect(new Set(phases)).toEqual(new Set(['running', 'unclaimed']));
    expect(agent.screen.current().document).toBeNull();
    await agent.stop();
    expect(keepsTheAnnouncement()).toBe(false);
    expect(everythingKept()).not.toContain('PRIVATE KEY');
  });

  it('before that word erases a card’s token that a power cut left behind, once its broker lets it in', async () => {
    const token = join(directory.path, 'token');
    writeFileSync(token, `01900000-0000-7000-8000-00000000b000.${'s'.repeat(43)}\n`);
    await startKiosk(null, token);
    await until('it is erased', () => !existsSync(token));
  });

  it('takes nothing in any more that arrives after the word', async () => {
    await kioskThatShows();
    await cloud.publish('desired', leaving());
    await cloud.publish('content', aContent({ sequence: 12, title: SECRET }));
    await letItGo();
    expect(keepsTheAnnouncement()).toBe(false);
  });

  it('that was killed in between shows nothing when it starts again, and finishes', async () => {
    const agent = await kioskThatShows();
    await agent.stop();
    noteDeparture(createPrivateDirectory(join(dataDir, 'identity')));
    const again = await startKiosk();
    expect(again.screen.current().phase).toBe('unclaimed');
    await letItGo();
    expect(again.screen.current().document).toBeNull();
  });

  it('while the cloud is away, although its broker is not, says it again until the cloud has heard it', async () => {
    await kioskThatShows();
    await cloud.publish('desired', leaving());
    await cloud.leave();
    await until('what it showed is gone', () => !keepsTheAnnouncement());
    // Time enough to have told a broker a few times.
    await sleep(600);
    expect(identityFiles()).toContain('key.pem');
    cloud = await connectCloud(broker, authority, signer);
    await letItGo();
  });

  it('and is let in no more, is nobody’s without a word', async () => {
    const agent = await kioskThatShows();
    await agent.stop();
    noteDeparture(createPrivateDirectory(join(dataDir, 'identity')));
    await cloud.leave();
    await broker.stop();
    // The same broker, by its certificate; it takes no device of this authority.
    const strict = await create(await createTestAuthority(), authority);
    await strict.start();
    await claimDirectory(dataDir, {
      authority,
      signer,
      brokerUrl: strict.url,
      cloudUrl: await answering(() => ({ status: 403, reply: {} })),
    });
    await startKiosk();
    await until('its identity is gone', isNobody);
    await strict.stop();
  });

  it('with a certificate that has run out has it renewed, and tells the cloud after all', async () => {
    const agent = await kioskThatShows();
    await agent.stop();
    const cloudUrl = await answering(async ({ csrPem }) => ({
      status: 201,
      reply: { certificatePem: await authority.answer(csrPem, testDeviceId) },
    }));
    await claimDirectory(dataDir, { authority, signer, brokerUrl: broker.url, cloudUrl });
    const past = await authority.dated(daysAround(Date.now() - 10 * 86_400_000));
    const identity = createPrivateDirectory(join(dataDir, 'identity'));
    const { csrPem } = await deviceRequest(identity, serialOfMachine(identity, null));
    identity.write('certificate.pem', await past.answer(csrPem, testDeviceId));
    noteDeparture(identity);
    await startKiosk();
    // Its broker turns it away until then, which is no answer.
    await until('it has said that it is wiped', () => hasSaid('decommissioned'));
    expect(identityFiles()).toContain('key.pem');
    await letItGo();
  });

  it('is not sent away by a word that is not signed by the cloud, or is meant for another', async () => {
    const stranger = await createTestSigner();
    const agent = await kioskThatShows();
    const refused = (reason: string) => cloud.events().some(({ detail }) => detail === `desired: ${reason}`);
    await cloud.publishText('desired', await stranger.sign('desired', leaving()));
    await cloud.publish('desired', { ...leaving(), deviceId: '0198c0de-0000-7000-8000-00000000ffff' });
    await until('both words are refused', () => refused('bad-signature') && refused('other-device'));
    expect(agent.screen.current().phase).toBe('running');
    expect(isDeparting(createPrivateDirectory(join(dataDir, 'identity')))).toBe(false);
  });

  it.each([
    ['in the machine it was claimed in shows the building', 'BOARD-1', 'running'],
    ['copied into another machine shows nothing and keeps nothing', 'BOARD-2', 'unclaimed'],
  ])('a card %s', async (_where, board, phase) => {
    await claimDirectory(dataDir, { authority, signer, brokerUrl: broker.url, serial: 'BOARD-1' });
    await cloud.publish('content', aContent({ sequence: 10, title: SECRET }));
    await cloud.publish('desired', aDesired({ sequence: 10, content: { sequence: 10, confirmedAt: instant(Date.now()) } }));
    const first = await startKiosk('BOARD-1');
    await until('it shows the building', () => first.screen.current().phase === 'running');
    await until('it has said so', () => cloud.reported()?.contentSequence === 10);
    await first.stop();
    const second = await startKiosk(board);
    expect(second.screen.current().phase).toBe(phase);
    expect(everythingKept().includes('PRIVATE KEY')).toBe(phase === 'running');
    expect(keepsTheAnnouncement()).toBe(phase === 'running');
  });
});
