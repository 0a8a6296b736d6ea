import type { Database } from '#platform/database/database.ts';
import type { PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import type { Twins } from '../twins/twins.ts';
import { type Alerts, createAlerts } from './alerts.ts';
import { fleetClock } from './clock.ts';
import { createFleetView, type FleetView, type FleetViewDeps } from './fleet.ts';
import { createReception, type Reception } from './reception.ts';

/** How the screens fare: what they tell, what is kept of it, what is wrong with them, and how an office sees many of them. */
export interface FleetTelemetry {
  readonly reception: Reception;
  readonly periodic: readonly PeriodicJob[];
  readonly view: FleetView;
  readonly alerts: Alerts;
}

export interface FleetTelemetryDeps extends FleetViewDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly twins: Pick<Twins, 'close'>;
  tenantIds(): Promise<string[]>;
}

export function createFleetTelemetry(deps: FleetTelemetryDeps): FleetTelemetry {
  const alerts = createAlerts(deps);
  return {
    reception: createReception({ ...deps, alerts }),
    periodic: fleetClock({ ...deps, alerts }),
    view: createFleetView(deps),
    alerts,
  };
}
