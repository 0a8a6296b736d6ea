import type { PublicInfo } from '@concierge/contract/http/public-info.ts';
import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export interface StoredDocument {
  readonly sequence: number;
  readonly contentHash: string;
  readonly jws: string;
  readonly issuedAt: Date;
  readonly publishedSequence: number;
}

/** The building's stored document, locked: one rebuild at a time. The building's own row stands in while there is none. */
export async function lockDocument(tx: Transaction, buildingId: string): Promise<StoredDocument | null> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 2))', [buildingId]);
  const [row] = await tx.query<StoredDocument>(
    `select sequence, content_hash as "contentHash", jws, issued_at as "issuedAt", published_sequence as "publishedSequence"
     from lobby_document where tenant_id = $1 and building_id = $2`,
    [tx.scope.tenantId, buildingId],
  );
  return row ?? null;
}

/** The document in force; null while there is none. */
export async function findDocument(tx: Transaction, buildingId: string): Promise<{ sequence: number; jws: string } | null> {
  const [row] = await tx.query<{ sequence: number; jws: string }>(
    'select sequence, jws from lobby_document where tenant_id = $1 and building_id = $2 and expires_at > now()',
    [tx.scope.tenantId, buildingId],
  );
  return row ?? null;
}

export async function writeDocument(
  tx: Transaction,
  document: {
    buildingId: string;
    sequence: number;
    contentHash: string;
    document: LobbyDocument;
    jws: string;
    issuedAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await tx.change(
    `insert into lobby_document (tenant_id, building_id, sequence, content_hash, document, jws, issued_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, building_id) do update set sequence = excluded.sequence, content_hash = excluded.content_hash, document = excluded.document,
       jws = excluded.jws, issued_at = excluded.issued_at, expires_at = excluded.expires_at`,
    [
      tx.scope.tenantId,
      document.buildingId,
      document.sequence,
      document.contentHash,
      JSON.stringify(document.document),
      document.jws,
      document.issuedAt,
      document.expiresAt,
    ],
  );
}

/** Puts the document out of force. Its row stays, because the next one must have a higher sequence, and without its hash, so that the next is another one whatever it says. */
export async function withdrawDocument(tx: Transaction, buildingId: string, at: Date): Promise<void> {
  await tx.change(
    `update lobby_document set content_hash = '', expires_at = least(expires_at, $3) where tenant_id = $1 and building_id = $2`,
    [tx.scope.tenantId, buildingId, at],
  );
}

export async function markPublished(tx: Transaction, buildingId: string, sequence: number): Promise<void> {
  await tx.change(
    'update lobby_document set published_sequence = greatest(published_sequence, $3) where tenant_id = $1 and building_id = $2',
    [tx.scope.tenantId, buildingId, sequence],
  );
}

export async function findPublicInfo(database: Database, tenantId: string, buildingId: string): Promise<PublicInfo | null> {
  const [row] = await database.read<PublicInfo>(
    { tenantId, sessionId: null },
    {
      name: 'find-public-info',
      text: `select sequence, ${instant('issued_at')} as "issuedAt", document from lobby_document
        where tenant_id = (select current_tenant()) and building_id = $1 and expires_at > now()`,
      values: [buildingId],
    },
  );
  return row ?? null;
}

export interface StoredBatch {
  readonly sequence: number;
  /** Null of one that was made before this was noted. */
  readonly buildingId: string | null;
  readonly firstSlot: number;
  readonly slotCount: number;
  readonly jws: string;
}

export async function findBatch(tx: Transaction, deviceId: string): Promise<StoredBatch | null> {
  const [row] = await tx.query<StoredBatch>(
    `select sequence, building_id as "buildingId", first_slot::float8 as "firstSlot", slot_count as "slotCount", jws from qr_batch where tenant_id = $1 and device_id = $2`,
    [tx.scope.tenantId, deviceId],
  );
  return row ?? null;
}

/** Devices whose batch ends before the slot. One that never had a batch gets it when it comes online. */
export async function batchesRunningOut(tx: Transaction, slot: number): Promise<string[]> {
  const rows = await tx.query<{ deviceId: string }>(
    'select device_id as "deviceId" from qr_batch where tenant_id = $1 and first_slot + slot_count <= $2',
    [tx.scope.tenantId, slot],
  );
  return rows.map((row) => row.deviceId);
}

export async function writeBatch(tx: Transaction, deviceId: string, batch: StoredBatch & { issuedAt: Date }): Promise<void> {
  await tx.change(
    `insert into qr_batch (tenant_id, device_id, sequence, first_slot, slot_count, jws, issued_at, building_id) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (tenant_id, device_id) do update set sequence = excluded.sequence, building_id = excluded.building_id, first_slot = excluded.first_slot, slot_count = excluded.slot_count,
       jws = excluded.jws, issued_at = excluded.issued_at`,
    [tx.scope.tenantId, deviceId, batch.sequence, batch.firstSlot, batch.slotCount, batch.jws, batch.issuedAt, batch.buildingId],
  );
}

export interface Proof {
  readonly id: string;
  readonly joinHash: Buffer;
  readonly joinUntil: Date;
}

/** Records the proof, or gives the one this browser already has for the slot. */
export async function insertProof(
  tx: Transaction,
  proof: { deviceId: string; buildingId: string; slot: number; browserHash: Uint8Array; joinHash: Uint8Array; joinUntil: Date },
): Promise<{ inserted: boolean; proof: Proof }> {
  const columns = `id, join_hash as "joinHash", join_until as "joinUntil"`;
  const [made] = await tx.query<Proof>(
    `insert into presence_proof (tenant_id, device_id, building_id, slot, browser_hash, join_hash, join_until) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, device_id, slot, browser_hash) do nothing returning ${columns}`,
    [tx.scope.tenantId, proof.deviceId, proof.buildingId, proof.slot, proof.browserHash, proof.joinHash, proof.joinUntil],
  );
  if (made !== undefined) return { inserted: true, proof: made };
  const [known] = await tx.query<Proof>(
    `select ${columns} from presence_proof where tenant_id = $1 and device_id = $2 and slot = $3 and browser_hash = $4`,
    [tx.scope.tenantId, proof.deviceId, proof.slot, proof.browserHash],
  );
  if (known === undefined) throw new Error('a presence proof can be neither inserted nor found');
  return { inserted: false, proof: known };
}

/** Removes at most `most` proofs whose join session ended before then; returns how many. */
export async function forgetProofs(tx: Transaction, endedBefore: Date, most: number): Promise<number> {
  return tx.change(
    `delete from presence_proof where tenant_id = $1 and id = any (array(
       select id from presence_proof where tenant_id = $1 and join_until < $2 order by join_until limit $3))`,
    [tx.scope.tenantId, endedBefore, most],
  );
}
