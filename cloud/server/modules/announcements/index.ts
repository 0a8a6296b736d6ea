import { type LobbyAnnouncement, MOST_LOBBY_ANNOUNCEMENTS } from '@concierge/contract/mqtt/content.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { HttpServer } from '#platform/http/server.ts';
import { type AnnouncementsDeps, type AnnouncementUseCases, createAnnouncementUseCases } from './announcements.ts';
import { announcementRoutes } from './routes.ts';
import { listLobbyAnnouncements } from './store.ts';

export { ANNOUNCEMENT_CHANGED } from './announcements.ts';

export interface Announcements {
  readonly useCases: AnnouncementUseCases;
  /** What may stand on the building's lobby screen, within the limit of the lobby document. */
  forLobby(tx: Transaction, buildingId: string): Promise<LobbyAnnouncement[]>;
  routes(app: HttpServer): void;
}

const LOBBY_DAYS_AHEAD = 14;

/** What the office tells a building's people. */
export function createAnnouncements(deps: AnnouncementsDeps): Announcements {
  const useCases = createAnnouncementUseCases(deps);
  return {
    useCases,
    forLobby: (tx, buildingId) => listLobbyAnnouncements(tx, buildingId, { daysAhead: LOBBY_DAYS_AHEAD, limit: MOST_LOBBY_ANNOUNCEMENTS }),
    routes: (app) => announcementRoutes(app, useCases),
  };
}
