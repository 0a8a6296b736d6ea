import { createHash } from 'node:crypto';
import { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { signDocument } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Announcements } from '#modules/announcements/index.ts';
import type { Fleet, PublishTarget } from '#modules/fleet/index.ts';
import type { Property } from '#modules/property/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import { isByRetiredKey } from '#platform/keys/signing-keys.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import { DOCUMENT_LIFE_MS, documentText, needsNewIssue, sanitisedDocument } from './rules.ts';
import { lockDocument, markPublished, withdrawDocument, writeDocument } from './store.ts';

/**
 * INVARIANTS
 * 1. A document reaches the wire only after the row that holds it has committed, and its sequence only grows.
 * 2. `published_sequence` follows after the broker has taken it for every device, so a crash in between is mended by the next rebuild.
 * 3. A building that is no longer shown is withdrawn: a desired state that speaks of no content takes the document off the screens.
 * 4. New content vouches for itself by the date it was signed. Unchanged content is confirmed by a desired state that is signed after the sources were read in the same run: it never
 *    vouches for what nobody looked at.
 */
export interface Publication {
  /** Makes the building's document anew and sends it when it changed, else confirms to the building's devices that they have the newest. */
  rebuild(tenantId: string, buildingId: string): Promise<void>;
}

export interface PublicationDeps {
  readonly database: Database;
  readonly property: Property;
  readonly announcements: Announcements;
  readonly fleet: Fleet;
  readonly messenger: Messenger;
  readonly signing: Keyring['signing'];
  nowMs(): number;
}

type Rebuilt =
  | {
      readonly kind: 'to-send';
      readonly sequence: number;
      readonly jws: string;
      readonly deviceIds: readonly string[];
      readonly firstTime: readonly PublishTarget[];
    }
  | { readonly kind: 'to-withdraw'; readonly targets: readonly PublishTarget[] }
  | { readonly kind: 'to-confirm'; readonly targets: readonly PublishTarget[] };

export function createPublication(deps: PublicationDeps): Publication {
  const { database, fleet, messenger } = deps;
  return {
    async rebuild(tenantId, buildingId) {
      const scope = { tenantId, sessionId: null };
      const rebuilt = await database.transaction(scope, async (tx) => bringUpToDate(tx, buildingId));
      if (rebuilt.kind === 'to-confirm') return fleet.publishDesired(rebuilt.targets);
      if (rebuilt.kind === 'to-withdraw') {
        await fleet.publishDesired(rebuilt.targets);
        // The broker forgets it, so that a kiosk that is new there does not get it.
        await Promise.all(rebuilt.targets.map((target) => messenger.publish(topicOf('content', target.id), '', { retain: true })));
        return;
      }
      const { sequence, jws, deviceIds, firstTime } = rebuilt;
      await Promise.all(deviceIds.map((deviceId) => messenger.publish(topicOf('content', deviceId), jws, { retain: true })));
      await fleet.publishDesired(firstTime);
      await database.transaction(scope, async (tx) => markPublished(tx, buildingId, sequence));
    },
  };

  async function bringUpToDate(tx: Transaction, buildingId: string): Promise<Rebuilt> {
    const stored = await lockDocument(tx, buildingId);
    const building = await deps.property.lobbyBuilding(tx, buildingId);
    if (building === null) {
      await withdrawDocument(tx, buildingId, new Date(deps.nowMs()));
      return { kind: 'to-withdraw', targets: await fleet.nextDesiredOfBuilding(tx, buildingId, 0) };
    }
    const announcements = await deps.announcements.forLobby(tx, buildingId);
    const document = LobbyDocument.parse(sanitisedDocument({ building, announcements }));
    const contentHash = createHash('sha256').update(documentText(document)).digest('hex');
    const nowMs = deps.nowMs();
    const fresh =
      stored === null ||
      needsNewIssue({ contentHash: stored.contentHash, issuedAtMs: stored.issuedAt.getTime() }, contentHash, nowMs) ||
      isByRetiredKey(stored.jws, deps.signing);
    let sequence = stored?.sequence ?? 0;
    let jws = stored?.jws ?? '';
    if (fresh) {
      sequence += 1;
      const issuedAt = new Date(nowMs);
      const expiresAt = new Date(nowMs + DOCUMENT_LIFE_MS);
      jws = await signDocument(
        'content',
        { kind: 'content', buildingId, sequence, issuedAt: issuedAt.toISOString(), expiresAt: expiresAt.toISOString(), document },
        deps.signing,
      );
      await writeDocument(tx, { buildingId, sequence, contentHash, document, jws, issuedAt, expiresAt });
    }
    if (!fresh && stored !== null && stored.publishedSequence >= sequence)
      return { kind: 'to-confirm', targets: await fleet.nextDesiredOfBuilding(tx, buildingId, sequence) };
    return { kind: 'to-send', sequence, jws, ...(await fleet.noteContentOfBuilding(tx, buildingId, sequence)) };
  }
}
