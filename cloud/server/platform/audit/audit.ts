import type { Transaction } from '../database/database.ts';
import type { Principal } from '../http/principal.ts';

export interface AuditEntry {
  /** What was done, e.g. `announcement.created`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string | null;
  readonly buildingId?: string | null;
  /** Safe integers, strings, booleans and null only: it is hashed as canonical JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export type Actor = { readonly kind: 'user' | 'device' | 'visitor' | 'system'; readonly id: string | null };

export function actorOf(principal: Principal): Actor {
  return { kind: 'user', id: principal.userId };
}

/** Writes who did what into the tenant's audit trail, in the transaction of the change itself. */
export async function recordAudit(tx: Transaction, actor: Actor, entry: AuditEntry): Promise<void> {
  await tx.change(
    `insert into audit_event (tenant_id, actor_kind, actor_id, action, subject_kind, subject_id, building_id, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.scope.tenantId,
      actor.kind,
      actor.id,
      entry.action,
      entry.subjectKind,
      entry.subjectId,
      entry.buildingId ?? null,
      JSON.stringify(entry.details ?? {}),
    ],
  );
}
