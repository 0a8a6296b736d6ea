import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import { ReleaseReport, type RollbackReason } from '@concierge/contract/release/outcome.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger, temporaryDirectory } from '../testing/kiosk.ts';
import { type BootRelease, bootRelease } from './boot-chooser.ts';
import { CHECKED_AFTER_STARTS, MAX_STARTS } from './boot-rules.ts';
import { createReleases, type Releases } from './releases.ts';
import { createSlotStore } from './slots.ts';
import { aManifest, aTarget, createReleaseAuthority, type ReleaseAuthority } from './testing/authority.ts';
import { type BundleServer, startBundleServer } from './testing/bundle-server.ts';
import { aBundle, type BundleContent, hashesBelow, rawBundle, sha256, type TestBundle } from './testing/bundles.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let authority: ReleaseAuthority;
let server: BundleServer;
let rolledBack: RollbackReason[];
let live: Releases[];
beforeEach(async () => {
  directory = temporaryDirectory();
  authority = await createReleaseAuthority();
  server = await startBundleServer();
  rolledBack = [];
  live = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const releases of live) releases.stop();
  await server.stop();
  directory[Symbol.dispose]();
});

/** The device starts: the chooser chooses, the program begins. */
function startDevice(): { releases: Releases; running: BootRelease | null } {
  const running = bootRelease(directory.path, 0);
  return { releases: startAgent(running), running };
}

function startAgent(running: BootRelease | null, startedAgoMs = 0): Releases {
  const releases = createReleases({
    folder: directory.path,
    running,
    startedAgoMs,
    device: { arch: 'arm64', shell: 'chromium', wireVersion: 1, builtInSequence: 0 },
    builtInVersion: '0.1.0',
    builtInRoot: authority.root,
    clock: () => ({ nowMs: Date.now(), trusted: true }),
    monotonicMs: () => performance.now(),
    random: Math.random,
    logger: silentLogger,
    onChange: () => undefined,
    onRolledBack: (reason) => rolledBack.push(reason),
    installLimits: {
      reserveBytes: 0,
      download: { silenceMs: 300, fruitlessRequests: 2, totalMs: 5_000, backOff: { baseMs: 1, capMs: 2, stableAfterMs: 1_000 } },
    },
    trialLimits: { screenWithinMs: 60_000, displayWithinMs: 86_400_000, cloudWithinMs: 120_000 },
  });
  releases.start();
  live.push(releases);
  return releases;
}

const contentOf = (sequence: number): BundleContent => ({ 'main.mjs': `release ${sequence}`, 'assets/picture': `picture ${sequence}` });

/** Offers a release as the cloud would, and lets what waits start with the next start; what is served may be another bundle than the signed one. */
async function offer(
  releases: Releases,
  sequence: number,
  change: { served?: Buffer; signed?: TestBundle; manifest?: Partial<ReleaseManifest> } = {},
) {
  const bundle = change.signed ?? aBundle(contentOf(sequence));
  server.files.set(`bundles/${sequence}`, change.served ?? bundle.bytes);
  const target = aTarget({ path: String(sequence), ...bundle.target });
  const offered = await authority.offer(aManifest({ sequence, version: `1.${sequence}.0`, targets: [target], ...change.manifest }));
  const result = await releases.offer(offered, new URL('bundles/', server.url));
  if (result.ok && result.value === 'waiting') expect(releases.letStart()).toBe(true);
  return result.ok ? result.value : result.error;
}

function showAll(releases: Releases): void {
  for (const evidence of ['cacheOpened', 'painted', 'cloudReached'] as const) releases.shown(evidence);
}

/** A device on which a release is good. Returns it started again. */
async function deviceWith(...sequences: readonly number[]): Promise<ReturnType<typeof startDevice>> {
  let device = startDevice();
  for (const sequence of sequences) {
    device.releases.shown('cloudReached');
    expect(await offer(device.releases, sequence)).toBe('waiting');
    device = startDevice();
    showAll(device.releases);
    expect(device.releases.report()).toMatchObject({ running: { sequence }, onTrial: false });
  }
  return startDevice();
}

/** What is started when the device is started so often and nothing of it is seen; 0 is the program that came with it. */
const startsUnseen = (count: number): number[] => Array.from({ length: count }, () => bootRelease(directory.path, 0)?.sequence ?? 0);

describe('a release', () => {
  it('is installed beside what runs, begins with the next start, and stays once it has shown itself', async () => {
    const before = startDevice();
    expect(before.running).toBeNull();
    expect(await offer(before.releases, 1)).toBe('waiting');
    expect(before.releases.report()).toEqual({
      running: { sequence: 0, version: '0.1.0' },
      onTrial: false,
      waiting: 1,
      rolledBack: null,
      rootVersion: 1,
    });

    const { releases, running } = startDevice();
    expect(running).toMatchObject({ sequence: 1, version: '1.1.0', onTrial: true });
    expect(readFileSync(running?.program ?? '', 'utf8')).toBe('release 1');
    expect(releases.report()).toMatchObject({ running: { sequence: 1, version: '1.1.0' }, onTrial: true, waiting: null });
    showAll(releases);
    expect(releases.report()).toMatchObject({ onTrial: false });
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 1, onTrial: false });
  });

  it('takes turns with the slots, and keeps the one before', async () => {
    await deviceWith(1, 2, 3);
    expect(readFileSync(join(directory.path, 'slots/a/files/main.mjs'), 'utf8')).toBe('release 3');
    expect(readFileSync(join(directory.path, 'slots/b/files/main.mjs'), 'utf8')).toBe('release 2');
    expect(readdirSync(directory.path).sort()).toEqual(['boot.json', 'slots', 'starts.json']);
  });

  it('reports in the form of the contract', async () => {
    const { releases } = await deviceWith(1);
    expect(ReleaseReport.parse(releases.report())).toEqual(releases.report());
  });

  it('is not started on a device that was given a newer image since, waiting or good', async () => {
    const { releases } = await deviceWith(1, 2);
    expect(await offer(releases, 3)).toBe('waiting');
    expect(bootRelease(directory.path, 3)).toBeNull();
    expect(createSlotStore(directory.path).pointer()).toMatchObject({ current: { sequence: 2 }, pending: null, rolledBack: null });
    expect(bootRelease(directory.path, 2)).toBeNull();
    expect(bootRelease(directory.path, 1)).toMatchObject({ sequence: 2, onTrial: false });
  });

  it.each([
    { what: 'is lower', sequence: 1, answer: 'lower-sequence' },
    { what: 'is the one that runs', sequence: 2, answer: 'nothing-to-do' },
  ])('that $what changes nothing', async ({ sequence, answer }) => {
    const { releases } = await deviceWith(1, 2);
    const before = hashesBelow(directory.path);
    expect(await offer(releases, sequence)).toBe(answer);
    expect(hashesBelow(directory.path)).toEqual(before);
  });

  it('is installed by one offer at a time', async () => {
    const { releases } = startDevice();
    const answers = await Promise.all([offer(releases, 1), offer(releases, 2)]);
    expect(answers.sort()).toEqual(['busy', 'waiting']);
    expect(await offer(releases, 3)).toBe('waiting');
    expect(releases.report().waiting).toBe(3);
  });
});

describe('a bad offer leaves the device as it was:', () => {
  const good = aBundle(contentOf(2));
  const wrongHash = rawBundle({ entry: 'main.mjs', files: [{ path: 'main.mjs', bytes: 4, sha256: sha256('other'), executable: false }] }, [
    Buffer.from('body'),
  ]);
  it.each<{ what: string; change: Parameters<typeof offer>[2]; refusal: string }>([
    { what: 'truncated', change: { served: good.bytes.subarray(0, 60) }, refusal: 'altered-bytes' },
    { what: 'altered', change: { served: Buffer.concat([good.bytes.subarray(0, -1), Buffer.from('!')]) }, refusal: 'altered-bytes' },
    { what: 'signed and still wrong', change: { signed: wrongHash }, refusal: 'bundle-malformed' },
    {
      what: 'no bundle at all',
      change: { signed: { ...good, bytes: Buffer.from('x'), target: { ...good.target, bytes: 1, sha256: sha256('x') } } },
      refusal: 'bundle-malformed',
    },
    { what: 'for others', change: { manifest: { targets: [aTarget({ arch: 'x64' })] } }, refusal: 'unknown-target' },
  ])('$what', async ({ change, refusal }) => {
    const { releases } = await deviceWith(1);
    expect(await offer(releases, 2, change)).toBe(refusal);
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 1, onTrial: false });
    expect(hashesBelow(join(directory.path, 'slots/a/files'))).toEqual(hashesOf(1));
    expect(await offer(releases, 3)).toBe('waiting');
  });

  const hashesOf = (sequence: number) =>
    Object.fromEntries(Object.entries(contentOf(sequence)).map(([path, body]) => [path, sha256(body)]));
});

describe('a release that does not prove itself', () => {
  it.each<{ shows: readonly ('cacheOpened' | 'painted' | 'cloudReached')[]; afterMs: number; reason: RollbackReason }>([
    { shows: ['cloudReached'], afterMs: 60_000, reason: 'cache-not-opened' },
    { shows: ['cacheOpened', 'cloudReached'], afterMs: 60_000, reason: 'nothing-painted' },
    { shows: ['cacheOpened', 'painted'], afterMs: 120_000, reason: 'cloud-not-reached' },
  ])('but shows $shows, is given up: $reason', async ({ shows, afterMs, reason }) => {
    const before = await deviceWith(1);
    before.releases.shown('cloudReached');
    expect(await offer(before.releases, 2)).toBe('waiting');
    vi.useFakeTimers();
    const { releases } = startDevice();
    for (const evidence of shows) releases.shown(evidence);
    vi.advanceTimersByTime(afterMs - 1_000);
    expect(rolledBack).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(rolledBack).toEqual([reason]);
    expect(releases.report().rolledBack).toEqual({ sequence: 2, reason });
    vi.useRealTimers();
    // Until the program ends it runs from one slot while the other is the good one: neither is spare.
    expect(await offer(releases, 3)).toBe('on-trial');

    const after = startDevice();
    expect(after.running).toMatchObject({ sequence: 1, onTrial: false });
    expect(after.releases.report().rolledBack).toEqual({ sequence: 2, reason });
    expect(await offer(after.releases, 3)).toBe('waiting');
  });

  it('gets no new time when its agent begins again', async () => {
    await offer(startDevice().releases, 1);
    const { running } = startDevice();
    startAgent(running, 59_000);
    expect(rolledBack).toEqual([]);
    const last = startAgent(running, 60_000);
    expect(rolledBack).toEqual(['cache-not-opened']);
    expect(last.report()).toMatchObject({ onTrial: false, rolledBack: { sequence: 1, reason: 'cache-not-opened' } });
    expect(bootRelease(directory.path, 0)).toBeNull();
  });

  it('has been judged once its agent begins again', async () => {
    await offer(startDevice().releases, 1);
    const { releases, running } = startDevice();
    showAll(releases);
    expect(startAgent(running, 70_000).report()).toMatchObject({ running: { sequence: 1 }, onTrial: false });
    expect(rolledBack).toEqual([]);
  });

  it('needs no cloud where the one before had none', async () => {
    const before = startDevice();
    expect(await offer(before.releases, 1)).toBe('waiting');
    const { releases } = startDevice();
    releases.shown('cacheOpened');
    releases.shown('painted');
    expect(releases.report().onTrial).toBe(false);
  });

  it('and ends before it can say anything is started three times, then no more', async () => {
    const before = await deviceWith(1);
    await offer(before.releases, 2);
    const starts = Array.from({ length: MAX_STARTS + 2 }, () => bootRelease(directory.path, 0)?.sequence);
    expect(starts).toEqual([2, 2, 2, 1, 1]);
    expect(startDevice().releases.report().rolledBack).toEqual({ sequence: 2, reason: 'starts-used-up' });
  });

  it('is not installed again and again', async () => {
    let device = await deviceWith(1);
    const answers: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      answers.push(await offer(device.releases, 2));
      for (let start = 0; start <= MAX_STARTS; start += 1) bootRelease(directory.path, 0);
      device = startDevice();
    }
    // One more time, because it could have been the power.
    expect(answers).toEqual(['waiting', 'waiting', 'failed-before', 'failed-before']);
    expect(await offer(device.releases, 3)).toBe('waiting');
  });
});

describe('the disk', () => {
  it('may lose the pointer: what was good is started', async () => {
    await deviceWith(1, 2);
    for (const damage of ['', '{', '{"current":null}', '\0'.repeat(300), 'x'.repeat(100_000)]) {
      writeFileSync(join(directory.path, 'boot.json'), damage);
      expect(bootRelease(directory.path, 0), damage.slice(0, 20)).toMatchObject({ sequence: 2, onTrial: false });
    }
    const { releases } = startDevice();
    expect(await offer(releases, 1)).toBe('lower-sequence');
    expect(await offer(releases, 3)).toBe('waiting');
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 3, onTrial: true });
  });

  it.each(['boot.json', 'slots/b/release.json', 'slots/b/files/main.mjs', 'slots/b/files', 'slots/b', 'slots'])(
    'may have anything in the place of %s: the device starts',
    async (name) => {
      await deviceWith(1, 2);
      const path = join(directory.path, name);
      const expected = name === 'boot.json' ? 2 : name === 'slots' ? undefined : 1;
      for (const put of [() => undefined, () => mkdirSync(path), () => symlinkSync(path, path)]) {
        rmSync(path, { recursive: true, force: true });
        put();
        expect(bootRelease(directory.path, 0)?.sequence, String(put)).toBe(expected);
      }
    },
  );

  it('may damage the good slot: the other one is started, and the same release repairs it', async () => {
    await deviceWith(1, 2);
    rmSync(join(directory.path, 'slots/b/release.json'));
    const { releases, running } = startDevice();
    expect(running).toMatchObject({ slot: 'a', sequence: 1, onTrial: false });
    expect(await offer(releases, 1)).toBe('lower-sequence');
    expect(await offer(releases, 2)).toBe('waiting');
    const repaired = startDevice();
    expect(repaired.running).toMatchObject({ slot: 'b', sequence: 2, onTrial: true });
    showAll(repaired.releases);
    expect(bootRelease(directory.path, 0)).toMatchObject({ slot: 'b', sequence: 2, onTrial: false });
  });

  it('may let the good release decay: the other one is started, and the same release repairs it', async () => {
    const { releases } = await deviceWith(1, 2);
    showAll(releases);
    truncateSync(join(directory.path, 'slots/b/files/assets/picture'), 3);
    expect(startsUnseen(CHECKED_AFTER_STARTS + 1)).toEqual([...Array<number>(CHECKED_AFTER_STARTS).fill(2), 1]);
    const other = startDevice();
    expect(other.running).toMatchObject({ slot: 'a', sequence: 1, onTrial: false });
    expect(await offer(other.releases, 2)).toBe('waiting');
    showAll(startDevice().releases);
    expect(startsUnseen(CHECKED_AFTER_STARTS + 1)).toEqual(Array<number>(CHECKED_AFTER_STARTS + 1).fill(2));
  });

  it('is not blamed where a start has shown itself in between', async () => {
    const { releases } = await deviceWith(1);
    showAll(releases);
    for (let round = 0; round < 5; round += 1) {
      expect(startsUnseen(CHECKED_AFTER_STARTS - 1)).toEqual([1, 1]);
      const device = startDevice();
      device.releases.shown('cacheOpened');
      expect(existsSync(join(directory.path, 'starts.json'))).toBe(true);
      device.releases.shown('painted');
      expect(existsSync(join(directory.path, 'starts.json'))).toBe(false);
    }
  });

  it('may hold a pointer of an agent that knew no waiting: what that one let start is started, and nothing is lost', async () => {
    const { releases } = await deviceWith(1);
    expect(await offer(releases, 2)).toBe('waiting');
    const path = join(directory.path, 'boot.json');
    const { waiting: _, ...older } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(older));
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 2, onTrial: true });

    releases.hold();
    const { releases: again } = await deviceWith();
    again.withdraw();
    writeFileSync(path, JSON.stringify({ ...older, pending: null, waiting: { slot: 'c' } }));
    expect(again.report()).toMatchObject({ waiting: null, running: { sequence: 2 } });
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 1, onTrial: false });
  });

  it('may take no more writes: a release whose start cannot be counted is not started', async () => {
    const before = await deviceWith(1);
    await offer(before.releases, 2);
    // Root writes where it likes, so the name that the pointer is first written under is taken instead.
    mkdirSync(join(directory.path, 'boot.json.partial/in-the-way'), { recursive: true });
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 1, onTrial: false });
    rmSync(join(directory.path, 'boot.json.partial'), { recursive: true });
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 2, onTrial: true });
  });

  it('may not take the verdict at once: it is written as soon as it can be', async () => {
    await offer(startDevice().releases, 1);
    vi.useFakeTimers();
    const { releases } = startDevice();
    mkdirSync(join(directory.path, 'boot.json.partial/in-the-way'), { recursive: true });
    showAll(releases);
    expect(releases.report().onTrial).toBe(true);
    rmSync(join(directory.path, 'boot.json.partial'), { recursive: true });
    vi.advanceTimersByTime(10_000);
    expect(releases.report().onTrial).toBe(false);
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 1, onTrial: false });
  });

  it('may be cut between the mark and the pointer of a commit: the release goes on being on trial, and commits again', async () => {
    await offer(startDevice().releases, 1);
    createSlotStore(directory.path).markProven('a');
    const { releases, running } = startDevice();
    expect(running).toMatchObject({ sequence: 1, onTrial: true });
    showAll(releases);
    expect(bootRelease(directory.path, 0)).toMatchObject({ sequence: 1, onTrial: false });
  });

  it('holds nothing that others can read', async () => {
    const { releases } = await deviceWith(1);
    expect(await offer(releases, 2)).toBe('waiting');
    for (const name of ['boot.json', 'slots/a', 'slots/b/release.json', 'slots/b/files/assets', 'slots/b/files/main.mjs']) {
      expect(statSync(join(directory.path, name)).mode & 0o077, name).toBe(0);
    }
  });
});
