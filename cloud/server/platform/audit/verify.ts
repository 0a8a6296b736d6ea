import type { Database, Transaction } from '../database/database.ts';
import { blockHash, type ChainedEvent, GENESIS } from './chain.ts';
import { eventColumns } from './sealer.ts';

/** The newest block of a chain at some time, as the sealer told it to the log. Kept where the database's owner cannot write, it shows when the chain was cut or rewritten. */
export interface AuditHead {
  readonly block: number;
  readonly hash: Uint8Array;
}

export interface AuditVerdict {
  readonly blocks: number;
  readonly events: number;
  /** Rows no block holds yet although they are older than the sealer's patience. */
  readonly unsealed: number;
  /** The first thing found wrong, as a sentence for an operator; null when the chain and its rows are whole. */
  readonly fault: string | null;
}

const SEALER_PATIENCE_SECONDS = 120;

/**
 * Recomputes a tenant's whole chain from its rows: a changed, missing or added row, or a missing block, shows as a fault. The newest blocks cut off together with all their rows show
 * only against a `knownHead` from before.
 */
export async function verifyAudit(database: Database, tenantId: string, knownHead?: AuditHead): Promise<AuditVerdict> {
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
        else if (!hashes(previousHash, block, rows)) fault = `an event in block ${block.number} was changed`;
        events += rows.length;
      }
      if (fault !== null) break;
      previousHash = block.hash;
    }
    fault ??= (await strayRow(tx)) ?? (knownHead === undefined ? null : faultAgainst(knownHead, blocks));
    const [late] = await tx.query<{ count: number }>(
      `select count(*)::int as count from audit_event e
       where at < now() - make_interval(secs => $1) and not exists (select from audit_seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)`,
      [SEALER_PATIENCE_SECONDS],
    );
    return { blocks: blocks.length, events, unsealed: late?.count ?? 0, fault };
  });
}

function hashes(previousHash: Uint8Array, block: { number: number; hash: Buffer }, rows: readonly ChainedEvent[]): boolean {
  try {
    return blockHash(previousHash, block.number, rows).equals(block.hash);
  } catch {
    // Details that no writer of ours could have written, such as a fraction, have no canonical form.
    return false;
  }
}

/** Rows that stand in no block of the chain: what is left when blocks were cut off, or an event removed, beside the chain itself. */
async function strayRow(tx: Transaction): Promise<string | null> {
  // In one statement, so that a block sealed at this moment is seen with its rows or not at all.
  const [row] = await tx.query<{ withoutBlock: number | null; withoutEvent: number | null }>(
    `select min(s.block_number) filter (where b.number is null) as "withoutBlock", min(s.block_number) filter (where e.id is null) as "withoutEvent"
     from audit_seal s
     left join audit_block b on b.tenant_id = s.tenant_id and b.number = s.block_number
     left join audit_event e on e.tenant_id = s.tenant_id and e.id = s.event_id`,
  );
  if (typeof row?.withoutBlock === 'number') return `block ${row.withoutBlock} is missing, though events were sealed in it`;
  if (typeof row?.withoutEvent === 'number') return `an event of block ${row.withoutEvent} is missing`;
  return null;
}

function faultAgainst(known: AuditHead, blocks: readonly { number: number; hash: Buffer }[]): string | null {
  const block = blocks[known.block - 1];
  if (block === undefined) return `the chain ends with block ${blocks.length}, but block ${known.block} was told before`;
  return block.hash.equals(known.hash) ? null : `block ${known.block} is not the one that was told before`;
}
