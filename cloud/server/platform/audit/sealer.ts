import type { Database, Transaction } from '../database/database.ts';
import { blockHash, type ChainedEvent, GENESIS } from './chain.ts';

const MAX_EVENTS_PER_BLOCK = 1_000;

export const eventColumns = `e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, e.actor_kind as "actorKind",
  e.actor_id as "actorId", e.action, e.subject_kind as "subjectKind", e.subject_id as "subjectId", e.building_id as "buildingId", e.details`;

/**
 * Chains the tenant's audit rows that no block holds yet. One sealer a tenant at a time; writers of audit rows are never held up by it. A row whose
 * transaction commits late simply joins a later block: order within the chain is the order of sealing. Returns how many rows were sealed.
 */
export async function sealAudit(database: Database, tenantId: string): Promise<number> {
  let total = 0;
  for (;;) {
    const sealed = await database.transaction({ tenantId, sessionId: null }, sealOneBlock);
    total += sealed;
    if (sealed < MAX_EVENTS_PER_BLOCK) return total;
  }
}

async function sealOneBlock(tx: Transaction): Promise<number> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [tx.scope.tenantId]);
  const events = await tx.query<ChainedEvent>(
    `select ${eventColumns} from audit_event e
     where not exists (select from audit_seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)
     order by e.id limit $1`,
    [MAX_EVENTS_PER_BLOCK],
  );
  if (events.length === 0) return 0;
  const [last] = await tx.query<{ number: number; hash: Buffer }>('select number, hash from audit_block order by number desc limit 1');
  const number = (last?.number ?? 0) + 1;
  const previousHash = last?.hash ?? GENESIS;
  await tx.change('insert into audit_block (tenant_id, number, event_count, previous_hash, hash) values ($1, $2, $3, $4, $5)', [
    tx.scope.tenantId,
    number,
    events.length,
    previousHash,
    blockHash(previousHash, number, events),
  ]);
  await tx.change(
    `insert into audit_seal (tenant_id, event_id, block_number, position)
     select $1, sealed.id, $2, sealed.position from unnest($3::uuid[]) with ordinality as sealed (id, position)`,
    [tx.scope.tenantId, number, events.map((event) => event.id)],
  );
  return events.length;
}
