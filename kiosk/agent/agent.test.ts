import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HeldKind } from '@concierge/contract/signed-document.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from './agent.ts';
import { CACHE_FILE, createCache, DEFAULT_LIMITS } from './cache/cache.ts';
import { createTestAuthority } from './testing/authority.ts';
import { aContent, aDesired, aQrBatch, createTestSigner, HOUR_MS, instant, type TestSigner } from './testing/documents.ts';
import { claimDirectory, silentLogger, temporaryDirectory } from './testing/kiosk.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
let directory: ReturnType<typeof temporaryDirectory>;
let signer: TestSigner;
const agents: Agent[] = [];

beforeEach(async () => {
  directory = temporaryDirectory();
  signer = await createTestSigner();
  // Nobody listens on the discard port: a kiosk without a network.
  await claimDirectory(directory.path, { authority: await createTestAuthority(), signer, brokerUrl: 'mqtts://127.0.0.1:9' });
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
  directory[Symbol.dispose]();
});

function fillCache(documents: Partial<Record<HeldKind, string>>, savedFloorMs?: number): void {
  const cache = createCache({
    dataDir: directory.path,
    limits: () => DEFAULT_LIMITS,
    nowMs: () => nowMs,
    onIncident: () => undefined,
    logger: silentLogger,
  });
  cache.open();
  for (const kind of ['content', 'desired', 'qr'] as const) {
    const jws = documents[kind];
    if (jws !== undefined) cache.store(kind, jws);
  }
  if (savedFloorMs !== undefined) cache.saveClockFloor(savedFloorMs);
  cache.close();
}

async function startAt(systemMs: number, synchronized: boolean, bootTokenFile?: string): Promise<Agent> {
  const agent = createAgent({
    dataDir: directory.path,
    rendererDir: directory.path,
    shell: 'none',
    demo: false,
    port: null,
    bootTokenFile,
    logger: silentLogger,
    clockSources: { systemMs: () => systemMs, monotonicMs: () => 1_000, synchronized: () => synchronized },
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

describe('a kiosk that starts without a network', () => {
  it('shows the last good building, its code and its age', async () => {
    fillCache({
      content: await signer.sign('content', aContent({ nowMs: nowMs - HOUR_MS })),
      desired: await signer.sign(
        'desired',
        aDesired({ nowMs: nowMs - 600_000, content: { sequence: 1, confirmedAt: instant(nowMs - 600_000) } }),
      ),
      qr: await signer.sign('qr', aQrBatch({ nowMs: nowMs - HOUR_MS, slots: 2_880 })),
    });
    const agent = await startAt(nowMs, true);
    expect(agent.screen.current()).toMatchObject({ phase: 'running', clock: 'trusted', confirmedAt: instant(nowMs - 600_000) });
    expect(agent.screen.current().qr).not.toBeNull();
    expect(agent.health()).toMatchObject({ contentSequence: 1, dataAgeSeconds: 600 });
  });

  it('in 1970 shows the building by its saved time, and no code', async () => {
    fillCache(
      {
        content: await signer.sign('content', aContent({ nowMs: nowMs - HOUR_MS })),
        qr: await signer.sign('qr', aQrBatch({ nowMs: nowMs - HOUR_MS, slots: 2_880 })),
      },
      nowMs,
    );
    const agent = await startAt(60_000, true);
    expect(agent.screen.current()).toMatchObject({ phase: 'running', clock: 'unknown', nowMs, qr: null });
  });

  it('shows no building whose document has expired', async () => {
    fillCache({ content: await signer.sign('content', aContent({ nowMs: nowMs - 100 * HOUR_MS })) });
    expect((await startAt(nowMs, true)).screen.current()).toMatchObject({ phase: 'safe', document: null });
  });

  it('shows the bundled scene with a damaged cache, and keeps the damaged file', async () => {
    writeFileSync(join(directory.path, CACHE_FILE), 'damaged '.repeat(2_000));
    expect((await startAt(nowMs, true)).screen.current()).toMatchObject({ phase: 'safe', document: null });
    expect(readdirSync(directory.path).filter((name) => name.includes('.damaged-'))).toHaveLength(1);
  });

  it('is safe, not unclaimed, when its identity is damaged', async () => {
    writeFileSync(join(directory.path, 'identity/claim.json'), '{');
    expect((await startAt(nowMs, true)).screen.current().phase).toBe('safe');
  });
});

it('says that it has no building before it was claimed', async () => {
  using empty = temporaryDirectory();
  mkdirSync(join(empty.path, 'kiosk'));
  const agent = createAgent({
    dataDir: join(empty.path, 'kiosk'),
    rendererDir: empty.path,
    shell: 'none',
    demo: true,
    port: 0,
    logger: silentLogger,
  });
  expect(agent.screen.current().phase).toBe('starting');
  await agent.start();
  expect(agent.screen.current()).toMatchObject({ phase: 'unclaimed', demo: true, document: null });
  expect((await fetch(agent.url ?? '')).status).toBe(200);
  await agent.stop();
});

it('says what was wrong with the file on its card that would have told it where its cloud is', async () => {
  using empty = temporaryDirectory();
  mkdirSync(join(empty.path, 'kiosk'));
  writeFileSync(join(empty.path, 'claim.json'), '{"state":"refused","reason":"cloud"}\n');
  const agent = createAgent({
    dataDir: join(empty.path, 'kiosk'),
    rendererDir: empty.path,
    applianceDir: empty.path,
    shell: 'none',
    demo: false,
    port: null,
    logger: silentLogger,
  });
  await agent.start();
  expect(agent.screen.current().claim).toEqual({ line: 'no-cloud', code: null, refusedFiles: [{ file: 'claim', fault: 'cloud' }] });
  await agent.stop();
});

it('a kiosk that is nobody’s any more keeps nothing that it showed, whatever an earlier wipe left', async () => {
  fillCache({ content: await signer.sign('content', aContent({ title: 'Της προηγούμενης' })) });
  mkdirSync(join(directory.path, 'media'));
  writeFileSync(join(directory.path, 'media', 'a'.repeat(64)), 'a picture');
  rmSync(join(directory.path, 'identity'), { recursive: true });
  await startAt(nowMs, true);
  expect(readFileSync(join(directory.path, CACHE_FILE)).includes('Της προηγούμενης')).toBe(false);
  expect(existsSync(join(directory.path, 'media'))).toBe(false);
});

it('a kiosk that nobody has let in yet keeps a card’s token: it may be nobody’s, and the card for its next claim', async () => {
  const file = join(directory.path, 'token');
  writeFileSync(file, `01900000-0000-7000-8000-00000000b000.${'s'.repeat(43)}\n`);
  await startAt(nowMs, true, file);
  expect(existsSync(file)).toBe(true);
});
