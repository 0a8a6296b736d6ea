import type { Database } from '#platform/database/database.ts';
import type { HttpServer } from '#platform/http/server.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import type { Twins } from '../twins/twins.ts';
import { createAlerts } from './alerts.ts';
import { fleetClock } from './clock.ts';
import { createFleetView, type FleetViewDeps } from './fleet.ts';
import { createReception, type Reception } from './reception.ts';
import { telemetryRoutes } from './routes.ts';

/** How the screens fare: what they tell, what is kept of it, what is wrong with them, and how an office sees many of them. */
export interface FleetTelemetry {
  readonly reception: Reception;
  readonly periodic: readonly PeriodicJob[];
  routes(app: HttpServer): void;
}

export interface FleetTelemetryDeps extends FleetViewDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly twins: Pick<Twins, 'close'>;
  tenantIds(): Promise<string[]>;
}

export function createFleetTelemetry(deps: FleetTelemetryDeps): FleetTelemetry {
  const alerts = createAlerts(deps);
  const view = createFleetView(deps);
  return {
    reception: createReception({ ...deps, alerts }),
    periodic: fleetClock({ ...deps, alerts }),
    routes: (app) => telemetryRoutes(app, { view, alerts, twins: deps.twins }),
  };
}
