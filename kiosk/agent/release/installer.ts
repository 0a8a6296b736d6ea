import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseManifest, ReleaseTarget } from '@concierge/contract/release/manifest.ts';
import type { InstallRefusal } from '@concierge/contract/release/outcome.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { diskFault } from '../download/disk-fault.ts';
import { type DownloadLimits, downloadFile } from '../download/download.ts';
import { type SlotName, spareSlot, withdraw } from './boot-rules.ts';
import type { SlotStore } from './slots.ts';
import { unpackBundle } from './unpack.ts';

/** How far an install is, in order. After each the device may lose its power. */
export const installSteps = [
  'room-made',
  'downloaded',
  'waiting-dropped',
  'spare-cleared',
  'unpacked',
  'sealed',
  'waiting',
  'tidied',
] as const;
export type InstallStep = (typeof installSteps)[number];

export interface InstallLimits {
  readonly download: DownloadLimits;
  /** Left free for the cache and the system beside it. */
  readonly reserveBytes: number;
}

/**
 * Brings a release into the spare slot, where it waits until it is let start. Whatever fails, the slot that runs and the good slot stay as they are.
 * Throws for bugs only.
 */
export async function installRelease(options: {
  folder: string;
  store: SlotStore;
  manifest: ReleaseManifest;
  target: ReleaseTarget;
  /** What serves the targets' paths; ends with a slash. */
  baseUrl: URL;
  running: SlotName | null;
  cloudWasReachable(): boolean;
  limits: InstallLimits;
  stopping: AbortSignal;
  random(): number;
  onStep(step: InstallStep): void;
}): Promise<Result<null, InstallRefusal>> {
  const { folder, store, manifest, target, onStep } = options;
  const downloads = join(folder, 'download');
  const bundle = join(downloads, `${target.sha256}.part`);
  const chosen = spareSlot(options.running, store.pointerOrRebuilt(), { a: store.found('a'), b: store.found('b') });
  if (chosen === null) return failure('on-trial');
  const spare = chosen;
  let spareTouched = false;

  async function makeRoom(): Promise<boolean> {
    mkdirSync(downloads, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(downloads)) {
      if (join(downloads, name) !== bundle) rmSync(join(downloads, name), { recursive: true, force: true });
    }
    // More than enough when part of the bundle is here already.
    const neededBytes = target.bytes + target.unpackedBytes + options.limits.reserveBytes;
    if ((await freeBytes(folder)) >= neededBytes) return true;
    clearSpare();
    return (await freeBytes(folder)) >= neededBytes;
  }

  function clearSpare(): void {
    // What waits there is no longer waited for; the chooser would take its absence for damage.
    const before = store.pointerOrRebuilt();
    const after = withdraw(before);
    if (after !== before) store.writePointer(after);
    onStep('waiting-dropped');
    spareTouched = true;
    store.clear(spare);
    onStep('spare-cleared');
  }

  /** After a failure nothing of it stays that takes room, but for the part of a bundle that the network will go on with. */
  function giveUp(reason: InstallRefusal): Result<null, InstallRefusal> {
    try {
      if (!networkFaults.has(reason)) rmSync(downloads, { recursive: true, force: true });
      if (spareTouched) store.clear(spare);
    } catch {
      // The disk does not even take that; the next install begins with it.
    }
    return failure(reason);
  }

  try {
    if (!(await makeRoom())) return giveUp('disk-full');
    onStep('room-made');
    const { bytes, sha256 } = target;
    const { stopping, random, limits } = options;
    const url = new URL(target.path, options.baseUrl);
    const downloaded = await downloadFile({ url, file: bundle, bytes, sha256, stopping, random, limits: limits.download });
    if (!downloaded.ok) return giveUp(downloaded.error);
    onStep('downloaded');

    clearSpare();
    const unpacked = await unpackBundle(bundle, store.filesOf(spare), target);
    if (!unpacked.ok) return giveUp(unpacked.error);
    onStep('unpacked');

    const { version, sequence } = manifest;
    const { entry, files } = unpacked.value;
    store.seal(
      spare,
      { sequence, sha256, version, entry },
      files.map((file) => [file.path, file.sha256]),
    );
    onStep('sealed');
    const waiting = { slot: spare, sequence, sha256, cloudWasReachable: options.cloudWasReachable() };
    store.writePointer({ ...store.pointerOrRebuilt(), waiting });
    onStep('waiting');
  } catch (error) {
    return giveUp(diskFault(error));
  }
  tidy();
  return success(null);

  function tidy(): void {
    try {
      rmSync(downloads, { recursive: true, force: true });
    } catch {
      // The next install does it.
    }
    onStep('tidied');
  }
}

const networkFaults: ReadonlySet<InstallRefusal> = new Set(['unreachable', 'refused-by-server', 'too-slow', 'stopped']);

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
