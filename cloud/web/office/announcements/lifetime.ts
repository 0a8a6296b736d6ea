import type { Announcement, AnnouncementState } from '@concierge/contract/http/announcements.ts';
import { MOST_LOBBY_ANNOUNCEMENTS } from '@concierge/contract/mqtt/content.ts';
import { knownZone } from '../../ui/words/dates.ts';

/**
 * The state by this moment's clock: what was read as scheduled a while ago may be current by now. What the server calls current is never shown as scheduled, because this
 * computer's clock may be behind.
 */
export function stateAt(announcement: Pick<Announcement, 'state' | 'publishAt' | 'expiresAt'>, nowMs: number): AnnouncementState {
  if (announcement.state === 'withdrawn') return 'withdrawn';
  if (announcement.expiresAt !== null && Date.parse(announcement.expiresAt) <= nowMs) return 'expired';
  return announcement.state === 'scheduled' && Date.parse(announcement.publishAt) > nowMs ? 'scheduled' : 'current';
}

/** How many of those that hold now the lobby screen does not carry. */
export function leftOffTheLobby(currentCount: number): number {
  return Math.max(0, currentCount - MOST_LOBBY_ANNOUNCEMENTS);
}

/** `2026-11-21T18:05` on the building's wall clock, as the browser's date and time field writes it. */
export function wallClockOf(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(timeZone),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/**
 * The instant at which the building's wall clock shows this; null for what is no date. An hour that daylight saving skips means the hour after it, one it repeats the first of
 * the two.
 */
export function instantOfWallClock(wallClock: string, timeZone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wallClock)) return null;
  const asIfUtc = Date.parse(`${wallClock}:00.000Z`);
  if (Number.isNaN(asIfUtc)) return null;
  // The zone's offset differs by at most an hour around a change; both sides of it are tried, the earlier instant first.
  const offsetAt = (ms: number) => Date.parse(`${wallClockOf(ms, timeZone)}:00.000Z`) - Math.floor(ms / 60_000) * 60_000;
  const offsets = [offsetAt(asIfUtc - 86_400_000), offsetAt(asIfUtc + 86_400_000)];
  const exact = offsets.map((offset) => asIfUtc - offset).filter((ms) => wallClockOf(ms, timeZone) === wallClock);
  return exact.length > 0 ? Math.min(...exact) : asIfUtc - (offsets[0] ?? 0);
}

export type ExpiryPreset = 'tonight' | 'tomorrow' | 'week' | 'month' | 'never' | 'other';

/** The end a preset stands for, on the building's wall clock: midnight of the day it names, counted from publication. Null: no end, or to be typed. */
export function expiryOf(preset: ExpiryPreset, publishAtMs: number, timeZone: string): number | null {
  const days = { tonight: 1, tomorrow: 2, week: 7, month: 30, never: null, other: null }[preset];
  if (days === null) return null;
  const day = wallClockOf(publishAtMs, timeZone).slice(0, 10);
  const midnight = new Date(Date.parse(`${day}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 16);
  return instantOfWallClock(midnight, timeZone);
}
