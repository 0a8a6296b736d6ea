import type { Database, Scope, Transaction } from '../database/database.ts';
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

/**
 * The entries of the last thirty days. The id says when (UUIDv7), so that the index of a subject's entries is entered where they begin; by `at` alone all that was ever said of it would be
 * read, and a device is spoken of every day for years. Asked in a sub-select, because only then is it worked out once.
 */
const RECENT = `id > (select uuidv7(interval '-30 days')) and at > now() - interval '30 days'`;

/** Writes the entry unless it is this actor's second within thirty days that says the same. The subject's row must be locked. */
export async function recordAuditOnce(tx: Transaction, actor: Actor, entry: AuditEntry): Promise<void> {
  const [known] = await tx.query<object>(
    `select from audit_event where tenant_id = $1 and subject_id = $2 and action = $3 and actor_kind = $4 and actor_id is not distinct from $5 and details = $6
       and ${RECENT} limit 1`,
    [tx.scope.tenantId, entry.subjectId, entry.action, actor.kind, actor.id, JSON.stringify(entry.details ?? {})],
  );
  if (known === undefined) await recordAudit(tx, actor, entry);
}

/** Whether an entry about the subject already carries this event id; for news that may be told twice. The subject's row must be locked. */
export async function isAudited(tx: Transaction, subjectId: string, eventId: string): Promise<boolean> {
  const rows = await tx.query(
    `select from audit_event where tenant_id = $1 and subject_id = $2 and details ->> 'eventId' = $3 and ${RECENT} limit 1`,
    [tx.scope.tenantId, subjectId, eventId],
  );
  return rows.length > 0;
}

export interface AuditedMoment {
  readonly id: string;
  readonly at: string;
  readonly action: string;
}

/** The latest entries about a subject that say one of these things of this kind, newest first. */
export async function auditedOf(
  database: Database,
  scope: Scope,
  subjectId: string,
  asked: { actions: readonly string[]; kind: string; limit: number },
): Promise<AuditedMoment[]> {
  return database.read<AuditedMoment>(scope, {
    name: 'audited-of-subject',
    text: `select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action from audit_event
      where tenant_id = (select current_tenant()) and subject_id = $1 and action = any ($2) and details ->> 'kind' = $3 order by id desc limit $4`,
    values: [subjectId, asked.actions, asked.kind, asked.limit],
  });
}
