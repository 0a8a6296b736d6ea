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

/** How a message came: `retained` is one that the broker repeats to whoever subscribes, said at a time that nobody knows. */
export interface Hearing {
  readonly retained: boolean;
}

/** What the cloud makes of what devices say. Every call may come twice and out of order. */
export interface Reports {
  status(deviceId: string, status: DeviceStatus, hearing: Hearing): Promise<void>;
  reported(deviceId: string, reported: Reported, hearing: Hearing): Promise<void>;
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
    status: (deviceId, status, hearing) =>
      asDevice(deviceId, async (tx) => {
        const changed = await noteStatus(tx, deviceId, status.online, hearing);
        if (changed === null) return;
        if (status.online) await tellThatItCameBack(tx, outbox, { id: deviceId, buildingId: changed.buildingId });
        else await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: changed.buildingId });
      }),

    reported: (deviceId, reported, hearing) =>
      asDevice(deviceId, async (tx) => {
        const noted = await noteReported(tx, deviceId, reported, hearing);
        if (noted === null) return;
        const device = await lockDevice(tx, deviceId);
        if (device === null) return;
        // The word that it is there was lost, with the database or with a replica.
        if (noted.cameBack) await tellThatItCameBack(tx, outbox, device);
        else await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
        if (device.leaving) return;
        if (reported.release !== undefined) await rollouts.heard(tx, device, reported.release);
        const lacksContent = reported.contentSequence < device.contentSequence && !device.contentSentRecently;
        const lacksQr = reported.qrSequence < device.qrSequence && !device.qrSentRecently;
        const lacksScenes = (reported.scenesSequence ?? 0) < device.scenesSequence && !device.scenesSentRecently;
        if (lacksContent || lacksQr || lacksScenes) await needsSync(tx, outbox, device);
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
}

/** Of a device that was away: it may lack whatever was said meanwhile. */
export async function tellThatItCameBack(tx: Transaction, outbox: Outbox, device: { id: string; buildingId: string }): Promise<void> {
  await outbox.announceLive(tx, { subject: 'device', id: device.id, buildingId: device.buildingId });
  await needsSync(tx, outbox, device);
}

async function needsSync(tx: Transaction, outbox: Outbox, device: { id: string; buildingId: string }): Promise<void> {
  await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId: tx.scope.tenantId, buildingId: device.buildingId, subjectId: device.id });
}
