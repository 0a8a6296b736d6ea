import type { AccountFact } from '@concierge/contract/mqtt/facts.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { Orm } from '#platform/database/orm.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { type Accounts, createAccounts } from './account.ts';
import { findAccount } from './account-store.ts';
import { type Apartments, createApartments } from './apartments.ts';
import { type Buildings, createBuildings } from './buildings.ts';
import { type BuildingName, buildingsNamed, namesOfBuildings } from './name-store.ts';
import { propertyRoutes } from './routes.ts';
import { findLobbyBuilding, type LobbyBuilding, tenantOfBuilding } from './store.ts';
import { createWeights, type Weights } from './weights.ts';

export { BUILDING_CHANGED } from './buildings.ts';
export type { LobbyBuilding };

export interface Property {
  readonly buildings: Buildings;
  readonly apartments: Apartments;
  readonly weights: Weights;
  readonly accounts: Accounts;
  /** What the building tells everybody about itself: name and address, nothing of its people. */
  lobbyBuilding(tx: Transaction, buildingId: string): Promise<LobbyBuilding | null>;
  /** The account that its common expenses are paid into; null when nobody said. */
  lobbyAccount(tx: Transaction, buildingId: string): Promise<AccountFact | null>;
  /** What buildings are called, and which have these words in their names: for lists of what stands in buildings. */
  readonly names: {
    names(scope: Scope, buildingIds: readonly string[]): Promise<ReadonlyMap<string, BuildingName>>;
    named(scope: Scope, words: readonly string[]): Promise<string[][]>;
  };
  /** Whose the building is, before a tenant is known; null when there is none. */
  tenantOf(buildingId: string): Promise<string | null>;
  routes(app: HttpServer): void;
}

/** Buildings, apartments, who owns or rents them when, and the weight tables. */
export function createProperty(deps: { database: Database; orm: Orm; outbox: Outbox; nowMs: () => number }): Property {
  const use = {
    buildings: createBuildings(deps),
    apartments: createApartments(deps),
    weights: createWeights(deps),
    accounts: createAccounts(deps),
  };
  return {
    ...use,
    lobbyBuilding: findLobbyBuilding,
    lobbyAccount: (tx, buildingId) => findAccount(deps.database, tx.scope, buildingId),
    names: {
      names: (scope, buildingIds) => namesOfBuildings(deps.database, scope, buildingIds),
      named: (scope, words) => buildingsNamed(deps.database, scope, words),
    },
    tenantOf: (buildingId) => tenantOfBuilding(deps.database, buildingId),
    routes: (app) => propertyRoutes(app, use),
  };
}
