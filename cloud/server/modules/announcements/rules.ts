import type { AnnouncementState } from '@concierge/contract/http/announcements.ts';

export interface Lifetime {
  readonly publishAtMs: number;
  readonly expiresAtMs: number | null;
  readonly withdrawn: boolean;
}

/** What an announcement is at this moment. It is asked of the clock on every read; no job has to have run. */
export function announcementState(lifetime: Lifetime, nowMs: number): AnnouncementState {
  if (lifetime.withdrawn) return 'withdrawn';
  if (lifetime.expiresAtMs !== null && lifetime.expiresAtMs <= nowMs) return 'expired';
  return lifetime.publishAtMs > nowMs ? 'scheduled' : 'current';
}
