import { AnnouncementPage } from '@concierge/contract/http/announcements.ts';
import { BuildingPage } from '@concierge/contract/http/buildings.ts';
import type { ApiClient } from '../ui/api/client.ts';
import type { ResidentState } from './kept-state.ts';

/** The buildings I belong to and what each announces now; twenty buildings at most, and forty announcements of each. */
export async function readResidentState(api: ApiClient, nowMs: number): Promise<ResidentState> {
  const mine = await api.read(BuildingPage, '/api/buildings/my-buildings?limit=20');
  const buildings = await Promise.all(
    mine.items.map(async ({ id, name, addressLine, city, timeZone }) => {
      const page = await api.read(AnnouncementPage, `/api/announcements?buildingId=${id}&state=current&limit=40`);
      return {
        id,
        name,
        addressLine,
        city,
        timeZone,
        announcements: page.items.map(({ id: announcementId, category, urgent, title, body, publishAt, expiresAt }) => ({
          id: announcementId,
          category,
          urgent,
          title,
          body,
          publishAt,
          expiresAt,
        })),
      };
    }),
  );
  return { readAt: new Date(nowMs).toISOString(), buildings };
}
