import type { BuildingFacts } from '@concierge/contract/http/facts.ts';
import { FactsClaims, knownFacts, NO_FACTS } from '@concierge/contract/mqtt/facts.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Property } from '#modules/property/index.ts';
import type { Database } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import { readFacts } from './fact-store.ts';

/** What a building's screens were told last, for whoever arranges them. */
export interface FactReading {
  read(principal: Principal, buildingId: string): Promise<Result<BuildingFacts, Failure>>;
}

export function createFactReading({
  database,
  property,
  nowMs,
}: {
  database: Database;
  property: Pick<Property, 'names'>;
  nowMs(): number;
}): FactReading {
  return {
    async read(principal, buildingId) {
      if (!principal.may('device:read', buildingId) || !(await property.names.names(principal.scope, [buildingId])).has(buildingId))
        return failure({ code: 'not-found' });
      const stored = FactsClaims.shape.facts.safeParse(await readFacts(database, principal.scope, buildingId));
      const { weather, account } = stored.success ? knownFacts(stored.data) : NO_FACTS;
      return success({ weather: weather !== null && Date.parse(weather.showUntil) > nowMs() ? weather : null, account });
    },
  };
}
