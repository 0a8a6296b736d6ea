import { heldKinds } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';

/** What a device asks its broker for. The topics are subscribed to exactly as the table has them: a broker grants nothing else. */
export function subscriptionsOf(deviceId: string): {
  readonly subscriptions: readonly string[];
  readonly dispensableSubscriptions: readonly string[];
} {
  const needed = ([...heldKinds, 'command'] as const).filter((name) => name !== 'facts');
  return {
    subscriptions: needed.map((name) => topicOf(name, deviceId, '+')),
    dispensableSubscriptions: [topicOf('facts', deviceId)],
  };
}
