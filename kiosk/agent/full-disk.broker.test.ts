import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestAuthority, type TestAuthority } from './testing/authority.ts';
import { availableBrokers, type TestBroker } from './testing/brokers.ts';
import { connectCloud, type TestCloud } from './testing/cloud.ts';
import { aContent, aDesired, aLargeContent, createTestSigner, HOUR_MS, instant, type TestSigner } from './testing/documents.ts';
import { claimDirectory, temporaryDirectory, until } from './testing/kiosk.ts';
import { createTmpfs, kindsOfDisk, type SmallDisk, tmpfsAvailable } from './testing/small-disk.ts';

const agentProcess = fileURLToPath(new URL('testing/agent-process.ts', import.meta.url));
const Health = z.object({ phase: z.string(), link: z.string(), contentSequence: z.int(), dataAgeSeconds: z.number().nullable() });

let directory: ReturnType<typeof temporaryDirectory>;
let authority: TestAuthority;
let signer: TestSigner;
let broker: TestBroker;
let cloud: TestCloud;
let disk: SmallDisk;
let agent: ChildProcess | null;
let log: string;

beforeEach(async () => {
  directory = temporaryDirectory();
  authority = await createTestAuthority();
  signer = await createTestSigner();
  const [first] = availableBrokers();
  if (first === undefined) throw new Error('no broker');
  broker = await first.create(authority);
  await broker.start();
  cloud = await connectCloud(broker, authority, signer);
  agent = null;
  log = '';
});
afterEach(async () => {
  await kill();
  await cloud.leave();
  await broker.stop();
  await disk.stop();
  directory[Symbol.dispose]();
});

/** Starts the agent and returns a way to ask it. */
async function startAgent(): Promise<() => Promise<z.infer<typeof Health>>> {
  const [program, ...rest] = disk.command([process.execPath, agentProcess, disk.path]);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  agent = child;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the agent ended: ${log}`))),
  ]);
  return async () => Health.parse(await (await fetch(new URL('/healthz', String(url)))).json());
}

/** As a power cut would. */
async function kill(): Promise<void> {
  const child = agent;
  agent = null;
  if (child === null || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function claim(): Promise<void> {
  mkdirSync(`${directory.path}/claim`);
  await claimDirectory(`${directory.path}/claim`, { authority, signer, brokerUrl: broker.url });
  await onDisk('cp', '-r', identityFolder(), disk.path);
}

const identityFolder = () => `${directory.path}/claim/identity`;

/** By a program on the disk: a mount of another namespace is not seen from here. */
async function onDisk(...words: readonly string[]): Promise<void> {
  const [program, ...rest] = disk.command(words);
  const running = spawn(program, rest, { stdio: 'inherit' });
  expect((await once(running, 'exit'))[0]).toBe(0);
}

const says = (event: string): boolean => cloud.events().some((told) => told.event === event);
const publishDesired = (sequence: number): Promise<void> =>
  cloud.publish('desired', aDesired({ sequence, content: { sequence, confirmedAt: instant(Date.now()) } }));

/** A kiosk that shows content 10 and has it on its disk. */
async function kioskShowingTen() {
  await claim();
  // Signed hours ago; that it is still right was said just now, by the desired state.
  await cloud.publish('content', aContent({ sequence: 10, nowMs: Date.now() - 2 * HOUR_MS }));
  await publishDesired(10);
  const health = await startAgent();
  await until('content 10 is acknowledged', () => cloud.reported()?.contentSequence === 10 && cloud.reported()?.desiredSequence === 10);
  return health;
}

describe.each(kindsOfDisk)('on $name that is full', ({ available, create }) => {
  beforeEach(async () => {
    if (available) disk = await create(directory.path);
  });
  const unless = available ? '' : ' (skipped: it cannot be made by this user here)';

  it.skipIf(!available)(
    `shows and acknowledges what came, tells that it is not stored, and stores it when there is room${unless}`,
    async () => {
      const health = await kioskShowingTen();
      disk.fill(agent);
      await cloud.publish('content', aLargeContent(11));
      await until('the cloud is told', () => says('cache-not-durable'), 20_000);
      await until('content 11 is acknowledged', () => cloud.reported()?.contentSequence === 11);
      expect(await health()).toMatchObject({ phase: 'running', link: 'online', contentSequence: 11 });

      // It tries the disk again and again, three times a second here; that must cost next to nothing.
      const before = processorSeconds();
      await sleep(2_000);
      expect(processorSeconds() - before).toBeLessThan(0.6);
      expect(cloud.events().filter(({ event }) => event === 'cache-not-durable')).toHaveLength(1);

      disk.free(agent);
      await until('the cloud is told that it is stored', () => says('cache-durable-again'));
      await kill();
      await broker.stop();
      const after = await startAgent();
      expect(await after()).toMatchObject({ phase: 'running', contentSequence: 11 });
    },
    30_000,
  );

  it.skipIf(!available)(
    `after a power cut shows the last building that was stored, says how old it is, and takes the newer one again${unless}`,
    async () => {
      await kioskShowingTen();
      disk.fill(agent);
      await cloud.publish('content', aLargeContent(11));
      await until('the cloud is told', () => says('cache-not-durable'), 20_000);
      await kill();
      await cloud.leave();
      await broker.stop();
      // Whoever filled the disk takes what the agent's end has freed, too.
      disk.fill(null);

      const health = await startAgent();
      expect(await health()).toMatchObject({ phase: 'running', contentSequence: 10 });
      expect((await health()).dataAgeSeconds).toBeLessThan(60);

      await broker.start();
      cloud = await connectCloud(broker, authority, signer);
      await until('it acknowledges what it holds, no more', () => cloud.reported()?.contentSequence === 10);
      expect(cloud.reported()).toMatchObject({ contentSequence: 10, desiredSequence: 10 });
      await cloud.publish('content', aLargeContent(12));
      await until('content 12 is acknowledged', () => cloud.reported()?.contentSequence === 12);
      expect(await health()).toMatchObject({ phase: 'running', contentSequence: 12 });
      expect(disk.names().filter((name) => name.includes('.damaged-'))).toEqual([]);
    },
    30_000,
  );
});

describe('on a disk that the system made read-only, as it does with a failing card', () => {
  // In a namespace of one's own an ordinary user may mount a file system, and not change it.
  const mayRemount = tmpfsAvailable && process.getuid?.() === 0;
  const unless = mayRemount ? '' : ' (skipped: this user may not make a disk read-only here)';

  it.skipIf(!mayRemount)(
    `shows the last building after a power cut, and goes on in memory${unless}`,
    async () => {
      const card = await createTmpfs(directory.path);
      disk = card;
      await kioskShowingTen();
      await kill();
      await cloud.leave();
      await broker.stop();
      card.remount('ro');

      const health = await startAgent();
      expect(await health(), log).toMatchObject({ phase: 'running', contentSequence: 10 });
      expect((await health()).dataAgeSeconds).toBeLessThan(60);
      await broker.start();
      cloud = await connectCloud(broker, authority, signer);
      await cloud.publish('content', aContent({ sequence: 11 }));
      await until('content 11 is acknowledged', () => cloud.reported()?.contentSequence === 11);
      await until('the cloud is told', () => says('cache-not-durable'), 20_000);
    },
    30_000,
  );

  it.skipIf(!mayRemount)(
    `is not called wiped before it is: told to leave, it says what is in the way, also after a restart, and goes on when it can${unless}`,
    async () => {
      const card = await createTmpfs(directory.path);
      disk = card;
      await kioskShowingTen();
      await kill();
      // As on the appliance, where who the device is lies on another partition than what it shows.
      await onDisk('mount', '--bind', identityFolder(), `${disk.path}/identity`);
      card.remount('ro');

      await startAgent();
      await cloud.publish('desired', aDesired({ sequence: 12, content: null, decommission: true }));
      const isToldWhy = () => cloud.events().some(({ event, detail }) => event === 'wipe-failed' && detail === 'files-not-erased');
      await until('the cloud is told', isToldWhy);
      await kill();
      const health = await startAgent();
      expect(await health(), log).toMatchObject({ phase: 'unclaimed' });
      await sleep(1_000);
      expect(says('decommissioned')).toBe(false);
      expect(readdirSync(identityFolder())).toEqual(expect.arrayContaining(['claim.json', 'departing', 'key.pem']));

      card.remount('rw');
      await until('it says that it is wiped', () => says('decommissioned'));
      await cloud.publishText('desired', '');
      await until('its identity is gone', () => readdirSync(identityFolder()).join() === 'serial');
      expect(disk.names()).not.toContain('media');
    },
    30_000,
  );
});

/** What the agent has used of the processor so far. */
function processorSeconds(): number {
  const fields = readFileSync(`/proc/${agent?.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const TICKS_PER_SECOND = 100;
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
