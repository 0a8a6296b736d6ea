import type { Database, Scope, Transaction } from '#platform/database/database.ts';
import type { StoredDocument } from './store.ts';

/** The building's stored facts; the caller holds the lock of its document. */
export async function findStoredFacts(tx: Transaction, buildingId: string): Promise<StoredDocument | null> {
  const [row] = await tx.query<StoredDocument>(
    `select sequence, content_hash as "contentHash", jws, issued_at as "issuedAt", published_sequence as "publishedSequence"
     from lobby_facts where tenant_id = $1 and building_id = $2`,
    [tx.scope.tenantId, buildingId],
  );
  return row ?? null;
}

/** The signed facts in force; null while there are none. */
export async function findSignedFacts(tx: Transaction, buildingId: string): Promise<{ sequence: number; jws: string } | null> {
  const [row] = await tx.query<{ sequence: number; jws: string }>(
    'select sequence, jws from lobby_facts where tenant_id = $1 and building_id = $2 and expires_at > now()',
    [tx.scope.tenantId, buildingId],
  );
  return row ?? null;
}

export async function writeFacts(
  tx: Transaction,
  facts: { buildingId: string; sequence: number; contentHash: string; facts: object; jws: string; issuedAt: Date; expiresAt: Date },
): Promise<void> {
  await tx.change(
    `insert into lobby_facts (tenant_id, building_id, sequence, content_hash, facts, jws, issued_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, building_id) do update set sequence = excluded.sequence, content_hash = excluded.content_hash, facts = excluded.facts,
       jws = excluded.jws, issued_at = excluded.issued_at, expires_at = excluded.expires_at`,
    [
      tx.scope.tenantId,
      facts.buildingId,
      facts.sequence,
      facts.contentHash,
      JSON.stringify(facts.facts),
      facts.jws,
      facts.issuedAt,
      facts.expiresAt,
    ],
  );
}

export async function markFactsPublished(tx: Transaction, buildingId: string, sequence: number): Promise<void> {
  await tx.change(
    'update lobby_facts set published_sequence = greatest(published_sequence, $3) where tenant_id = $1 and building_id = $2',
    [tx.scope.tenantId, buildingId, sequence],
  );
}

/** What a building's screens were told last; null when nothing ever was. */
export async function readFacts(database: Database, scope: Scope, buildingId: string): Promise<unknown> {
  const [row] = await database.read<{ facts: unknown }>(scope, {
    name: 'read-lobby-facts',
    text: 'select facts from lobby_facts where tenant_id = (select current_tenant()) and building_id = $1',
    values: [buildingId],
  });
  return row?.facts ?? null;
}
