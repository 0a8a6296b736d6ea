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

/** All that a building ever announced: no office fills the database of all others. It is one a day for thirteen years. */
export const MAX_ANNOUNCEMENTS = 5_000;

export function tooManyAnnouncements(): { el: string; en: string } {
  return {
    el: `Το κτίριο έχει ήδη ${MAX_ANNOUNCEMENTS} ανακοινώσεις, μαζί με όσες έληξαν ή αποσύρθηκαν, που είναι το όριο. Αλλάξτε μια παλιά αντί να προσθέσετε νέα.`,
    en: `The building already has ${MAX_ANNOUNCEMENTS} announcements, expired and withdrawn ones included, which is the limit. Change an old one instead of adding another.`,
  };
}
