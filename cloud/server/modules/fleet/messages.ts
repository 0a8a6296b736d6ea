import { Reported } from '@concierge/contract/mqtt/reported.ts';
import { DeviceStatus } from '@concierge/contract/mqtt/status.ts';
import { parseTopic, topicFilterOfAllDevices, topics } from '@concierge/contract/topics.ts';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '#platform/database/database.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { Outbox } from '#platform/outbox/outbox.ts';
import { lockDevice, noteReported, noteStatus, tenantOfDevice } from './store.ts';

/** Says that a device may lack something the cloud has for it. */
export const DEVICE_NEEDS_SYNC = 'device.needs-sync';

const MAX_HANDLED_AT_ONCE = 8;
const MAX_WAITING = 20_000;

/**
 * Listens to what devices say. Every replica hears every message, so each handling must be harmless when repeated; the jobs it leads to are folded by their key.
 * A message that does not parse is counted and dropped: the broker has vouched for the sender, not for its sanity.
 */
export function listenToDevices(deps: { database: Database; messenger: Messenger; outbox: Outbox; logger: Logger }): void {
  const { database, outbox } = deps;
  const waiting: (() => Promise<void>)[] = [];
  let handling = 0;

  for (const name of ['status', 'reported'] as const) {
    deps.messenger.onMessage(topicFilterOfAllDevices(name), (topic, payload) => {
      const deviceId = parseTopic(topic)?.deviceId;
      if (!z.uuid().safeParse(deviceId).success || deviceId === undefined || payload.length === 0 || payload.length > topics[name].maxBytes)
        return;
      const message = jsonOrUndefined(payload);
      const parsed = name === 'status' ? DeviceStatus.safeParse(message) : Reported.safeParse(message);
      if (!parsed.success) {
        deps.logger.warn({ deviceId, topic: name }, 'a device said something that does not parse');
        return;
      }
      if (waiting.length >= MAX_WAITING) return;
      waiting.push(async () =>
        name === 'status' ? onStatus(deviceId, DeviceStatus.parse(message)) : onReported(deviceId, Reported.parse(message)),
      );
      pump();
    });
  }

  function pump(): void {
    while (handling < MAX_HANDLED_AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      handling += 1;
      next()
        .catch((error: unknown) => deps.logger.warn({ err: error }, 'a device message could not be stored'))
        .finally(() => {
          handling -= 1;
          pump();
        });
    }
  }

  async function onStatus(deviceId: string, status: DeviceStatus): Promise<void> {
    const tenantId = await tenantOfDevice(database, deviceId);
    if (tenantId === null) return;
    await database.transaction({ tenantId, sessionId: null }, async (tx) => {
      const noted = await noteStatus(tx, deviceId, status.online);
      if (noted === null || !noted.changed) return;
      await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: noted.buildingId });
      if (status.online) await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId, buildingId: noted.buildingId, subjectId: deviceId });
    });
  }

  async function onReported(deviceId: string, reported: Reported): Promise<void> {
    const tenantId = await tenantOfDevice(database, deviceId);
    if (tenantId === null) return;
    await database.transaction({ tenantId, sessionId: null }, async (tx) => {
      if (!(await noteReported(tx, deviceId, reported))) return;
      const device = await lockDevice(tx, deviceId);
      if (device === null) return;
      await outbox.announceLive(tx, { subject: 'device', id: deviceId, buildingId: device.buildingId });
      const lacksContent = reported.contentSequence < device.contentSequence && !device.contentSentRecently;
      const lacksQr = reported.qrSequence < device.qrSequence && !device.qrSentRecently;
      if (lacksContent || lacksQr)
        await outbox.emit(tx, DEVICE_NEEDS_SYNC, { tenantId, buildingId: device.buildingId, subjectId: deviceId });
    });
  }
}

function jsonOrUndefined(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
