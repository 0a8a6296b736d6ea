import { heldKinds } from '@concierge/contract/signed-document.ts';
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
import { DEVICE_CHANGED } from './devices.ts';
import { endDevice } from './end-device.ts';
import type { Revocations } from './revocations.ts';
import { buildingOfEnded, findDevice, startLeaving } from './store.ts';

/** Answers "this device is gone": nothing of it stays on the broker, and it is not let in again. */
export const forgetDevice: Subscription = { task: 'fleet.forget-device', key: (payload) => payload.subjectId ?? '' };

/** How a device stops being a building's screen. */
export interface Departures {
  /** Tells it to wipe itself; it is gone when it says that it did. */
  decommission(principal: Principal, deviceId: string): Promise<Result<null, Failure>>;
  /** At once and without it: for one that was lost or stolen. */
  revoke(principal: Principal, deviceId: string): Promise<Result<null, Failure>>;
  /** The device has said that it wiped itself. */
  wiped(tx: Transaction, device: { id: string; buildingId: string }): Promise<void>;
  /** Tells a device that is gone already so once more: it says that it wiped itself until it hears that. False when it is not gone. */
  repeatThatGone(deviceId: string): Promise<boolean>;
  readonly jobs: readonly Job[];
}

export interface DeparturesDeps {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly messenger: Messenger;
  readonly revocations: Revocations;
  /** Closes the connections a device has with the broker, where the broker is ours. */
  disconnect(deviceId: string): void;
}

const OfDevice = z.object({ tenantId: z.uuid(), subjectId: z.uuid() });

export function createDepartures(deps: DeparturesDeps): Departures {
  const { database, outbox } = deps;

  async function asManager(
    principal: Principal,
    deviceId: string,
    work: (tx: Transaction, device: { id: string; buildingId: string }) => Promise<boolean>,
  ): Promise<Result<null, Failure>> {
    const device = await findDevice(database, principal.scope, deviceId);
    const buildingId = device?.buildingId ?? (await buildingOfEnded(database, principal.scope, deviceId));
    if (buildingId === null || !principal.may('device:read', buildingId)) return failure({ code: 'not-found' });
    if (!principal.may('device:write', buildingId)) return failure({ code: 'not-allowed' });
    const done = device !== null && (await database.transaction(principal.scope, (tx) => work(tx, device)));
    return done ? success(null) : failure({ code: 'device-gone' });
  }

  return {
    decommission: (principal, deviceId) =>
      asManager(principal, deviceId, async (tx, device) => {
        if (!(await startLeaving(tx, device.id))) return false;
        await recordAudit(tx, actorOf(principal), {
          action: 'device.decommissioning',
          subjectKind: 'device',
          subjectId: device.id,
          buildingId: device.buildingId,
        });
        await outbox.emit(tx, DEVICE_CHANGED, { tenantId: tx.scope.tenantId, buildingId: device.buildingId, subjectId: device.id });
        await outbox.announceLive(tx, { subject: 'device', id: device.id, buildingId: device.buildingId });
        return true;
      }),

    revoke: (principal, deviceId) =>
      asManager(principal, deviceId, (tx, device) => endDevice(tx, outbox, actorOf(principal), device, 'device.revoked')),

    async wiped(tx, device) {
      await endDevice(tx, outbox, { kind: 'device', id: device.id }, device, 'device.decommissioned');
    },

    async repeatThatGone(deviceId) {
      if (!deps.revocations.has(deviceId)) return false;
      await deps.messenger.publish(topicOf('desired', deviceId), '', { retain: true });
      return true;
    },

    jobs: [
      {
        task: forgetDevice.task,
        locks: (payload) => ({ alone: [`device:${OfDevice.parse(payload).subjectId}`] }),
        async run(payload) {
          const { subjectId } = OfDevice.parse(payload);
          deps.revocations.add(subjectId);
          try {
            // An empty retained message is how a broker forgets one. The first is also how a device that left hears that it may forget who it was.
            for (const name of ['desired', ...heldKinds.filter((kind) => kind !== 'desired'), 'reported', 'status'] as const)
              await deps.messenger.publish(topicOf(name, subjectId), '', { retain: true });
          } finally {
            deps.disconnect(subjectId);
          }
        },
      },
    ],
  };
}
