import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OfferedRelease } from '@concierge/contract/mqtt/desired.ts';
import { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger, temporaryDirectory, until } from '../testing/kiosk.ts';
import { type BootRelease, bootRelease } from './boot-chooser.ts';
import { createDeviceReleases, type DeviceReleases } from './device-releases.ts';
import {
  aManifest,
  aRoot,
  aTarget,
  aTimestamp,
  createReleaseAuthority,
  createReleaseKey,
  type ReleaseAuthority,
} from './testing/authority.ts';
import { type BundleServer, startBundleServer } from './testing/bundle-server.ts';
import { aBundle } from './testing/bundles.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let server: BundleServer;
let authority: ReleaseAuthority;
let releases: DeviceReleases;
let restarts: number;
let changes: number;

beforeEach(async () => {
  directory = temporaryDirectory();
  server = await startBundleServer();
  authority = await createReleaseAuthority();
  writeFileSync(join(directory.path, 'root.json'), JSON.stringify(authority.root));
  restarts = 0;
  changes = 0;
  releases = aDevice();
});
afterEach(async () => {
  releases.stop();
  await server.stop();
  directory[Symbol.dispose]();
});

function aDevice(builtInSequence = 1, running: BootRelease | null = null, slots = 'slots'): DeviceReleases {
  const made = createDeviceReleases(
    {
      folder: join(directory.path, slots),
      rootFile: join(directory.path, 'root.json'),
      builtInSequence,
      running,
      arch: 'arm64',
      shell: 'chromium',
      startedAgoMs: 0,
      installLimits: {
        reserveBytes: 0,
        download: { silenceMs: 1_000, fruitlessRequests: 1, totalMs: 5_000, backOff: { baseMs: 1, capMs: 2, stableAfterMs: 1_000 } },
      },
      againAfter: { baseMs: 20, capMs: 40, stableAfterMs: 1_000 },
    },
    {
      builtInVersion: '0.1.0',
      clock: () => ({ nowMs: Date.now(), trusted: true }),
      monotonicMs: () => performance.now(),
      random: Math.random,
      logger: silentLogger,
      onChange: () => void (changes += 1),
      restart: () => void (restarts += 1),
    },
  );
  if (made === null) throw new Error('no root');
  made.start();
  return made;
}

/** Lays release `sequence` where devices look for it. */
async function lay(sequence: number, change: Partial<ReleaseManifest> = {}, by = authority): Promise<void> {
  const bundle = aBundle({ 'agent/main.mjs': `release ${sequence}` });
  const path = `${sequence}/arm64-chromium.bundle`;
  const offer = await by.offer(aManifest({ sequence, targets: [aTarget({ path, ...bundle.target })], ...change }));
  server.files.set(path, bundle.bytes);
  server.files.set(`${sequence}/manifest.jws`, Buffer.from(offer.manifest));
  server.files.set(`${sequence}/timestamp.jws`, Buffer.from(`${offer.timestamp}\n`));
}
const offered = (sequence: number, start = false): OfferedRelease => ({ sequence, from: server.url.href, start });
/** What the launcher would start now; undefined for the program that came with the device. */
const startedAfterCut = (): number | undefined => bootRelease(join(directory.path, 'slots'), 1)?.sequence;
const refusal = async (): Promise<unknown> => {
  await until('it refuses', () => releases.report().refused !== null);
  return releases.report().refused;
};

/** A second device begins now, is turned away twice, waits twice before it asks again, and has its release: whoever meant to ask meanwhile has asked. */
async function untilAnotherDeviceIsServed(): Promise<void> {
  await lay(9);
  server.faults.push(503, 503);
  const other = aDevice(1, null, 'slots-of-another');
  try {
    other.wanted(offered(9));
    await until('the other device has its release', () => other.report().waiting === 9);
  } finally {
    other.stop();
  }
}

describe('an offer of the cloud', () => {
  it('is fetched by plain names, waits, and is started when the cloud says so, however often it says it', async () => {
    await lay(2);
    releases.wanted(offered(2));
    releases.wanted(offered(2));
    await until('it waits', () => releases.report().waiting === 2);
    await until('it is told', () => changes > 0);
    expect(restarts).toBe(0);
    releases.wanted(offered(2, true));
    expect(restarts).toBe(1);
  });

  it('may be started at once', async () => {
    await lay(2);
    releases.wanted(offered(2, true));
    await until('it starts anew', () => restarts === 1);
  });

  it('is dropped when it is withdrawn, before or after it arrived', async () => {
    await lay(2);
    releases.wanted(offered(2));
    await until('it waits', () => releases.report().waiting === 2);
    releases.wanted(undefined);
    expect(releases.report().waiting).toBeNull();
    releases.wanted(offered(2, true));
    releases.wanted(undefined);
    await untilAnotherDeviceIsServed();
    expect([releases.report().waiting, restarts]).toEqual([null, 0]);
  });

  it('is not started by a power cut while it waits, nor once it was allowed and is held again', async () => {
    await lay(2);
    releases.wanted(offered(2));
    await until('it waits', () => releases.report().waiting === 2);
    expect(startedAfterCut()).toBeUndefined();
    releases.wanted(offered(2, true));
    expect(restarts).toBe(1);
    // The quiet hours are over before this program has ended.
    releases.wanted(offered(2));
    expect(startedAfterCut()).toBeUndefined();
    expect(releases.report().waiting).toBe(2);
    releases.wanted(offered(2, true));
    expect(startedAfterCut()).toBe(2);
  });

  it('is not started by a power cut after it was withdrawn', async () => {
    await lay(2);
    releases.wanted(offered(2, true));
    await until('it starts anew', () => restarts === 1);
    releases.wanted(undefined);
    expect(startedAfterCut()).toBeUndefined();
  });

  it('ends a trial that is withdrawn, and holds nothing against the release', async () => {
    await lay(2);
    releases.wanted(offered(2, true));
    await until('it starts anew', () => restarts === 1);
    releases.stop();
    releases = aDevice(1, bootRelease(join(directory.path, 'slots'), 1));
    expect(releases.report()).toMatchObject({ running: { sequence: 2 }, onTrial: true });
    releases.wanted(undefined);
    expect(restarts).toBe(2);
    expect(releases.report()).toMatchObject({ onTrial: false, waiting: null, rolledBack: null });
    expect(startedAfterCut()).toBeUndefined();
  });

  it('does not end the trial of another one, however the offers change', async () => {
    await Promise.all([lay(2), lay(3), lay(4)]);
    releases.wanted(offered(2, true));
    await until('it starts anew', () => restarts === 1);
    releases.stop();
    releases = aDevice(1, bootRelease(join(directory.path, 'slots'), 1));
    releases.wanted(offered(3, true));
    releases.wanted(offered(4, true));
    expect(await refusal()).toEqual({ sequence: 4, reason: 'on-trial' });
    expect([restarts, releases.report().onTrial]).toEqual([1, true]);
  });

  it('is let start as soon as the disk takes that it may', async () => {
    await lay(2);
    releases.wanted(offered(2));
    await until('it waits', () => releases.report().waiting === 2);
    // Root writes where it likes, so the name that the pointer is first written under is taken instead.
    mkdirSync(join(directory.path, 'slots/boot.json.partial/in-the-way'), { recursive: true });
    releases.wanted(offered(2, true));
    expect(restarts).toBe(0);
    rmSync(join(directory.path, 'slots/boot.json.partial'), { recursive: true });
    await until('it starts anew', () => restarts === 1);
    expect(startedAfterCut()).toBe(2);
  });

  it('gives way to another one that comes while it is fetched', async () => {
    await Promise.all([lay(2), lay(3)]);
    releases.wanted(offered(2, true));
    releases.wanted(offered(3, true));
    await until('the later one waits', () => releases.report().waiting === 3);
    expect(restarts).toBe(1);
  });

  it('is tried again while the cloud cannot be reached, and not when it was refused for good', async () => {
    server.faults.push(503, 503, 'redirect');
    await lay(2);
    releases.wanted(offered(2));
    expect(await refusal()).toEqual({ sequence: 2, reason: 'unreachable' });
    await until('it waits', () => releases.report().waiting === 2);
    expect(releases.report().refused).toBeNull();

    const stranger = await createReleaseAuthority();
    await lay(3, {}, stranger);
    releases.wanted(offered(3));
    expect(await refusal()).toEqual({ sequence: 3, reason: 'bad-signature' });
    const asksFor3 = () => server.paths.filter((path) => path.startsWith('3/')).length;
    const asked = asksFor3();
    expect(asked).toBeGreaterThan(0);
    releases.wanted(offered(3));
    await untilAnotherDeviceIsServed();
    expect(asksFor3()).toBe(asked);
  });

  it.each<[string, () => Promise<void>, string]>([
    ['is not there', async () => undefined, 'refused-by-server'],
    [
      'is another one',
      async () => {
        await lay(7);
        for (const name of ['manifest.jws', 'timestamp.jws'])
          server.files.set(`6/${name}`, server.files.get(`7/${name}`) ?? Buffer.alloc(0));
      },
      'other-manifest',
    ],
    [
      'is longer than any statement',
      async () => {
        await lay(6);
        server.files.set('6/manifest.jws', Buffer.alloc(20_000, 'a'));
      },
      'oversized',
    ],
    [
      'is no statement',
      async () => {
        await lay(6);
        server.files.set('6/manifest.jws', Buffer.from('<html>'));
      },
      'malformed',
    ],
    ['is for another kind of device', async () => lay(6, { targets: [aTarget({ arch: 'x64' })] }), 'unknown-target'],
    ['needs one between', async () => lay(6, { follows: { earliestSequence: 5, earliestWireVersion: 1 } }), 'release-between-needed'],
    [
      'has a truncated bundle',
      async () => {
        await lay(6);
        const path = '6/arm64-chromium.bundle';
        server.files.set(path, (server.files.get(path) ?? Buffer.alloc(9)).subarray(0, -3));
      },
      'altered-bytes',
    ],
  ])('is refused, and the report says why, when what is named %s', async (_what, arrange, reason) => {
    await arrange();
    releases.wanted(offered(6));
    expect(await refusal()).toEqual({ sequence: 6, reason });
  });

  it('is refused below what came with the device', async () => {
    releases.stop();
    releases = aDevice(5);
    await lay(2);
    releases.wanted(offered(2));
    expect(await refusal()).toEqual({ sequence: 2, reason: 'lower-sequence' });
  });

  it('is believed by new keys when the chain leads to them', async () => {
    const newRoot = await createReleaseKey('root-2');
    const second = aRoot({ version: 2, rootKeys: [newRoot.publicKey], timestampKeys: [authority.timestampKey.publicKey] });
    server.files.set('root/2.jws', Buffer.from(await authority.rootKey.sign('root', second)));
    await lay(2);
    const manifest = await newRoot.sign(
      'manifest',
      aManifest({
        sequence: 2,
        targets: [aTarget({ path: '2/arm64-chromium.bundle', ...aBundle({ 'agent/main.mjs': 'release 2' }).target })],
      }),
    );
    server.files.set('2/manifest.jws', Buffer.from(manifest));
    server.files.set(
      '2/timestamp.jws',
      Buffer.from(await authority.timestampKey.sign('timestamp', aTimestamp(2, manifest, Date.now(), Date.now() + 60_000))),
    );
    releases.wanted(offered(2));
    await until('it waits', () => releases.report().waiting === 2);
    expect(releases.report().rootVersion).toBe(2);
  });
});

it('says all that the contract wants of it', () => {
  const { release } = Reported.pick({ release: true }).parse({ release: releases.report() });
  expect(release).toMatchObject({ running: { sequence: 1, version: '0.1.0' }, arch: 'arm64', refused: null });
  expect((release?.freeMebibytes ?? 1) % 64).toBe(0);
});

it('takes no releases without the root that came with the device, and says so', () => {
  rmSync(join(directory.path, 'root.json'));
  expect(() => aDevice()).toThrow('no root');
});
