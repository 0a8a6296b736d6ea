import type { Database } from '../database/database.ts';
import { blockHash, type ChainedEvent, GENESIS } from './chain.ts';
import { eventColumns } from './sealer.ts';

export interface AuditVerdict {
  readonly blocks: number;
  readonly events: number;
  /** Rows no block holds yet although they are older than the sealer's patience. */
  readonly unsealed: number;
  /** The first thing found wrong, as a sentence for an operator; null when the chain and its rows are whole. */
  readonly fault: string | null;
}

const SEALER_PATIENCE_SECONDS = 120;

/** Recomputes a tenant's whole chain from its rows: a changed, missing or added row, or a missing block, shows as a fault. */
export async function verifyAudit(database: Database, tenantId: string): Promise<AuditVerdict> {
  return database.transaction({ tenantId, sessionId: null }, async (tx) => {
    const blocks = await tx.query<{ number: number; event_count: number; previous_hash: Buffer; hash: Buffer }>(
      'select number, event_count, previous_hash, hash from audit_block order by number',
    );
    let previousHash: Uint8Array = GENESIS;
    let events = 0;
    let fault: string | null = null;
    for (const [index, block] of blocks.entries()) {
      if (block.number !== index + 1) fault = `block ${index + 1} is missing`;
      else if (!block.previous_hash.equals(previousHash)) fault = `block ${block.number} does not follow block ${block.number - 1}`;
      else {
        const rows = await tx.query<ChainedEvent>(
          `select ${eventColumns} from audit_seal s join audit_event e on e.tenant_id = s.tenant_id and e.id = s.event_id
           where s.block_number = $1 order by s.position`,
          [block.number],
        );
        if (rows.length !== block.event_count) fault = `block ${block.number} holds ${rows.length} events instead of ${block.event_count}`;
        else if (!blockHash(previousHash, block.number, rows).equals(block.hash)) fault = `an event in block ${block.number} was changed`;
        events += rows.length;
      }
      if (fault !== null) break;
      previousHash = block.hash;
    }
    const [late] = await tx.query<{ count: number }>(
      `select count(*)::int as count from audit_event e
       where at < now() - make_interval(secs => $1) and not exists (select from audit_seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)`,
      [SEALER_PATIENCE_SECONDS],
    );
    return { blocks: blocks.length, events, unsealed: late?.count ?? 0, fault };
  });
}
