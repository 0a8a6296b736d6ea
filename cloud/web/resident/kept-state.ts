import { Announcement } from '@concierge/contract/http/announcements.ts';
import { Building } from '@concierge/contract/http/buildings.ts';
import { Instant } from '@concierge/contract/text.ts';
import { z } from 'zod';

const KEY = 'concierge-resident-state';
const MOST_BUILDINGS = 20;

/** What a resident saw last. Only what the lobby screen shows to everybody is kept on the phone: no names, apartments or amounts. */
export const ResidentState = z.object({
  readAt: Instant,
  buildings: z
    .array(
      Building.pick({ id: true, name: true, addressLine: true, city: true, timeZone: true }).extend({
        announcements: z.array(Announcement.omit({ state: true, version: true, createdAt: true, updatedAt: true, buildingId: true })),
      }),
    )
    .max(MOST_BUILDINGS),
});
export type ResidentState = z.infer<typeof ResidentState>;

export function readKeptState(storage: Pick<Storage, 'getItem'>): ResidentState | null {
  try {
    const parsed = ResidentState.safeParse(JSON.parse(storage.getItem(KEY) ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function keepState(storage: Pick<Storage, 'setItem'>, state: ResidentState): void {
  try {
    storage.setItem(KEY, JSON.stringify(state));
  } catch {
    // A full storage costs the offline copy and nothing else.
  }
}

/** The next person on this phone must not find what the last one read. */
export function forgetState(storage: Pick<Storage, 'removeItem'>): void {
  storage.removeItem(KEY);
}
