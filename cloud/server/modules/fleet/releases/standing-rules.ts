import type { ReleaseStanding, ReleaseWhy } from '@concierge/contract/http/device-releases.ts';
import { InstallRefusal, RollbackReason } from '@concierge/contract/release/outcome.ts';

/** How often a person may ask one device to try one rollout's release again. */
export const MAX_RETRIES = 3;

/**
 * What a device that is asked again would refuse again by itself: a release that left the glass dark is tried once, and the others lie in what the device or the release is. All other failures
 * may have passed.
 */
const lastWords: ReadonlySet<string> = new Set<RollbackReason | InstallRefusal>([
  'nothing-painted',
  'cache-not-opened',
  'failed-before',
  'lower-sequence',
  'conflicting-sequence',
  'release-between-needed',
  'unknown-target',
]);

export const retriableReasons: readonly string[] = [...RollbackReason.options, ...InstallRefusal.options].filter(
  (reason) => !lastWords.has(reason),
);

export function mayRetry(failed: { readonly reason: string | null; readonly retryCount: number }, rolloutState: string): boolean {
  if (rolloutState !== 'running' && rolloutState !== 'paused') return false;
  return failed.reason !== null && retriableReasons.includes(failed.reason) && failed.retryCount < MAX_RETRIES;
}

/** Until when the present ring is watched; null while it has not answered, and after the last one. */
export function soaksUntilMs(rollout: {
  readonly carriedMs: number | null;
  readonly soakSeconds: number;
  readonly settled: boolean;
}): number | null {
  return rollout.carriedMs === null || rollout.settled ? null : rollout.carriedMs + rollout.soakSeconds * 1_000;
}

/** Why a device stands where it stands. Everything of it was read; `inQuietHours` by its building's clock. */
export function whyOf(facts: {
  readonly standing: ReleaseStanding;
  readonly takesReleases: boolean;
  readonly online: boolean;
  readonly ring: number | null;
  readonly state: string | null;
  readonly reason: string | null;
  readonly inQuietHours: boolean;
  readonly rollout: { readonly state: string; readonly ring: number; readonly soaksUntilMs: number | null } | null;
}): ReleaseWhy {
  const { standing, rollout } = facts;
  if (!facts.takesReleases) return 'takes-no-releases';
  if (rollout === null || standing === 'none') return 'nothing-rolled-out';
  switch (standing) {
    case 'current':
    case 'failed':
    case 'stopped':
    case 'held':
      return standing;
    case 'starting':
      return facts.state === 'waiting' ? 'starting' : 'proving';
    case 'waiting':
      if (rollout.state === 'paused') return 'paused';
      return facts.inQuietHours ? 'place' : 'quiet-hours';
    case 'downloading':
      return facts.reason === null ? 'downloading' : 'trying-again';
    case 'later':
      if (rollout.state === 'paused') return 'paused';
      if (facts.ring === null || facts.ring > rollout.ring) return rollout.soaksUntilMs === null ? 'ring-later' : 'ring-soaks';
      return facts.online ? 'soon' : 'away';
  }
}
