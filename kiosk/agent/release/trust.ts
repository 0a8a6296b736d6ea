import { createHash } from 'node:crypto';
import { readNewerForm } from '@concierge/contract/newer-form.ts';
import type { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import type { InstallRefusal } from '@concierge/contract/release/outcome.ts';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { openReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { pinnedKeys } from '@concierge/contract/signed-claims.ts';
import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { PrivateDirectory } from '../device/private-directory.ts';
import { type ReleaseClock, timestampFault } from './rules.ts';

/** What the cloud sends to offer a release, as it travels. */
export interface ReleaseOffer {
  /** The release that is meant, where that is known: whoever serves the files may not choose another. */
  readonly sequence?: number;
  /** The root statements after the one that the device follows, in order. Usually none. */
  readonly roots: readonly string[];
  readonly timestamp: string;
  readonly manifest: string;
}

/** Whom this device believes about releases. */
export interface ReleaseTrust {
  root(): ReleaseRoot;
  /** The manifest of an offer that holds, or why it does not. Follows and keeps new roots even when the rest is refused. */
  open(offer: ReleaseOffer, clock: ReleaseClock): Promise<Result<ReleaseManifest, InstallRefusal>>;
}

const TRUST_FILE = 'trust.json';
/** A key changes every few years. */
const MAX_ROOTS_AT_ONCE = 20;

/** `builtIn` is the root that the program was built with. What is on disk was checked before it was written, and serves when it is newer. */
export function createReleaseTrust(directory: PrivateDirectory, builtIn: ReleaseRoot): ReleaseTrust {
  let root = newest(builtIn, savedRoot(directory));

  function keep(followed: ReleaseRoot): void {
    try {
      directory.write(TRUST_FILE, `${JSON.stringify(followed)}\n`);
    } catch {
      // The disk takes nothing: it serves from memory now, and is sent again after the next start.
    }
  }

  return {
    root: () => root,
    async open(offer, clock) {
      const followed = await followRoots(root, offer.roots);
      if (followed.root !== root) keep(followed.root);
      root = followed.root;
      if (followed.fault !== null) return failure(followed.fault);
      const timestamp = await openReleaseStatement('timestamp', offer.timestamp, await pinnedKeys(root.timestampKeys));
      if (!timestamp.ok) return timestamp;
      const manifest = await openReleaseStatement('manifest', offer.manifest, await pinnedKeys(root.rootKeys));
      if (!manifest.ok) return manifest;
      if (offer.sequence !== undefined && manifest.value.sequence !== offer.sequence) return failure('other-manifest');
      const named = { sequence: manifest.value.sequence, sha256: createHash('sha256').update(offer.manifest).digest('hex') };
      const stale = timestampFault(timestamp.value, named, clock);
      return stale === null ? success(manifest.value) : failure(stale);
    },
  };
}

/** The root that signed statements lead to from `first`, and why they were not followed to their end; null when they were. */
export async function followRoots(
  first: ReleaseRoot,
  statements: readonly string[],
): Promise<{ readonly root: ReleaseRoot; readonly fault: InstallRefusal | null }> {
  let root = first;
  if (statements.length > MAX_ROOTS_AT_ONCE) return { root, fault: 'oversized' };
  for (const statement of statements) {
    const next = await openReleaseStatement('root', statement, await pinnedKeys(root.rootKeys));
    if (!next.ok) return { root, fault: next.error };
    if (next.value.version !== root.version + 1) return { root, fault: 'root-out-of-order' };
    if (!(await namesKeys(next.value))) return { root, fault: 'unknown-form' };
    root = next.value;
  }
  return { root, fault: null };
}

function newest(builtIn: ReleaseRoot, saved: ReleaseRoot | null): ReleaseRoot {
  return saved !== null && saved.version > builtIn.version ? saved : builtIn;
}

/** A root whose keys are no keys would lock this device out for ever. */
async function namesKeys({ rootKeys, timestampKeys }: ReleaseRoot): Promise<boolean> {
  const keys = await pinnedKeys([...rootKeys, ...timestampKeys]);
  return keys.size === rootKeys.length + timestampKeys.length;
}

function savedRoot(directory: PrivateDirectory): ReleaseRoot | null {
  // None yet, or damaged: the chain is followed again from the root that the program was built with.
  try {
    return readNewerForm(ReleaseRoot, jsonOrUndefined(directory.read(TRUST_FILE) ?? '')).data ?? null;
  } catch {
    return null;
  }
}
