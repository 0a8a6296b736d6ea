import { signDocument } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Database } from '#platform/database/database.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import { tenantOfDevice } from './store.ts';

/** Tells a device that does not know it what time it is (ADR 0030). */
export interface TimeAnswers {
  /** Every replica hears the question and answers it; the device takes the first. */
  answer(deviceId: string, nonce: string): Promise<void>;
}

export function createTimeAnswers(deps: {
  database: Database;
  messenger: Messenger;
  signing: Keyring['signing'];
  nowMs(): number;
}): TimeAnswers {
  return {
    async answer(deviceId, nonce) {
      // One that was revoked may still reach a broker that was not told yet.
      if ((await tenantOfDevice(deps.database, deviceId)) === null) return;
      const issuedAt = new Date(deps.nowMs()).toISOString();
      const jws = await signDocument('time', { kind: 'time', deviceId, nonce, issuedAt }, deps.signing);
      await deps.messenger.publish(topicOf('command', deviceId, nonce), jws, { retain: false });
    },
  };
}
