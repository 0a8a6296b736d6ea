import { createHash } from 'node:crypto';
import { factSchemas, type LobbyFacts } from '@concierge/contract/mqtt/facts.ts';
import { signDocument } from '@concierge/contract/signed-document.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Fleet } from '#modules/fleet/index.ts';
import type { Property } from '#modules/property/index.ts';
import type { Weather } from '#modules/weather/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { Keyring } from '#platform/keys/keyring.ts';
import { isByRetiredKey } from '#platform/keys/signing-keys.ts';
import type { Messenger } from '#platform/mqtt/messenger.ts';
import { findStoredFacts, markFactsPublished, writeFacts } from './fact-store.ts';
import { DOCUMENT_LIFE_MS, documentText, needsNewIssue } from './rules.ts';
import { lockDocument } from './store.ts';

/**
 * What widgets show of a building besides its content, signed and sent as the content is (publication.ts) with a sequence of its own, so that weather every half hour does not make
 * the content another. Each fact carries its own end; a screen keeps to it whether or not anybody reaches it.
 */
export interface FactPublication {
  /** Makes the building's facts anew, and sends them when they changed or when the last time did not come to its end. */
  refresh(tenantId: string, buildingId: string): Promise<void>;
}

export function createFactPublication(deps: {
  database: Database;
  property: Property;
  weather: Weather;
  fleet: Fleet;
  messenger: Messenger;
  signing: Keyring['signing'];
  nowMs(): number;
}): FactPublication {
  const { database, fleet, messenger } = deps;
  return {
    async refresh(tenantId, buildingId) {
      const scope = { tenantId, sessionId: null };
      const made = await database.transaction(scope, async (tx) => {
        const signed = await bringUpToDate(tx, buildingId);
        return signed === null ? null : { ...signed, deviceIds: await fleet.devicesOfBuilding(tx, buildingId) };
      });
      if (made === null) return;
      await Promise.all(made.deviceIds.map((deviceId) => messenger.publish(topicOf('facts', deviceId), made.jws, { retain: true })));
      await database.transaction(scope, async (tx) => markFactsPublished(tx, buildingId, made.sequence));
    },
  };

  /** Null when the screens have been sent what there is. */
  async function bringUpToDate(tx: Transaction, buildingId: string): Promise<{ sequence: number; jws: string } | null> {
    // The lock of the building's document is also that of its facts.
    await lockDocument(tx, buildingId);
    const stored = await findStoredFacts(tx, buildingId);
    const facts = await gather(tx, buildingId);
    if (stored === null && Object.keys(facts).length === 0) return null;
    const contentHash = createHash('sha256').update(documentText(facts)).digest('hex');
    const nowMs = deps.nowMs();
    const isCurrent =
      stored !== null &&
      !needsNewIssue({ contentHash: stored.contentHash, issuedAtMs: stored.issuedAt.getTime() }, contentHash, nowMs) &&
      !isByRetiredKey(stored.jws, deps.signing);
    if (isCurrent) return stored.publishedSequence < stored.sequence ? stored : null;
    const sequence = (stored?.sequence ?? 0) + 1;
    const issuedAt = new Date(nowMs);
    const expiresAt = new Date(nowMs + DOCUMENT_LIFE_MS);
    const jws = await signDocument(
      'facts',
      { kind: 'facts', buildingId, sequence, issuedAt: issuedAt.toISOString(), expiresAt: expiresAt.toISOString(), facts },
      deps.signing,
    );
    await writeFacts(tx, { buildingId, sequence, contentHash, facts, jws, issuedAt, expiresAt });
    return { sequence, jws };
  }

  /** Only what the contract's strict schemas name leaves the cloud. A building that left the office has none. */
  async function gather(
    tx: Transaction,
    buildingId: string,
  ): Promise<{ -readonly [Name in keyof LobbyFacts]?: NonNullable<LobbyFacts[Name]> }> {
    if ((await deps.property.lobbyBuilding(tx, buildingId)) === null) return {};
    const weather = await deps.weather.forLobby(tx, buildingId);
    const account = await deps.property.lobbyAccount(tx, buildingId);
    return {
      ...(weather === null ? {} : { weather: factSchemas.weather.parse(weather) }),
      ...(account === null ? {} : { account: factSchemas.account.parse({ iban: account.iban, holder: account.holder }) }),
    };
  }
}
