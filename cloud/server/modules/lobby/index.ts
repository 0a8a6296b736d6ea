import { createSecretKey } from 'node:crypto';
import type { Announcements } from '#modules/announcements/index.ts';
import type { Fleet } from '#modules/fleet/index.ts';
import type { Property } from '#modules/property/index.ts';
import type { Weather } from '#modules/weather/index.ts';
import type { Database } from '#platform/database/database.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { createDeviceSync } from './device-sync.ts';
import { createFactPublication } from './fact-publication.ts';
import { createFactReading } from './fact-reading.ts';
import { lobbyClock, lobbyJobs } from './jobs.ts';
import { createPresence } from './presence.ts';
import { createPresenceBatches } from './presence-batches.ts';
import { presenceClock } from './presence-clock.ts';
import { createPublication, type Publication } from './publication.ts';
import { createRegularCheck } from './regular-check.ts';
import { lobbyRoutes } from './routes.ts';
import { findPublicInfo } from './store.ts';

export { rebuildLobby, refreshFacts, serveDevice } from './jobs.ts';
export { CODES_RUN_OUT, LOBBY_CHECK_DUE } from './regular-check.ts';

export interface Lobby {
  readonly publication: Publication;
  readonly jobs: readonly Job[];
  readonly periodic: readonly PeriodicJob[];
  routes(app: HttpServer): void;
}

export interface LobbyDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly property: Property;
  readonly announcements: Announcements;
  readonly weather: Weather;
  readonly fleet: Fleet;
  readonly messenger: Messenger;
  readonly keyring: Keyring;
  readonly publicUrl: URL;
  readonly tenantIds: () => Promise<string[]>;
  nowMs(): number;
}

/** The sanitised projection of a building, where it is sent and read, and the codes that prove presence before a screen. */
export function createLobby(deps: LobbyDeps): Lobby {
  const signing = deps.keyring.signing;
  // As a key object: handed over as bytes, it would be taken in anew for each of a day's 2,880 codes.
  const presenceKey = createSecretKey(deps.keyring.presenceSecret);
  const publication = createPublication({ ...deps, signing });
  const factPublication = createFactPublication({ ...deps, signing });
  const batches = createPresenceBatches({ ...deps, signing, presenceKey });
  const deviceSync = createDeviceSync({ ...deps, batches });
  const presence = createPresence({ ...deps, presenceKey });
  return {
    publication,
    jobs: lobbyJobs({ publication, factPublication, deviceSync }),
    periodic: [lobbyClock(createRegularCheck(deps)), presenceClock(deps)],
    routes: (app) =>
      lobbyRoutes(app, {
        presence,
        facts: createFactReading(deps),
        secureCookies: deps.publicUrl.protocol === 'https:',
        async publicInfo(buildingId) {
          const tenantId = await deps.property.tenantOf(buildingId);
          return tenantId === null ? null : findPublicInfo(deps.database, tenantId, buildingId);
        },
      }),
  };
}
