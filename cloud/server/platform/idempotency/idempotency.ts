import { createHash } from 'node:crypto';
import { canonicalJson } from '@concierge/kernel/canonical-json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import type { Database, Transaction } from '../database/database.ts';
import type { Principal } from '../http/principal.ts';
import type { Failure } from '../http/problem.ts';

/**
 * INVARIANTS
 * 1. The change and its record commit together: a recorded reply means the change is there, and the other way round.
 * 2. Two requests with one key never run at once: the second is told so instead of waiting.
 * 3. A refused or failed change leaves no record, so it can be sent again.
 * 4. Records are kept for a week, and of each person only the newest RECORDS_KEPT; a key older than that is a new one.
 * 5. Of large replies each person's newest LARGE_REPLIES_KEPT are kept: a retry follows its request within seconds. Whoever comes later is still told the truth, that the change is
 *    made, but has to read for themselves what it made.
 */
export interface Idempotency {
  once(
    principal: Principal,
    request: IdempotentRequest,
    run: () => Promise<Recorded>,
  ): Promise<Result<Recorded & { repeated: boolean }, Failure>>;
}

export interface IdempotentRequest {
  /** The client's Idempotency-Key, 8 to 100 characters. */
  readonly key: string;
  /** What must be the same when the key is the same. */
  readonly fingerprint: { readonly method: string; readonly url: string; readonly body: unknown };
}

export interface Recorded {
  readonly reply: unknown;
  readonly status: number;
}

const KEPT_DAYS = 7;
export const RECORDS_KEPT = 1_000;
const LARGE_REPLIES_KEPT = 3;
/** As it lies in the database, compressed. */
const LARGE_REPLY_BYTES = 4_096;

export function createIdempotency(database: Database): Idempotency {
  return {
    async once(principal, request, run) {
      if (!/^[\x21-\x7e]{8,100}$/.test(request.key)) return failure({ code: 'bad-request' });
      const hash = createHash('sha256').update(fingerprintText(request.fingerprint)).digest();
      return database.transaction<Result<Recorded & { repeated: boolean }, Failure>>(principal.scope, async (tx) => {
        const lock = `${principal.scope.tenantId}:${principal.userId}:${request.key}`;
        const [locked] = await tx.query<{ free: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free', [lock]);
        if (locked?.free !== true) return failure({ code: 'in-progress' });
        await forgetOld(tx, principal.userId);
        const [known] = await tx.query<{ request_hash: Buffer; status: number; reply: unknown; forgotten: boolean }>(
          'select request_hash, status, reply, reply is null as forgotten from idempotency_record where user_id = $1 and key = $2',
          [principal.userId, request.key],
        );
        if (known !== undefined) {
          if (!known.request_hash.equals(hash)) return failure({ code: 'idempotency-key-reused' });
          if (known.forgotten) return failure({ code: 'done-already' });
          return success({ reply: known.reply, status: known.status, repeated: true });
        }
        const recorded = await run();
        await tx.change(
          'insert into idempotency_record (tenant_id, user_id, key, request_hash, status, reply) values ($1, $2, $3, $4, $5, $6)',
          [principal.scope.tenantId, principal.userId, request.key, hash, recorded.status, JSON.stringify(recorded.reply ?? null)],
        );
        return success({ ...recorded, repeated: false });
      });
    },
  };
}

/** Makes room for one more. Rows that another request of this person holds are left to it, so that two of them never wait for each other. */
async function forgetOld(tx: Transaction, userId: string): Promise<void> {
  await tx.change(
    `delete from idempotency_record where tenant_id = $1 and user_id = $2 and key = any (array(
       select key from idempotency_record where tenant_id = $1 and user_id = $2 and (created_at < now() - make_interval(days => $3)
         or (created_at, key) <= (select created_at, key from idempotency_record where tenant_id = $1 and user_id = $2 order by created_at desc, key desc offset $4 limit 1))
       for update skip locked))`,
    [tx.scope.tenantId, userId, KEPT_DAYS, RECORDS_KEPT - 1],
  );
  await tx.change(
    `update idempotency_record set reply = null where tenant_id = $1 and user_id = $2 and key = any (array(
       select key from idempotency_record where tenant_id = $1 and user_id = $2 and pg_column_size(reply) > $3
         and (created_at, key) <= (select created_at, key from idempotency_record where tenant_id = $1 and user_id = $2 and pg_column_size(reply) > $3
           order by created_at desc, key desc offset $4 limit 1)
       for update skip locked))`,
    [tx.scope.tenantId, userId, LARGE_REPLY_BYTES, LARGE_REPLIES_KEPT - 1],
  );
}

function fingerprintText(fingerprint: IdempotentRequest['fingerprint']): string {
  return `${fingerprint.method} ${fingerprint.url}\n${canonicalJson(fingerprint.body)}`;
}
