import { topicOf } from '@concierge/contract/topics.ts';
import type { Fleet } from '#modules/fleet/index.ts';
import type { Database } from '#platform/database/database.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import { findSignedFacts } from './fact-store.ts';
import type { PresenceBatches } from './presence-batches.ts';
import { findDocument } from './store.ts';

export interface DeviceSync {
  /** Sends one device whatever it lacks, as far as its last report tells. Retained messages alone would do with a broker that never forgets; ours may. */
  serve(tenantId: string, deviceId: string): Promise<void>;
}

export function createDeviceSync(deps: { database: Database; fleet: Fleet; messenger: Messenger; batches: PresenceBatches }): DeviceSync {
  const { database, fleet, messenger, batches } = deps;
  return {
    async serve(tenantId, deviceId) {
      const plan = await database.transaction({ tenantId, sessionId: null }, async (tx) => {
        const device = await fleet.lockDevice(tx, deviceId);
        if (device === null) return null;
        // One that leaves is told so, and nothing else.
        if (device.leaving)
          return { content: null, qr: null, scenes: null, facts: null, targets: await fleet.nextDesiredOfDevice(tx, deviceId) };
        const document = await findDocument(tx, device.buildingId);
        if (document !== null && device.contentSequence < document.sequence)
          await fleet.setContentOfDevice(tx, deviceId, document.sequence);
        const batch = await batches.current(tx, deviceId, device.buildingId);
        const content = document !== null && (device.reported?.contentSequence ?? 0) < document.sequence ? document.jws : null;
        const qr = (device.reported?.qrSequence ?? 0) < batch.sequence ? batch.jws : null;
        const arranged = await fleet.scenes.current(tx, device);
        const scenes = arranged !== null && (device.reported?.scenesSequence ?? 0) < arranged.sequence ? arranged.jws : null;
        const known = await findSignedFacts(tx, device.buildingId);
        const facts = known !== null && (device.reported?.factsSequence ?? 0) < known.sequence ? known.jws : null;
        await fleet.noteSent(tx, deviceId, { content: content !== null, qr: qr !== null, scenes: scenes !== null });
        return { content, qr, scenes, facts, targets: await fleet.nextDesiredOfDevice(tx, deviceId) };
      });
      if (plan === null) return;
      if (plan.content !== null) await messenger.publish(topicOf('content', deviceId), plan.content, { retain: true });
      if (plan.facts !== null) await messenger.publish(topicOf('facts', deviceId), plan.facts, { retain: true });
      if (plan.scenes !== null) await messenger.publish(topicOf('scenes', deviceId), plan.scenes, { retain: true });
      await fleet.publishDesired(plan.targets);
      if (plan.qr !== null) await messenger.publish(topicOf('qr', deviceId), plan.qr, { retain: true });
    },
  };
}
