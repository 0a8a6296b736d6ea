import type { CommandResult } from '@concierge/contract/mqtt/command.ts';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { DeviceStatus } from '@concierge/contract/mqtt/status.ts';
import { isAudited, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { noteReported, noteStatus, noteWipeFailed } from './heard-store.ts';
import type { Rollouts } from './releases/rollouts.ts';
import { lockDevice, tenantOfDevice } from './store.ts';

/** Says that a device may lack something the cloud has for it. */
export const DEVICE_NEEDS_SYNC = 'device.needs-sync';

/** What the cloud makes of what devices say. Every call may come twice and out of order. */
export interface Reports {
  status(deviceId: string, status: DeviceStatus): Promise<void>;
  reported(deviceId: string, reported: Reported): Promise<void>;
  event(deviceId: string, event: DeviceEvent): Promise<void>;
  commandResult(deviceId: string, result: CommandResult): Promise<void>;
}

export function createReports({
  database,
  outbox,
  wiped,
  repeatThatGone,
  answered,
  rollouts,
}: {
  database: Database;
  outbox: Outbox;
  wiped(tx: Transaction, device: { id: string; buildingId: string }): Promise<void>;
  repeatThatGone(deviceId: string): Promise<boolean>;
  answered(tx: Transaction, device: { id: string; buildingId: string }, result: CommandResult): Promise<void>;
  rollouts: Pick<Rollouts, 'heard'>;
}): Reports {
  return {
    status: (deviceId, status) =>
      asDevice(deviceId, async (tx) => {
        const noted = await noteStatus(tx, deviceId, status.online);
        if (noted === null || !noted.changed) return;
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: noted.buildingId });
        if (status.online) await needsSync(tx, deviceId, noted.buildingId);
      }),

    reported: (deviceId, reported) =>
      asDevice(deviceId, async (tx) => {
        if (!(await noteReported(tx, deviceId, reported))) return;
        const device = await lockDevice(tx, deviceId);
        if (device === null) return;
        await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
        if (device.leaving) return;
        if (reported.release !== undefined) await rollouts.heard(tx, device, reported.release);
        const lacksContent = reported.contentSequence < device.contentSequence && !device.contentSentRecently;
        const lacksQr = reported.qrSequence < device.qrSequence && !device.qrSentRecently;
        const lacksScenes = (reported.scenesSequence ?? 0) < device.scenesSequence && !device.scenesSentRecently;
        if (lacksContent || lacksQr || lacksScenes) await needsSync(tx, deviceId, device.buildingId);
      }),

    commandResult: (deviceId, result) =>
      asDevice(deviceId, async (tx) => {
        const device = await lockDevice(tx, deviceId);
        if (device !== null) await answered(tx, device, result);
      }),

    async event(deviceId, event) {
      if (event.event === 'decommissioned' && (await repeatThatGone(deviceId))) return;
      await asDevice(deviceId, async (tx) => {
        const device = await lockDevice(tx, deviceId);
        if (device === null || (await isAudited(tx, deviceId, event.id))) return;
        if (event.event === 'decommissioned') {
          // Only what was asked of it: a device does not end its own life.
          if (device.leaving) await wiped(tx, device);
          return;
        }
        if (event.event === 'wipe-failed' && (await noteWipeFailed(tx, deviceId)))
          await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
        await recordAudit(
          tx,
          { kind: 'device', id: deviceId },
          {
            action: `device.${event.event}`,
            subjectKind: 'device',
            subjectId: deviceId,
            buildingId: device.buildingId,
            details: { eventId: event.id, detail: event.detail, agentVersion: event.agentVersion, at: event.at },
          },
        );
      });
    },
  };

  async function asDevice(deviceId: string, work: (tx: Transaction) => Promise<void>): Promise<void> {
    const tenantId = await tenantOfDevice(database, deviceId);
    if (tenantId !== null) await database.transaction({ tenantId, sessionId: null }, work);
  }

  async function needsSync(tx: Transaction, deviceId: string, buildingId: string): Promise<void> {
    await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId: tx.scope.tenantId, buildingId, subjectId: deviceId });
  }
}
