import type { Database, Transaction } from '#platform/database/database.ts';
import type { Orm } from '#platform/database/orm.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { type Apartments, createApartments } from './apartments.ts';
import { type Buildings, createBuildings } from './buildings.ts';
import { propertyRoutes } from './routes.ts';
import { findLobbyBuilding, type LobbyBuilding, tenantOfBuilding } from './store.ts';
import { createWeights, type Weights } from './weights.ts';

export { BUILDING_CHANGED } from './buildings.ts';
export type { LobbyBuilding };

export interface Property {
  readonly buildings: Buildings;
  readonly apartments: Apartments;
  readonly weights: Weights;
  /** What the building tells everybody about itself: name and address, nothing of its people. */
  lobbyBuilding(tx: Transaction, buildingId: string): Promise<LobbyBuilding | null>;
  /** Whose the building is, before a tenant is known; null when there is none. */
  tenantOf(buildingId: string): Promise<string | null>;
  routes(app: HttpServer): void;
}

/** Buildings, apartments, who owns or rents them when, and the weight tables. */
export function createProperty(deps: { database: Database; orm: Orm; outbox: Outbox; nowMs: () => number }): Property {
  const use = { buildings: createBuildings(deps), apartments: createApartments(deps), weights: createWeights(deps) };
  return {
    ...use,
    lobbyBuilding: findLobbyBuilding,
    tenantOf: (buildingId) => tenantOfBuilding(deps.database, buildingId),
    routes: (app) => propertyRoutes(app, use),
  };
}
