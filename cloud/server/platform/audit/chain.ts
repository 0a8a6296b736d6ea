import { createHash } from 'node:crypto';
import { canonicalJson } from '@concierge/kernel/canonical-json.ts';

/** An audit row as it is hashed: every column, instants as ISO text. */
export interface ChainedEvent {
  readonly id: string;
  readonly at: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string | null;
  readonly buildingId: string | null;
  readonly details: unknown;
}

/** What the first block of a tenant follows. */
export const GENESIS = Buffer.alloc(32);

/** SHA-256 over the previous block's hash, the block's number and its events in order (ADR 0005). */
export function blockHash(previousHash: Uint8Array, number: number, events: readonly ChainedEvent[]): Buffer {
  const hash = createHash('sha256').update(previousHash).update(`block ${number} of ${events.length} events\n`);
  for (const event of events) hash.update(`${canonicalJson(event)}\n`);
  return hash.digest();
}
