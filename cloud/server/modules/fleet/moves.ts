import { topicOf } from '@concierge/contract/topics.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { actorOf, recordAudit } from '#platform/audit/audit.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Principal } from '#platform/http/principal.ts';
import type { Failure } from '#platform/http/problem.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { Outbox, Subscription } from '#platform/outbox/outbox.ts';
import { DEVICE_NEEDS_SYNC } from './reports.ts';
import { findDevice, moveDevice, placesOf } from './store.ts';

/** A device hangs in another building now. */
export const DEVICE_MOVED = 'device.moved';

/** Answers "this device hangs elsewhere": what the broker keeps for it of the old building goes, then it is served. */
export const resettleDevice: Subscription = { task: 'fleet.resettle-device', key: (payload) => payload.subjectId ?? '' };

/** Taking a screen down here and hanging it up there, without claiming it anew. */
export interface Moves {
  move(principal: Principal, deviceId: string, to: { buildingId: string; version: number }): Promise<Result<null, Failure>>;
  readonly jobs: readonly Job[];
}

const OfDevice = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });

export function createMoves(deps: {
  database: Database;
  outbox: Outbox;
  messenger: Messenger;
  /** Whether a building stands that screens may hang in. */
  buildingStands(tx: Transaction, buildingId: string): Promise<boolean>;
}): Moves {
  const { database, outbox } = deps;
  return {
    async move(principal, deviceId, { buildingId, version }) {
      const device = await findDevice(database, principal.scope, deviceId);
      if (device === null || !principal.may('device:read', device.buildingId) || !principal.may('device:read', buildingId))
        return failure({ code: 'not-found' });
      if (!principal.may('device:write', device.buildingId) || !principal.may('device:write', buildingId))
        return failure({ code: 'not-allowed' });
      if (buildingId === device.buildingId) return success(null);
      return database.transaction<Result<null, Failure>>(principal.scope, async (tx) => {
        if (!(await deps.buildingStands(tx, buildingId))) return failure({ code: 'not-found' });
        if (!(await moveDevice(tx, deviceId, { from: device.buildingId, to: buildingId, version })))
          return failure({ code: 'version-conflict' });
        for (const place of [device.buildingId, buildingId]) {
          await recordAudit(tx, actorOf(principal), {
            action: 'device.moved',
            subjectKind: 'device',
            subjectId: deviceId,
            buildingId: place,
            details: { from: device.buildingId, to: buildingId },
          });
          await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: place });
        }
        await outbox.emit(tx, DEVICE_MOVED, { tenantId: tx.scope.tenantId, buildingId, subjectId: deviceId });
        return success(null);
      });
    },

    jobs: [
      {
        task: resettleDevice.task,
        locks: (payload) => ({ alone: [`device:${OfDevice.parse(payload).subjectId}`] }),
        async run(payload) {
          const { tenantId, subjectId } = OfDevice.parse(payload);
          for (const name of ['content', 'facts', 'qr', 'scenes'] as const)
            await deps.messenger.publish(topicOf(name, subjectId), '', { retain: true });
          await database.transaction({ tenantId, sessionId: null }, async (tx) => {
            for (const { buildingId } of await placesOf(tx, [subjectId]))
              await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId, buildingId, subjectId });
          });
        },
      },
    ],
  };
}
