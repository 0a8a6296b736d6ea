import type { FleetRelease, ReleaseStanding } from '@concierge/contract/http/device-releases.ts';

/** What is told of screens that have not got the new release, in the order of what happens next. */
const parts = ['failed', 'starting', 'waiting', 'downloading', 'held', 'later', 'stopped'] as const satisfies readonly ReleaseStanding[];

export interface ReleaseLine {
  /** Screens that run the new release, of those that take releases. */
  readonly current: number;
  readonly total: number;
  readonly parts: readonly { readonly standing: (typeof parts)[number]; readonly count: number }[];
}

/** «412 από 430»; null where there is nothing to tell: no rollout, or no screen that takes releases. */
export function releaseLineOf({ rollout, standings }: Pick<FleetRelease, 'rollout' | 'standings'>): ReleaseLine | null {
  const told = parts.map((standing) => ({ standing, count: standings[standing] })).filter(({ count }) => count > 0);
  const total = standings.current + told.reduce((sum, { count }) => sum + count, 0);
  if (rollout === null || total === 0) return null;
  return { current: standings.current, total, parts: told };
}

const families = {
  dark: ['nothing-painted'],
  data: ['cache-not-opened'],
  cloud: ['cloud-not-reached'],
  starts: ['starts-used-up'],
  room: ['no-room', 'disk-full'],
  card: ['disk-failing', 'slot-damaged'],
  network: ['unreachable', 'refused-by-server', 'too-slow', 'stopped'],
  altered: ['altered-bytes', 'bad-signature', 'unknown-key', 'other-manifest', 'bundle-malformed'],
  kind: ['other-kind', 'unknown-target'],
  between: ['release-between-needed'],
  before: ['failed-before'],
  clock: ['clock-not-trusted'],
  busy: ['on-trial', 'busy'],
  away: ['offline'],
} as const;

export type ReasonFamily = keyof typeof families | 'other';

/** What a device's or the cloud's code means to a person who looks after screens; the rest is for the support. */
export function reasonFamily(code: string): ReasonFamily {
  for (const [family, codes] of Object.entries(families) as [keyof typeof families, readonly string[]][])
    if (codes.includes(code)) return family;
  return 'other';
}
