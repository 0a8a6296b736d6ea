import { createPublicKey } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../agent.ts';
import { CACHE_FILE, createCache, DEFAULT_LIMITS } from '../cache/cache.ts';
import { createTestAuthority } from '../testing/authority.ts';
import { aContent, createTestSigner } from '../testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { type Listener, startListener } from '../testing/listener.ts';
import { deviceRequest } from './device-key.ts';
import { createPrivateDirectory } from './private-directory.ts';

/** A card that was claimed in one machine, and what another makes of it. The broker's place is taken by a listener: it must never hear a byte. */
describe('a card that was copied', () => {
  let folder: ReturnType<typeof temporaryDirectory>;
  let listener: Listener;
  const agents: Agent[] = [];

  beforeEach(async () => {
    folder = temporaryDirectory();
    const authority = await createTestAuthority();
    const signer = await createTestSigner();
    listener = await startListener(await authority.issue('broker'), authority.certificatePem);
    const dataDir = join(folder.path, 'first');
    mkdirSync(dataDir);
    await claimDirectory(dataDir, { authority, signer, brokerUrl: listener.url, serial: 'BOARD-1' });
    const cache = createCache({
      dataDir,
      limits: () => DEFAULT_LIMITS,
      nowMs: Date.now,
      onIncident: () => undefined,
      logger: silentLogger,
    });
    cache.open();
    cache.store('content', await signer.sign('content', aContent({ title: 'Της πρώτης' })));
    cache.close();
  });
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop();
    await listener.stop();
    folder[Symbol.dispose]();
  });

  const copy = (): string => {
    const dataDir = join(folder.path, `copy-${readdirSync(folder.path).length}`);
    cpSync(join(folder.path, 'first'), dataDir, { recursive: true });
    return dataDir;
  };
  async function start(dataDir: string, boardSerial: string | null): Promise<Agent> {
    const agent = createAgent({
      dataDir,
      rendererDir: folder.path,
      shell: 'none',
      demo: false,
      port: null,
      boardSerial,
      logger: silentLogger,
      backOff: { baseMs: 20, capMs: 60, stableAfterMs: 1_000 },
    });
    agents.push(agent);
    await agent.start();
    return agent;
  }

  it('is the first machine’s where it was claimed', async () => {
    const agent = await start(copy(), 'BOARD-1');
    expect(agent.screen.current()).toMatchObject({ phase: 'running' });
    await until('it speaks to the broker', () => listener.bytesHeard() > 0);
  });

  it.each([
    ['another board', 'BOARD-2'],
    ['a board whose serial begins alike', 'BOARD-10'],
    ['a machine without a serial', null],
  ])('in %s is nobody’s: it shows nothing, keeps nothing and tells nobody', async (_what, board) => {
    const dataDir = copy();
    const agent = await start(dataDir, board);
    expect(agent.screen.current()).toMatchObject({ phase: 'unclaimed', contentSequence: 0 });
    await sleep(200);
    expect(listener.bytesHeard()).toBe(0);
    for (const name of ['claim.json', 'key.pem', 'certificate.pem', 'authority.pem'])
      expect(existsSync(join(dataDir, 'identity', name)), name).toBe(false);
    expect(readFileSync(join(dataDir, CACHE_FILE)).includes('Της πρώτης')).toBe(false);
  });

  it('in a machine that has no serial and cannot keep one is not taken for the first either', async () => {
    const dataDir = copy();
    // Where the made-up serial would lie is something that is neither read nor replaced.
    mkdirSync(join(dataDir, 'identity', 'serial'));
    const agent = await start(dataDir, null);
    expect(agent.screen.current().phase).not.toBe('running');
    expect(agent.screen.current().contentSequence).toBe(0);
    await sleep(200);
    expect(listener.bytesHeard()).toBe(0);
    // Nobody can say whose it is, so nothing is erased: with its own serial it is itself again.
    rmSync(join(dataDir, 'identity', 'serial'), { recursive: true });
    await agent.stop();
    expect((await start(dataDir, 'BOARD-1')).screen.current().phase).toBe('running');
  });

  it('before it was claimed does not bring its key along', async () => {
    const files = createPrivateDirectory(join(folder.path, 'unclaimed'));
    files.prepare();
    const first = await deviceRequest(files, 'BOARD-1');
    expect((await deviceRequest(files, 'BOARD-1')).keyPem).toBe(first.keyPem);
    cpSync(join(folder.path, 'unclaimed'), join(folder.path, 'unclaimed-copy'), { recursive: true });
    const copied = createPrivateDirectory(join(folder.path, 'unclaimed-copy'));
    const second = await deviceRequest(copied, 'BOARD-2');
    const publicKey = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' });
    expect(publicKey(second.keyPem)).not.toBe(publicKey(first.keyPem));
    expect((await deviceRequest(copied, 'BOARD-2')).keyPem).toBe(second.keyPem);
    // One that was made before its machine was noted stays.
    copied.remove('key-serial');
    expect((await deviceRequest(copied, 'BOARD-2')).keyPem).toBe(second.keyPem);
  });
});
