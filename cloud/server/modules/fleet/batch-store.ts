import type { Database, Scope, Transaction } from '#platform/database/database.ts';

export const over = '(b.revoked_at is not null or b.expires_at <= now())';

export interface BatchRow {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly buildingId: string | null;
  readonly size: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revoked: boolean;
  readonly over: boolean;
  readonly bootTokenHash: Buffer | null;
  readonly bootTokenAt: Date | null;
  readonly refusedCount: number;
  readonly lastRefusedAt: Date | null;
  readonly labelsAt: Date | null;
  /** Until when the revocation can be undone; null where there is none, or it is too late. */
  readonly reopenableUntil: Date | null;
}

export interface CountedBatchRow extends BatchRow {
  readonly claimed: number;
  readonly revokedDevices: number;
  readonly leftDevices: number;
  readonly presented: number;
  readonly unclaimed: number;
}

const batchColumns = `b.id, b.number, b.name, b.building_id as "buildingId", b.size, b.created_at as "createdAt", b.expires_at as "expiresAt",
  b.revoked_at is not null as revoked, ${over} as over, b.boot_token_hash as "bootTokenHash", b.boot_token_at as "bootTokenAt",
  b.refused_count as "refusedCount", b.last_refused_at as "lastRefusedAt", b.labels_at as "labelsAt",
  case when b.revoked_at > now() - interval '15 minutes' and b.expires_at > now() then b.revoked_at + interval '15 minutes' end as "reopenableUntil"`;

const counts = `from device_preauthorisation p left join device d on d.tenant_id = p.tenant_id and d.id = p.device_id
  where p.tenant_id = b.tenant_id and p.batch_id = b.id`;

const countedColumns = `${batchColumns}, c.claimed, c."revokedDevices", c."leftDevices", c.presented, c.unclaimed`;
const counted = `cross join lateral (select
    count(*) filter (where d.id is not null and d.revoked_at is null)::int as claimed,
    count(*) filter (where d.revoked_at is not null and d.left_at is null)::int as "revokedDevices",
    count(*) filter (where d.left_at is not null)::int as "leftDevices",
    count(*) filter (where p.device_id is null and p.presented_at is not null)::int as presented,
    count(*) filter (where p.device_id is null and p.presented_at is null)::int as unclaimed ${counts}) c`;

/** Newest first. */
export async function listBatches(
  database: Database,
  scope: Scope,
  query: { allowed: readonly string[] | null; beforeNumber: number | null; limit: number },
): Promise<CountedBatchRow[]> {
  return database.read<CountedBatchRow>(scope, {
    name: 'list-device-batches',
    text: `select ${countedColumns} from device_batch b ${counted}
      where b.tenant_id = (select current_tenant()) and ($1::uuid[] is null or b.building_id = any ($1)) and ($2::int is null or b.number < $2)
      order by b.number desc limit $3`,
    values: [query.allowed, query.beforeNumber, query.limit],
  });
}

export async function findBatch(database: Database, scope: Scope, batchId: string): Promise<CountedBatchRow | null> {
  const [row] = await database.read<CountedBatchRow>(scope, {
    name: 'find-device-batch',
    text: `select ${countedColumns} from device_batch b ${counted} where b.tenant_id = (select current_tenant()) and b.id = $1`,
    values: [batchId],
  });
  return row ?? null;
}

/** The batch for a change of it or of its serials: nobody else changes either until the transaction ends. */
export async function lockBatch(tx: Transaction, batchId: string): Promise<BatchRow | null> {
  return batchWith(tx, batchId, 'for update');
}

/** The batch as it stays until the transaction ends, for any number of devices at once. */
export async function holdBatch(tx: Transaction, batchId: string): Promise<BatchRow | null> {
  return batchWith(tx, batchId, 'for share');
}

async function batchWith(tx: Transaction, batchId: string, lock: string): Promise<BatchRow | null> {
  const [row] = await tx.query<BatchRow>(`select ${batchColumns} from device_batch b where b.tenant_id = $1 and b.id = $2 ${lock}`, [
    tx.scope.tenantId,
    batchId,
  ]);
  return row ?? null;
}

/** Until the transaction ends nobody else of the tenant makes a batch or adds serials, so what was counted stays true. */
export async function holdTenantsBatches(tx: Transaction): Promise<{ standing: number; unclaimed: number; nextNumber: number }> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('device batches of ' || $1, 0))`, [tx.scope.tenantId]);
  const [row] = await tx.query<{ standing: number; unclaimed: number; nextNumber: number }>(
    `select (select count(*)::int from device_batch b where b.tenant_id = $1 and not ${over}) as standing,
       (select count(*)::int from device_preauthorisation p join device_batch b on b.tenant_id = p.tenant_id and b.id = p.batch_id
         where p.tenant_id = $1 and p.device_id is null and not ${over}) as unclaimed,
       (select coalesce(max(number), 0)::int + 1 from device_batch where tenant_id = $1) as "nextNumber"`,
    [tx.scope.tenantId],
  );
  if (row === undefined) throw new Error('counting gives one row');
  return row;
}

export async function isNameTaken(tx: Transaction, name: string): Promise<boolean> {
  return (await tx.query('select from device_batch where tenant_id = $1 and name = $2', [tx.scope.tenantId, name])).length > 0;
}

export async function insertBatch(
  tx: Transaction,
  batch: { id: string; number: number; name: string; buildingId: string | null; size: number; createdBy: string; lastsDays: number },
): Promise<void> {
  await tx.change(
    `insert into device_batch (tenant_id, id, number, name, building_id, size, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8))`,
    [tx.scope.tenantId, batch.id, batch.number, batch.name, batch.buildingId, batch.size, batch.createdBy, batch.lastsDays],
  );
}

export async function setBootToken(tx: Transaction, batchId: string, hash: Uint8Array): Promise<void> {
  await tx.change('update device_batch set boot_token_hash = $3, boot_token_at = now() where tenant_id = $1 and id = $2', [
    tx.scope.tenantId,
    batchId,
    hash,
  ]);
}

/** Its token leads nowhere from now on. What is known of it stays, so that the revocation can be undone; whether it is good is decided by `revoked_at` alone. */
export async function endBatch(tx: Transaction, batchId: string): Promise<void> {
  await tx.change('update device_batch set revoked_at = coalesce(revoked_at, now()) where tenant_id = $1 and id = $2', [
    tx.scope.tenantId,
    batchId,
  ]);
}

/** Undoes a revocation while it is young; false when it is not, or there is none. */
export async function reopenBatch(tx: Transaction, batchId: string): Promise<boolean> {
  const changed = await tx.change(
    `update device_batch b set revoked_at = null where tenant_id = $1 and id = $2 and revoked_at > now() - interval '15 minutes' and expires_at > now()`,
    [tx.scope.tenantId, batchId],
  );
  return changed === 1;
}

export async function noteLabels(tx: Transaction, batchId: string): Promise<void> {
  await tx.change('update device_batch set labels_at = now() where tenant_id = $1 and id = $2', [tx.scope.tenantId, batchId]);
}

export async function noteRefusal(tx: Transaction, batchId: string): Promise<void> {
  await tx.change(
    `update device_batch set refused_count = least(refused_count + 1, 1000000), last_refused_at = now() where tenant_id = $1 and id = $2`,
    [tx.scope.tenantId, batchId],
  );
}

export async function tenantOfBatch(database: Database, batchId: string): Promise<string | null> {
  const [row] = await database.directory<{ tenant: string | null }>('select tenant_of_device_batch($1) as tenant', [batchId]);
  return row?.tenant ?? null;
}
