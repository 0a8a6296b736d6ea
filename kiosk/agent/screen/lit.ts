import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import type { SceneSchedule } from '@concierge/contract/mqtt/scenes.ts';
import { localMoment } from '@concierge/kernel/local-moment.ts';
import { isOn } from '@concierge/kernel/schedule.ts';

/** What wakes people is worth a lit screen at night for as long as it has the screen to itself (see the renderer's takeover). */
const URGENT_LIGHTS_MS = 24 * 3_600_000;
const HOME_ZONE = 'Europe/Athens';

/** Whether the glass is lit at this moment. A screen that does not know the time, or shows no building, is never dark. */
export function isLit(facts: {
  readonly litWhen: SceneSchedule | undefined;
  readonly document: LobbyDocument | null;
  /** Null while nobody knows what time it is. */
  readonly nowMs: number | null;
}): boolean {
  const { litWhen, document, nowMs } = facts;
  if (litWhen === undefined || document === null || nowMs === null) return true;
  if (isOn(litWhen, localMoment(nowMs, document.building.timeZone || HOME_ZONE))) return true;
  return document.announcements.some(({ urgent, publishAt, expiresAt }) => {
    const publishedMs = Date.parse(publishAt);
    return (
      urgent && publishedMs <= nowMs && nowMs - publishedMs < URGENT_LIGHTS_MS && (expiresAt === null || Date.parse(expiresAt) > nowMs)
    );
  });
}
