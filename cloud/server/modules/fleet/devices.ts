import type { Device, DevicePatch } from '@concierge/contract/http/devices.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { changeDevice, findDevice } from './store.ts';

/** Says that what a device should show changed. */
export const DEVICE_CHANGED = 'device.changed';

export interface Devices {
  change(principal: Principal, deviceId: string, patch: DevicePatch): Promise<Result<Device, Failure>>;
}

export function createDevices({ database, outbox }: { database: Database; outbox: Outbox }): Devices {
  return {
    async change(principal, deviceId, { version, ...patch }) {
      const before = await findDevice(database, principal.scope, deviceId);
      if (before === null || !principal.may('device:read', before.buildingId)) return failure({ code: 'not-found' });
      if (!principal.may('device:write', before.buildingId)) return failure({ code: 'not-allowed' });
      const changed = await database.transaction(principal.scope, async (tx) => {
        if (!(await changeDevice(tx, deviceId, version, patch))) return false;
        await recordAudit(tx, actorOf(principal), {
          action: 'device.changed',
          subjectKind: 'device',
          subjectId: deviceId,
          buildingId: before.buildingId,
          details: { fields: Object.keys(patch).sort() },
        });
        await outbox.emit(tx, DEVICE_CHANGED, { tenantId: tx.scope.tenantId, buildingId: before.buildingId, subjectId: deviceId });
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: before.buildingId });
        return true;
      });
      if (!changed) return failure({ code: 'version-conflict' });
      const after = await findDevice(database, principal.scope, deviceId);
      return after === null ? failure({ code: 'not-found' }) : success(after);
    },
  };
}
