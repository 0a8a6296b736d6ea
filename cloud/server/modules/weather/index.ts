import type { WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import type { Logger } from 'pino';
import type { Property } from '#modules/property/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { weatherClock, weatherJobs } from './jobs.ts';
import { createOpenMeteo } from './open-meteo.ts';
import { createPlaces } from './places.ts';
import { createWeatherPoll } from './poll.ts';
import { weatherRoutes } from './routes.ts';
import { weatherFact } from './rules.ts';
import { findPlace } from './store.ts';

export { askForWeather } from './jobs.ts';
export { PLACE_CHANGED } from './places.ts';
export { WEATHER_CHANGED } from './poll.ts';

export interface Weather {
  /** What a building's screens may be told of its weather; null where nobody asked for it, and while none is known that is recent. */
  forLobby(tx: Transaction, buildingId: string): Promise<WeatherFact | null>;
  readonly jobs: readonly Job[];
  readonly periodic: readonly PeriodicJob[];
  routes(app: HttpServer): void;
}

export interface WeatherDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly property: Pick<Property, 'buildings' | 'lobbyBuilding'>;
  /** Whom to ask; null where nobody is asked. */
  readonly ask: { readonly weatherUrl: string; readonly placesUrl: string | undefined; readonly apiKey: string | undefined } | null;
  readonly logger: Logger;
  nowMs(): number;
}

/** The weather of the places buildings stand in. It is asked for here and kept by place; no screen ever asks anybody. */
export function createWeather(deps: WeatherDeps): Weather {
  const service = deps.ask === null ? null : createOpenMeteo({ ...deps.ask, nowMs: deps.nowMs });
  const poll = createWeatherPoll({ ...deps, service, random: Math.random });
  const places = createPlaces({ ...deps, service });
  return {
    async forLobby(tx, buildingId) {
      const place = service === null ? null : await findPlace(deps.database, tx.scope, buildingId);
      return place === null || place.reading === null ? null : weatherFact(place.name, place.reading, deps.nowMs());
    },
    jobs: weatherJobs(poll),
    periodic: [weatherClock(poll)],
    routes: (app) => weatherRoutes(app, places),
  };
}
