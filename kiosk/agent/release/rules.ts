import type { ReleaseArch, ReleaseManifest, ReleaseShell, ReleaseTarget } from '@concierge/contract/release/manifest.ts';
import type { InstallRefusal, RollbackReason } from '@concierge/contract/release/outcome.ts';
import type { ReleaseTimestamp } from '@concierge/contract/release/timestamp.ts';
import { type BootPointer, neverStarted, type SlotRelease } from './boot-rules.ts';

/** What a device is, for the choice of a release. */
export interface ReleaseDevice {
  readonly arch: ReleaseArch;
  readonly shell: ReleaseShell;
  readonly wireVersion: number;
  /** The sequence of the program that came with the device. */
  readonly builtInSequence: number;
}

export interface ReleaseClock {
  readonly nowMs: number;
  readonly trusted: boolean;
}

/** A statement signed further ahead of a trusted clock than this was signed by a clock that is wrong. */
const MAX_AHEAD_MS = 300_000;

/** Why a timestamp with a good signature does not vouch for this manifest now; null when it does. A device that does not know the time believes the date. */
export function timestampFault(
  timestamp: ReleaseTimestamp,
  manifest: { readonly sequence: number; readonly sha256: string },
  clock: ReleaseClock,
): Extract<InstallRefusal, 'other-manifest' | 'expired' | 'from-the-future'> | null {
  if (timestamp.sequence !== manifest.sequence || timestamp.manifestSha256 !== manifest.sha256) return 'other-manifest';
  if (!clock.trusted) return null;
  if (Date.parse(timestamp.expiresAt) <= clock.nowMs) return 'expired';
  return Date.parse(timestamp.issuedAt) > clock.nowMs + MAX_AHEAD_MS ? 'from-the-future' : null;
}

export type OfferDecision =
  | { readonly verdict: 'install'; readonly target: ReleaseTarget }
  /** It runs already, or waits in the spare slot. */
  | { readonly verdict: 'nothing-to-do' }
  | { readonly verdict: 'refuse'; readonly reason: InstallRefusal };

/** What to do with a release that was truly offered. `running` is null for the program that came with the device. */
export function decideOffer(
  manifest: ReleaseManifest,
  device: ReleaseDevice,
  running: SlotRelease | null,
  pointer: BootPointer,
): OfferDecision {
  const runningSequence = running?.sequence ?? device.builtInSequence;
  const { pending, rolledBack } = pointer;
  if (manifest.sequence < Math.max(pointer.floorSequence, device.builtInSequence)) return refuse('lower-sequence');
  const target = manifest.targets.find(({ arch, shell }) => arch === device.arch && shell === device.shell);
  if (target === undefined) return refuse('unknown-target');
  if (manifest.sequence === runningSequence) {
    return running === null || running.sha256 === target.sha256 ? { verdict: 'nothing-to-do' } : refuse('conflicting-sequence');
  }
  if (pending !== null && pending.starts > 0) return refuse('on-trial');
  const waits = neverStarted(pointer);
  if (waits?.sequence === manifest.sequence && waits.sha256 === target.sha256) return { verdict: 'nothing-to-do' };
  const { earliestSequence, earliestWireVersion } = manifest.follows;
  if (runningSequence < earliestSequence || device.wireVersion < earliestWireVersion) return refuse('release-between-needed');
  if (rolledBack !== null && rolledBack.sequence === manifest.sequence && rolledBack.sha256 === target.sha256 && !mayTryAgain(rolledBack)) {
    return refuse('failed-before');
  }
  return { verdict: 'install', target };
}

/** Cuts of the power and of the network look like a bad release, and so does a display that somebody unplugs. One more trial tells them apart; a cache that does not open needs none. */
const MAX_TRIALS: Record<RollbackReason, number> = {
  'starts-used-up': 2,
  'cloud-not-reached': 2,
  'slot-damaged': 2,
  'cache-not-opened': 1,
  'nothing-painted': 2,
};

function mayTryAgain({ reason, trials }: NonNullable<BootPointer['rolledBack']>): boolean {
  return trials < MAX_TRIALS[reason];
}

/** What a release on trial has shown so far. */
export interface TrialEvidence {
  readonly painted: boolean;
  readonly cacheOpened: boolean;
  readonly cloudReached: boolean;
}

export interface TrialLimits {
  /** From the start of the program until it opened its cache and painted. */
  readonly screenWithinMs: number;
  /** As long as no display is plugged in nothing can be painted, and the time of the screen begins only after that; but from here on it is no excuse. */
  readonly displayWithinMs: number;
  /** Until it reached the cloud, where the release before it had. */
  readonly cloudWithinMs: number;
}

/** The screen is dark to people after minutes; a router takes its time to come back after a power cut. */
export const DEFAULT_TRIAL_LIMITS: TrialLimits = { screenWithinMs: 180_000, displayWithinMs: 24 * 3_600_000, cloudWithinMs: 900_000 };

export type TrialVerdict =
  | { readonly verdict: 'commit' }
  /** Look again then, or when there is more evidence. */
  | { readonly verdict: 'wait'; readonly untilMs: number }
  | { readonly verdict: 'roll-back'; readonly reason: RollbackReason };

/** Whether a release has proven itself, `sinceStartMs` after its start; `displayAwayUntilMs` after it there was no display the last time somebody looked (0: there was always one). */
export function judgeTrial(
  evidence: TrialEvidence,
  cloudWasReachable: boolean,
  sinceStartMs: number,
  limits: TrialLimits,
  displayAwayUntilMs = 0,
): TrialVerdict {
  if (!evidence.cacheOpened || !evidence.painted) {
    const excusedMs = evidence.cacheOpened ? Math.min(displayAwayUntilMs, limits.displayWithinMs) : 0;
    const untilMs = excusedMs + limits.screenWithinMs;
    if (sinceStartMs < untilMs) return { verdict: 'wait', untilMs };
    return { verdict: 'roll-back', reason: evidence.cacheOpened ? 'nothing-painted' : 'cache-not-opened' };
  }
  if (evidence.cloudReached || !cloudWasReachable) return { verdict: 'commit' };
  if (sinceStartMs < limits.cloudWithinMs) return { verdict: 'wait', untilMs: limits.cloudWithinMs };
  return { verdict: 'roll-back', reason: 'cloud-not-reached' };
}

function refuse(reason: InstallRefusal): OfferDecision {
  return { verdict: 'refuse', reason };
}
