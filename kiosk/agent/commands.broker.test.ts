import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandClaims, CommandResult } from '@concierge/contract/mqtt/command.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Agent, createAgent } from './agent.ts';
import type { CommandPorts } from './command-actions.ts';
import { createRecentLines } from './log/recent-lines.ts';
import { createTestAuthority, type TestAuthority } from './testing/authority.ts';
import { availableBrokers, type TestBroker } from './testing/brokers.ts';
import { connectCloud, type TestCloud } from './testing/cloud.ts';
import { aContent, aDesired, createTestSigner, instant, type TestSigner, testBuildingId, testDeviceId } from './testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from './testing/kiosk.ts';
import { type ResultTaker, startResultTaker } from './testing/result-taker.ts';

describe.each(availableBrokers())('a kiosk that is commanded, on $name', ({ create }) => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let dataDir: string;
  let authority: TestAuthority;
  let signer: TestSigner;
  let broker: TestBroker;
  let cloud: TestCloud;
  let office: MqttClient;
  let results: CommandResult[];
  let restarts: number;
  let taker: ResultTaker;
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
    taker = await startResultTaker();
    await claimDirectory(dataDir, { authority, signer, brokerUrl: broker.url, cloudUrl: taker.url });
    results = [];
    restarts = 0;
    const { keyPem, certificatePem } = await authority.issue('backend');
    const trust = { ca: authority.certificatePem, cert: certificatePem, key: keyPem };
    office = await connectAsync(broker.url, { protocolVersion: 4, clientId: 'backend-results', ...trust, reconnectPeriod: 0 });
    office.on('message', (_topic, payload) => results.push(CommandResult.parse(JSON.parse(payload.toString('utf8')))));
    await office.subscribeAsync(topicOf('commandResult', testDeviceId, '+'), { qos: 1 });
    await cloud.publish('content', aContent({ sequence: 10 }));
    await cloud.publish('desired', aDesired({ sequence: 10, content: { sequence: 10, confirmedAt: instant(Date.now()) } }));
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
    await office.endAsync(true);
    await cloud.leave();
    await broker.stop();
    await taker.stop();
    directory[Symbol.dispose]();
  });

  async function startKiosk(ports: CommandPorts = {}, logger = silentLogger): Promise<Agent> {
    const agent = createAgent({
      dataDir,
      rendererDir: join(directory.path, 'no-renderer'),
      shell: 'none',
      demo: false,
      port: null,
      restart: () => void (restarts += 1),
      ...ports,
      logger,
      backOff: { baseMs: 40, capMs: 150, stableAfterMs: 500 },
    });
    agents.push(agent);
    await agent.start();
    await until('it listens', () => cloud.status()?.online === true);
    return agent;
  }
  const aCommand = (change: Partial<CommandClaims> = {}): CommandClaims => ({
    kind: 'command',
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    id: crypto.randomUUID(),
    command: 'identify',
    issuedAt: instant(Date.now()),
    expiresAt: instant(Date.now() + 60_000),
    ...change,
  });
  const send = async (command: CommandClaims, by = signer, topic = topicOf('command', testDeviceId, command.id), retain = false) =>
    cloud.send(topic, await by.sign('command', command), retain);

  it('identifies itself by the words of its key, and says that it did', async () => {
    const agent = await startKiosk();
    const command = aCommand();
    await send(command);
    await until('it answers', () => results.length === 1);
    expect(results[0]).toMatchObject({ id: command.id, outcome: 'done' });
    expect(agent.screen.current().identity?.el).toMatch(/^\S+ \S+$/);
  });

  it('asks the page to load anew', async () => {
    const agent = await startKiosk();
    expect(agent.screen.current().pageNumber).toBe(0);
    await send(aCommand({ command: 'reload' }));
    await until('the number has grown', () => agent.screen.current().pageNumber === 1);
  });

  it('answers before it starts anew', async () => {
    await startKiosk();
    await send(aCommand({ command: 'restart' }));
    await until('it is told to restart', () => restarts === 1 && results.length > 0);
    expect(results).toMatchObject([{ outcome: 'done' }]);
  });

  it('carries a command out once, however often it comes, also after a restart', async () => {
    const first = await startKiosk();
    const command = aCommand({ command: 'reload' });
    await send(command);
    await send(command);
    await until('it answers', () => results.length === 1);
    await sleep(200);
    expect(first.screen.current().pageNumber).toBe(1);
    expect(results).toHaveLength(1);
    await first.stop();
    await until('it is gone', () => cloud.status()?.online === false);
    const second = await startKiosk();
    await send(command);
    await send(aCommand({ command: 'identify' }));
    await until('the next one is answered', () => results.length === 2);
    expect(second.screen.current().pageNumber).toBe(0);
  });

  it('does not carry out what comes too late, and says so', async () => {
    const agent = await startKiosk();
    const late = aCommand({ command: 'reload', issuedAt: instant(Date.now() - 300_000), expiresAt: instant(Date.now() - 240_000) });
    await send(late);
    await until('it answers', () => results.length === 1);
    expect(results[0]).toMatchObject({ id: late.id, outcome: 'expired' });
    expect(agent.screen.current().pageNumber).toBe(0);
  });

  it('obeys nobody but its cloud, and only what is meant for it', async () => {
    const agent = await startKiosk();
    const stranger = await createTestSigner();
    const other = '0198c0de-0000-7000-8000-00000000ffff';
    await send(aCommand({ command: 'reload' }), stranger);
    await send(aCommand({ command: 'reload', deviceId: other }));
    await send(aCommand({ command: 'reload', buildingId: other }));
    // Under another command's topic, its answer would be taken for that one's.
    await send(aCommand({ command: 'reload' }), signer, topicOf('command', testDeviceId, other));
    await cloud.send(topicOf('command', testDeviceId, other), JSON.stringify({ command: 'reload' }), false);
    const proof = aCommand({ command: 'identify' });
    await send(proof);
    await until('the honest one is answered', () => results.length > 0);
    expect(results).toMatchObject([{ id: proof.id }]);
    expect(agent.screen.current().pageNumber).toBe(0);
  });

  it('does nothing that it does not know, although its own cloud has signed it', async () => {
    const agent = await startKiosk();
    // What a newer cloud, or whoever holds its key, may call for: the schema of this version refuses to sign it.
    const anything = { typ: 'nc-command+jws', schema: z.record(z.string(), z.unknown()) };
    const sent = aCommand();
    for (const claims of [
      { ...sent, command: 'reboot; rm -rf /' },
      { ...sent, command: 'factory-reset' },
      { ...sent, command: null },
      { ...sent, argument: '$(reboot)' },
    ])
      await cloud.send(topicOf('command', testDeviceId, sent.id), await signer.signAs(anything, claims), false);
    await until('it says what it refused', () => cloud.reported()?.lastRefusal?.reason === 'unknown-form');
    const proof = aCommand({ command: 'reload' });
    await send(proof);
    await until('the known one is answered', () => results.length > 0);
    expect(results).toMatchObject([{ id: proof.id, outcome: 'done' }]);
    expect(agent.screen.current().pageNumber).toBe(1);
    expect(restarts).toBe(0);
  });

  it('brings its last lines, scrubbed, and says that it did', async () => {
    const recentLines = createRecentLines();
    const logger = pino({ name: 'kiosk-agent' }, recentLines);
    await startKiosk({ recentLines }, logger);
    logger.warn({ from: 'maria@example.gr', call: '+30 6912345678' }, 'a planted secret at https://host.example/?t=planted');
    const command = aCommand({ command: 'logs' });
    await send(command);
    await until('it answers', () => results.length === 1);
    expect(results[0]).toMatchObject({ id: command.id, outcome: 'done' });
    expect(taker.taken).toMatchObject([{ commandId: command.id, deviceId: testDeviceId }]);
    const brought = taker.taken[0]?.content.toString('utf8') ?? '';
    expect(brought).toContain('a new document is held');
    expect(brought).toContain('a planted secret at https://host.example/…');
    for (const secret of ['maria', '69123', 't=planted']) expect(brought).not.toContain(secret);
  });

  it('brings a picture once; what comes a second time is not even taken', async () => {
    let pictures = 0;
    await startKiosk({ takePicture: async () => new Uint8Array([0xff, 0xd8, (pictures += 1)]) });
    const command = aCommand({ command: 'screenshot' });
    await send(command);
    await send(command);
    await until('it answers', () => results.length === 1);
    await sleep(200);
    expect([pictures, taker.requests(), results.length]).toEqual([1, 1, 1]);
    expect(taker.taken.map(({ content }) => [...content])).toEqual([[0xff, 0xd8, 1]]);
  });

  it('tries again when the cloud is busy, and not when it is turned down', async () => {
    await startKiosk({ takePicture: async () => new Uint8Array([1]) });
    taker.refuse(503, 1);
    await send(aCommand({ command: 'screenshot' }));
    await until('it answers', () => results.length === 1);
    taker.refuse(404, 9);
    await send(aCommand({ command: 'screenshot' }));
    await until('it answers again', () => results.length === 2);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'failed']);
    expect(taker.requests()).toBe(3);
  });

  it('says honestly what cannot be done here: no shell, no lines, no appliance', async () => {
    await startKiosk();
    for (const command of ['screenshot', 'logs', 'reboot'] as const) await send(aCommand({ command }));
    await until('it answers them all', () => results.length === 3);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(taker.requests()).toBe(0);
  });

  it('asks its appliance to reboot by a fixed word, and believes no answer that was there before', async () => {
    const appliance = join(directory.path, 'appliance');
    mkdirSync(join(appliance, 'reboot'), { recursive: true });
    writeFileSync(join(appliance, 'reboot-answer'), 'accepted\n');
    await startKiosk({ applianceDir: appliance });
    await send(aCommand({ command: 'reboot' }));
    const word = () => (existsSync(join(appliance, 'reboot/wanted')) ? readFileSync(join(appliance, 'reboot/wanted'), 'utf8') : null);
    await until('the word is there', () => word() === 'reboot\n');
    await sleep(300);
    expect(results).toEqual([]);
    writeFileSync(join(appliance, 'reboot-answer'), 'refused\n');
    await until('it answers', () => results.length === 1);
    await send(aCommand({ command: 'reboot' }));
    await sleep(300);
    writeFileSync(join(appliance, 'reboot-answer'), 'accepted\n');
    await until('it answers again', () => results.length === 2);
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
  });
});
