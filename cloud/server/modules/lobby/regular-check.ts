import type { Fleet } from '#modules/fleet/index.ts';
import type { Database } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { renewalSlot } from './rules.ts';
import { batchesRunningOut } from './store.ts';

/** The event by which the clock asks for a building to be looked at again. */
export const LOBBY_CHECK_DUE = 'lobby.check-due';
/** Says that a device's batch of codes ends within hours. */
export const CODES_RUN_OUT = 'lobby.codes-run-out';

export interface RegularCheck {
  /**
   * Asks for every building with a screen to be looked at again: what became due since is sent, its devices hear that they are up to date, and codes that run out are
   * renewed. Nothing shown is decided by this having run: announcements carry their own times.
   */
  askAll(): Promise<void>;
}

export function createRegularCheck(deps: {
  database: Database;
  fleet: Fleet;
  outbox: Outbox;
  tenantIds: () => Promise<string[]>;
  nowMs: () => number;
}): RegularCheck {
  return {
    async askAll() {
      for (const tenantId of await deps.tenantIds()) {
        await deps.database.transaction({ tenantId, sessionId: null }, async (tx) => {
          for (const buildingId of await deps.fleet.buildingsWithDevices(tx))
            await deps.outbox.emit(tx, LOBBY_CHECK_DUE, { tenantId, buildingId });
          const runningOut = await batchesRunningOut(tx, renewalSlot(deps.nowMs()));
          for (const { deviceId, buildingId } of await deps.fleet.placesOf(tx, runningOut))
            await deps.outbox.emit(tx, CODES_RUN_OUT, { tenantId, buildingId, subjectId: deviceId });
        });
      }
    },
  };
}
