import { z } from 'zod';
import { HeldSequence, Sequence } from '../sequence.ts';
import { Instant } from '../text.ts';
import { BUNDLE_LIMITS, Sha256 } from './bundle.ts';

export const ReleaseArch = z.enum(['x64', 'arm64']);
export type ReleaseArch = z.infer<typeof ReleaseArch>;
export const ReleaseShell = z.enum(['electron', 'chromium']);
export type ReleaseShell = z.infer<typeof ReleaseShell>;

/** What a device of one kind downloads. */
export const ReleaseTarget = z.strictObject({
  arch: ReleaseArch,
  shell: ReleaseShell,
  /** Below the address that serves releases: plain names, so that nothing in it leads elsewhere. */
  path: z
    .string()
    .max(200)
    .regex(/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/),
  /** Of the bundle as it is downloaded. */
  bytes: z.int().positive().max(BUNDLE_LIMITS.maxBundleBytes),
  sha256: Sha256,
  /** Of what lies in the slot afterwards. */
  files: z.int().positive().max(BUNDLE_LIMITS.maxFiles),
  unpackedBytes: z.int().nonnegative().max(BUNDLE_LIMITS.maxUnpackedBytes),
});
export type ReleaseTarget = z.infer<typeof ReleaseTarget>;

/** The version that people read. Nothing is decided by it; the sequence decides. */
export const ReleaseVersion = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}(-[0-9a-z.]{1,20})?$/);

/** One release of the kiosk's program, for every kind of device. Signed by a root key. */
export const ReleaseManifest = z
  .strictObject({
    kind: z.literal('release-manifest'),
    version: ReleaseVersion,
    /** It only grows, and no device installs a lower one than it has had. */
    sequence: Sequence,
    issuedAt: Instant,
    /** What a device must run to take this release; an older one needs a release between. */
    follows: z.strictObject({ earliestSequence: HeldSequence, earliestWireVersion: z.int().positive() }),
    targets: z.array(ReleaseTarget).min(1).max(8),
  })
  .refine(({ targets }) => new Set(targets.map(({ arch, shell }) => `${arch} ${shell}`)).size === targets.length, {
    error: 'one target for each kind of device',
  })
  .refine(({ sequence, follows }) => follows.earliestSequence < sequence, { error: 'a release follows an earlier one' });
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;
