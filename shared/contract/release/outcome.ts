import { z } from 'zod';
import { HeldSequence, Sequence } from '../sequence.ts';
import { ReleaseArch, ReleaseVersion } from './manifest.ts';

/** Why a release that was started was given up. */
export const RollbackReason = z.enum([
  /** Started as often as a release may be, and never got so far as to say how it is. */
  'starts-used-up',
  'cache-not-opened',
  'nothing-painted',
  /** The release before it had reached the cloud. */
  'cloud-not-reached',
  /** What lay in the slot was no longer what had been put there. */
  'slot-damaged',
]);
export type RollbackReason = z.infer<typeof RollbackReason>;

/** Why an offered release was not installed. The first group was decided by what was offered, the second by this device's state, the third met on the way. */
export const InstallRefusal = z.enum([
  'oversized',
  'malformed',
  'unknown-key',
  'bad-signature',
  'wrong-kind',
  'unknown-form',
  'root-out-of-order',
  'other-manifest',
  'expired',
  'from-the-future',
  'unknown-target',

  'lower-sequence',
  'conflicting-sequence',
  'release-between-needed',
  'failed-before',
  'on-trial',
  'busy',

  'unreachable',
  'refused-by-server',
  'too-slow',
  'altered-bytes',
  'bundle-malformed',
  'disk-full',
  'disk-failing',
  'stopped',
]);
export type InstallRefusal = z.infer<typeof InstallRefusal>;

/** Refusals that pass by themselves: the device tries the same offer again. All others are its last word on it. */
export const passingRefusals: ReadonlySet<InstallRefusal> = new Set([
  'unreachable',
  'refused-by-server',
  'too-slow',
  'stopped',
  'busy',
  'on-trial',
  // The cloud signs a new timestamp every day or two.
  'expired',
  'from-the-future',
]);

/** What a device says of its releases. `sequence` 0 is the program that came with the device. */
export const ReleaseReport = z.strictObject({
  running: z.strictObject({ sequence: HeldSequence, version: ReleaseVersion }),
  /** Started and not yet judged. */
  onTrial: z.boolean(),
  /** Installed, and begins with the next start. */
  waiting: Sequence.nullable(),
  rolledBack: z.strictObject({ sequence: Sequence, reason: RollbackReason }).nullable(),
  /** The last root statement it follows; the next in the chain is what it needs. */
  rootVersion: Sequence,
});
export type ReleaseReport = z.infer<typeof ReleaseReport>;

/** The same as the cloud hears it. */
export const DeviceRelease = z.strictObject({
  ...ReleaseReport.shape,
  arch: ReleaseArch,
  /** The offer that it could not take, until it is given another. */
  refused: z.strictObject({ sequence: Sequence, reason: InstallRefusal }).nullable(),
  /** Free for a download and an install; in steps, so that it is not news all the time. */
  freeMebibytes: z.int().nonnegative(),
});
export type DeviceRelease = z.infer<typeof DeviceRelease>;
