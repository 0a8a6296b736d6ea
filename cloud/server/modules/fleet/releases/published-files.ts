import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { openReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import type { ReleaseTimestamp } from '@concierge/contract/release/timestamp.ts';
import { pinnedKeys } from '@concierge/contract/signed-claims.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';

/** A release as its files say it, every statement checked as a device would. */
export interface CheckedRelease {
  readonly manifest: ReleaseManifest;
  readonly manifestSha256: string;
  readonly timestamp: ReleaseTimestamp;
}

/** Reads release `sequence` below `folder`, and the chain of roots from the first one on. The error is a sentence for the operator. */
export async function checkRelease(
  folder: string,
  sequence: number,
  options: { readonly firstRoot: string; readonly nowMs: number; readonly bundles: boolean; readonly timestampFile?: string | undefined },
): Promise<Result<CheckedRelease, string>> {
  const root = await newestRoot(folder, options.firstRoot);
  if (!root.ok) return root;
  const text = await readText(join(folder, String(sequence), 'manifest.jws'));
  const timestampFile = options.timestampFile ?? join(folder, String(sequence), 'timestamp.jws');
  const timestampText = await readText(timestampFile);
  if (text === null || timestampText === null) return failure(`${join(folder, String(sequence))} lacks manifest.jws or timestamp.jws.`);
  const manifest = await openReleaseStatement('manifest', text, await pinnedKeys(root.value.rootKeys));
  if (!manifest.ok) return failure(`The manifest is refused: ${manifest.error}.`);
  if (manifest.value.sequence !== sequence) return failure(`The manifest is of release ${manifest.value.sequence}.`);
  const timestamp = await openReleaseStatement('timestamp', timestampText, await pinnedKeys(root.value.timestampKeys));
  if (!timestamp.ok) return failure(`The timestamp is refused: ${timestamp.error}.`);
  const manifestSha256 = createHash('sha256').update(text).digest('hex');
  if (timestamp.value.sequence !== sequence || timestamp.value.manifestSha256 !== manifestSha256)
    return failure('The timestamp is of another manifest.');
  if (Date.parse(timestamp.value.expiresAt) <= options.nowMs) return failure('The timestamp has run out. Sign a new one.');
  if (options.bundles) {
    for (const target of manifest.value.targets) {
      if (target.path !== `${sequence}/${target.arch}-${target.shell}.bundle`) return failure(`${target.path} is no name that is served.`);
      const fault = await bundleFault(join(folder, target.path), target);
      if (fault !== null) return failure(`${target.path} ${fault}.`);
    }
  }
  return success({ manifest: manifest.value, manifestSha256, timestamp: timestamp.value });
}

/** The end of the chain of roots that begins with the one devices were built with. The error is a sentence for the operator. */
export async function newestRoot(folder: string, firstRoot: string): Promise<Result<ReleaseRoot, string>> {
  const first = ReleaseRoot.safeParse(jsonOrUndefined((await readText(firstRoot)) ?? ''));
  if (!first.success) return failure(`${firstRoot} holds no root of releases.`);
  let root = first.data;
  for (;;) {
    const name = `root/${root.version + 1}.jws`;
    const text = await readText(join(folder, name));
    if (text === null) return success(root);
    const next = await openReleaseStatement('root', text, await pinnedKeys(root.rootKeys));
    if (!next.ok || next.value.version !== root.version + 1) return failure(`${name} does not follow root ${root.version}.`);
    root = next.value;
  }
}

async function bundleFault(path: string, signed: { readonly bytes: number; readonly sha256: string }): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return 'is not there';
  if (found.size !== signed.bytes) return `has ${found.size} bytes, and ${signed.bytes} were signed`;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex') === signed.sha256 ? null : 'is not what was signed';
}

/** Brings a checked release into the folder that is served, the bundles first. A file is there as a whole or not at all, and none is replaced but the timestamp. */
export async function copyRelease(from: string, into: string, { manifest }: CheckedRelease): Promise<void> {
  const { sequence, targets } = manifest;
  const roots = await readdir(join(from, 'root'), { withFileTypes: true }).catch((): Dirent[] => []);
  const names = [
    ...targets.map(({ path }) => path),
    ...roots.filter((entry) => entry.isFile() && /^[1-9]\d{0,5}\.jws$/.test(entry.name)).map(({ name }) => `root/${name}`),
    `${sequence}/manifest.jws`,
  ];
  for (const name of names) {
    if ((await stat(join(into, name)).catch(() => null)) === null) await placeFile(join(from, name), join(into, name));
  }
  await placeFile(join(from, `${sequence}/timestamp.jws`), join(into, `${sequence}/timestamp.jws`));
}

export async function placeFile(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await mkdir(dirname(to), { recursive: true });
  try {
    await copyFile(from, partial);
    const handle = await open(partial, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, to);
  } finally {
    await rm(partial, { force: true });
  }
}

async function readText(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size <= 65_536 ? (await readFile(path, 'latin1')).trim() : null;
}
