import { signDocument } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import type { PublishTarget } from './store.ts';

const DESIRED_DAYS = 60;

/** Signs a new desired state for each target and hands it to the broker, retained. Throws when the broker does not take it. */
export async function publishDesired(
  deps: { messenger: Messenger; signing: Keyring['signing']; releasesUrl: URL; nowMs: () => number },
  targets: readonly PublishTarget[],
): Promise<void> {
  const nowMs = deps.nowMs();
  const issuedAt = new Date(nowMs).toISOString();
  await Promise.all(
    targets.map(async (target) => {
      const jws = await signDocument(
        'desired',
        {
          kind: 'desired',
          deviceId: target.id,
          buildingId: target.buildingId,
          sequence: target.desiredSequence,
          issuedAt,
          expiresAt: new Date(nowMs + DESIRED_DAYS * 86_400_000).toISOString(),
          content: target.leaving || target.contentSequence === 0 ? null : { sequence: target.contentSequence, confirmedAt: issuedAt },
          display: target.display,
          ...(target.leaving ? { decommission: true as const } : {}),
          ...(target.movedFrom.length === 0 ? {} : { movedFrom: [...target.movedFrom] }),
          ...(target.leaving || target.release === null ? {} : { release: { ...target.release, from: deps.releasesUrl.href } }),
        },
        deps.signing,
      );
      await deps.messenger.publish(topicOf('desired', target.id), jws, { retain: true });
    }),
  );
}
