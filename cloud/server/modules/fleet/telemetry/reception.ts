import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import type { Database } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { notePresence } from '../heard-store.ts';
import { tellThatItCameBack } from '../reports.ts';
import { tenantOfDevice } from '../store.ts';
import type { Alerts } from './alerts.ts';
import { keepPicture, newestPicture, thresholdsOf } from './health-store.ts';
import { sampleOf, startOfHour, startOfSample, takenAtMs, troublesOf } from './rules.ts';

/** Takes in what devices tell of their machines. Every replica hears every message, so each must be harmless when it comes twice or out of order. */
export interface Reception {
  telemetry(deviceId: string, telemetry: Telemetry): Promise<void>;
}

export function createReception(deps: {
  database: Database;
  outbox: Outbox;
  alerts: Pick<Alerts, 'settleDevice'>;
  nowMs(): number;
}): Reception {
  const { database, outbox } = deps;
  return {
    async telemetry(deviceId, telemetry) {
      const receivedMs = deps.nowMs();
      const atMs = takenAtMs(telemetry, receivedMs);
      const tenantId = await tenantOfDevice(database, deviceId);
      if (tenantId === null || atMs === null) return;
      await database.transaction({ tenantId, sessionId: null }, async (tx) => {
        const { at, troubles: before } = await newestPicture(tx, deviceId);
        // Another replica was quicker. Where both are as quick, the second changes nothing.
        if (at === telemetry.at) return;
        const { thresholds } = await thresholdsOf(database, tx.scope);
        const troubles = troublesOf(telemetry, thresholds, before);
        const newest = await keepPicture(tx, deviceId, {
          takenAt: new Date(atMs),
          receivedAt: new Date(receivedMs),
          telemetry,
          troubles,
          sample: sampleOf(telemetry),
          five: startOfSample(atMs),
          hour: startOfHour(atMs),
        });
        if (newest !== true) return;
        const returned = await notePresence(tx, deviceId);
        if (returned !== null) await tellThatItCameBack(tx, outbox, { id: deviceId, buildingId: returned.buildingId });
        // What changed is told at once; all else waits for the clock, and for whoever reads.
        if (before.join() !== troubles.join()) await deps.alerts.settleDevice(tx, deviceId, thresholds);
      });
    },
  };
}
