import { z } from 'zod';
import type { Fleet } from '#modules/fleet/index.ts';
import type { Database } from '#platform/database/database.ts';
import type { Job, PeriodicJob } from '#platform/jobs/jobs.ts';
import type { Outbox, Subscription } from '#platform/outbox/outbox.ts';
import type { DeviceSync } from './device-sync.ts';
import type { Publication } from './publication.ts';
import { renewalSlot } from './rules.ts';
import { batchesRunningOut } from './store.ts';

const OfBuilding = z.object({ tenantId: z.uuid(), buildingId: z.uuid() });
const OfDevice = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });

/** Answers "the building shows something else now". */
export const rebuildLobby: Subscription = { task: 'lobby.rebuild', key: (payload) => payload.buildingId ?? '' };
/** Answers "this device may lack something". */
export const serveDevice: Subscription = { task: 'lobby.serve-device', key: (payload) => payload.subjectId ?? '' };

/** The event by which the clock asks for every building to be looked at again. */
export const LOBBY_CHECK_DUE = 'lobby.check-due';

/** Says that a device's batch of codes ends within hours. */
export const CODES_RUN_OUT = 'lobby.codes-run-out';

export function lobbyJobs(use: { publication: Publication; deviceSync: DeviceSync }): Job[] {
  return [
    {
      task: rebuildLobby.task,
      async run(payload) {
        const { tenantId, buildingId } = OfBuilding.parse(payload);
        await use.publication.rebuild(tenantId, buildingId);
      },
    },
    {
      task: serveDevice.task,
      async run(payload) {
        const { tenantId, subjectId } = OfDevice.parse(payload);
        await use.deviceSync.serve(tenantId, subjectId);
      },
    },
  ];
}

/**
 * Every ten minutes each building with a screen is looked at again: what became due since is sent, its devices hear that they are up to date, and codes that run out are
 * renewed. Nothing shown is decided by this having run: announcements carry their own times.
 */
export function lobbyClock(deps: {
  database: Database;
  fleet: Fleet;
  outbox: Outbox;
  tenantIds: () => Promise<string[]>;
  nowMs: () => number;
}): PeriodicJob {
  return {
    task: 'lobby.check-all',
    crontab: '*/10 * * * *',
    async run() {
      for (const tenantId of await deps.tenantIds()) {
        await deps.database.transaction({ tenantId, sessionId: null }, async (tx) => {
          for (const buildingId of await deps.fleet.buildingsWithDevices(tx)) {
            await deps.outbox.emit(tx, LOBBY_CHECK_DUE, { tenantId, buildingId });
          }
          for (const deviceId of await batchesRunningOut(tx, renewalSlot(deps.nowMs()))) {
            await deps.outbox.emit(tx, CODES_RUN_OUT, { tenantId, subjectId: deviceId });
          }
        });
      }
    },
  };
}
