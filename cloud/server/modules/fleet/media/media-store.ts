import type { Media } from '@concierge/contract/http/media.ts';
import type { FilmType, MediaRef, PictureType } from '@concierge/contract/media.ts';
import type { Database, Scope, Transaction } from '#platform/database/database.ts';

/** A film plays for some time; a picture stands. */
type Kind = { readonly type: PictureType; readonly durationMs: null } | { readonly type: FilmType; readonly durationMs: number };
type MediaRow = Omit<Media, 'type' | 'durationMs'> & Kind;
type RefRow = Omit<MediaRef, 'type' | 'durationMs'> & Kind;

const columns = `sha256, type, duration_ms as "durationMs", bytes, width, height, name, to_char(uploaded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "uploadedAt"`;

/** One at a time may add to a tenant's library or take from it, so that no two of them count the same room, or meet over one file. */
export async function lockLibrary(tx: Transaction): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('media ' || $1::text, 0))`, [tx.scope.tenantId]);
}

export async function listMedia(database: Database, scope: Scope, limit: number): Promise<Media[]> {
  const rows = await database.read<MediaRow>(scope, {
    name: 'list-media',
    text: `select ${columns} from media where tenant_id = (select current_tenant()) and deleted_at is null order by uploaded_at desc, id desc limit $1`,
    values: [limit],
  });
  return rows.map(mediaOf);
}

function refOf({ sha256, bytes, ...kind }: RefRow): MediaRef {
  return kind.durationMs === null ? { sha256, bytes, type: kind.type } : { sha256, bytes, type: kind.type, durationMs: kind.durationMs };
}

function mediaOf(row: MediaRow): Media {
  const { width, height, name, uploadedAt } = row;
  return { ...refOf(row), width, height, name, uploadedAt };
}

export async function findMedia(database: Database, scope: Scope, sha256: string): Promise<Media | null> {
  const [media] = await database.read<MediaRow>(scope, {
    name: 'find-media',
    text: `select ${columns} from media where tenant_id = (select current_tenant()) and sha256 = $1 and deleted_at is null`,
    values: [sha256],
  });
  return media === undefined ? null : mediaOf(media);
}

/** How much of the library is taken. The library must be locked for this to stay true. */
export async function measureLibrary(tx: Transaction): Promise<{ count: number; bytes: number }> {
  const [row] = await tx.query<{ count: number; bytes: string }>(
    'select count(*)::int as count, coalesce(sum(bytes), 0) as bytes from media where tenant_id = $1 and deleted_at is null',
    [tx.scope.tenantId],
  );
  return { count: row?.count ?? 0, bytes: Number(row?.bytes ?? 0) };
}

export async function insertMedia(
  tx: Transaction,
  media: RefRow & { id: string; width: number; height: number; name: string; by: string; at: Date },
): Promise<void> {
  const { id, sha256, type, bytes, width, height, durationMs, name, by, at } = media;
  await tx.change(
    `insert into media (tenant_id, id, sha256, type, bytes, width, height, duration_ms, name, uploaded_by, uploaded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [tx.scope.tenantId, id, sha256, type, bytes, width, height, durationMs, name, by, at],
  );
}

/** The row, locked against everybody who would name it in a draft meanwhile. */
export async function lockMedia(tx: Transaction, sha256: string): Promise<{ id: string; uploadedBy: string } | null> {
  const [row] = await tx.query<{ id: string; uploadedBy: string }>(
    'select id, uploaded_by as "uploadedBy" from media where tenant_id = $1 and sha256 = $2 and deleted_at is null for update',
    [tx.scope.tenantId, sha256],
  );
  return row ?? null;
}

/** Those of the hashes that the library holds; they stay in it until the transaction ends. */
export async function holdMedia(tx: Transaction, hashes: readonly string[]): Promise<MediaRef[]> {
  const rows = await tx.query<RefRow>(
    'select sha256, type, bytes, duration_ms as "durationMs" from media where tenant_id = $1 and sha256 = any ($2) and deleted_at is null order by id for share',
    [tx.scope.tenantId, hashes],
  );
  return rows.map(refOf);
}

export async function markDeleted(tx: Transaction, id: string, at: Date): Promise<void> {
  await tx.change('update media set deleted_at = $3 where tenant_id = $1 and id = $2', [tx.scope.tenantId, id, at]);
}

export async function isInLibrary(tx: Transaction, sha256: string): Promise<boolean> {
  const rows = await tx.query('select from media where tenant_id = $1 and sha256 = $2 and deleted_at is null', [tx.scope.tenantId, sha256]);
  return rows.length > 0;
}
