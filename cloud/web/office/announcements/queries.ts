import { Announcement, type AnnouncementBody, AnnouncementPage, type AnnouncementPatch } from '@concierge/contract/http/announcements.ts';
import { queryOptions } from '@tanstack/react-query';
import { api, readAllPages } from '../api.ts';
import { queryKeys } from '../query-keys.ts';

export const announcementsQuery = (buildingId: string) =>
  queryOptions({ queryKey: queryKeys.announcements(buildingId), queryFn: ({ signal }) => readAnnouncements(buildingId, signal) });

export function readAnnouncements(buildingId: string, signal?: AbortSignal): Promise<Announcement[]> {
  return readAllPages(AnnouncementPage, `/api/announcements?buildingId=${buildingId}`, signal);
}

export function createAnnouncement(body: AnnouncementBody, idempotencyKey: string): Promise<Announcement> {
  return api.change(Announcement, { method: 'POST', path: '/api/announcements', body, idempotencyKey });
}

export function changeAnnouncement(announcementId: string, body: AnnouncementPatch): Promise<Announcement> {
  return api.change(Announcement, { method: 'PATCH', path: `/api/announcements/${announcementId}`, body });
}
