import type { Logger } from 'pino';
import type { Database } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { askAgainInMs, retryInMs } from './rules.ts';
import type { Coordinates, WeatherService } from './service.ts';
import { buildingsOfPlace, forgetUnusedPlaces, noteFailure, noteReading, takeDuePlaces } from './store.ts';

/** Says that there is newer weather for a building. */
export const WEATHER_CHANGED = 'weather.changed';

/** Longer than a run can take: four at a time, eight seconds at worst each, and a run that meets only silence ends early. */
const LEASE_SECONDS = 600;
const MOST_PLACES = 200;
const AT_ONCE = 4;
/** After this many failures without an answer between them it is the service that is ill, and asking for the rest would not cure it. */
const FAILURES_THAT_END_IT = 6;

export interface WeatherPoll {
  /** Asks for every place that is due, and tells the buildings there. Any replica may run it, and two at once take different places. */
  run(): Promise<void>;
}

export function createWeatherPoll(deps: {
  database: Database;
  outbox: Outbox;
  service: WeatherService | null;
  nowMs(): number;
  random(): number;
  logger: Logger;
}): WeatherPoll {
  const { database, service, logger } = deps;
  return {
    async run() {
      if (service === null) return;
      await forgetUnusedPlaces(database);
      const due = await takeDuePlaces(database, { nowMs: deps.nowMs(), leaseSeconds: LEASE_SECONDS, most: MOST_PLACES });
      const waiting = [...due];
      let failuresInRow = 0;
      const worker = async () => {
        for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
          // What is not asked for now failed as well, as far as anybody can tell; it comes later.
          const answered = failuresInRow >= FAILURES_THAT_END_IT ? null : await service.read(place);
          if (answered?.ok === true) {
            failuresInRow = 0;
            await noteReading(database, place, answered.value, deps.nowMs() + askAgainInMs(deps.random()));
            await tell(place);
            continue;
          }
          failuresInRow += 1;
          await noteFailure(database, place, deps.nowMs() + retryInMs(place.failures + 1, deps.random()));
          if (answered !== null) logger.warn({ ...answered.error, failures: place.failures + 1 }, 'the weather service gave no weather');
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },
  };

  async function tell(place: Coordinates): Promise<void> {
    for (const { tenantId, buildingId } of await buildingsOfPlace(database, place))
      await database.transaction({ tenantId, sessionId: null }, (tx) => deps.outbox.emit(tx, WEATHER_CHANGED, { tenantId, buildingId }));
  }
}
