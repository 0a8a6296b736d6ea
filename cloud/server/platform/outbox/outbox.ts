import type { LiveEvent } from '@concierge/contract/http/live.ts';
import type { Transaction } from '../database/database.ts';

/**
 * News from one module to others. The row in the job queue, added in the transaction of the change, is the outbox: it exists exactly when the change
 * does, and the queue's retries make sure it arrives (ADR 0004).
 */
export interface Outbox {
  /** Tells every subscriber of the event, after this transaction has committed. */
  emit(tx: Transaction, event: string, payload: EventPayload): Promise<void>;
  /** Tells the tenant's open screens that a row changed. A hint: a screen that misses it reads again on its own. */
  announceLive(tx: Transaction, event: LiveEvent): Promise<void>;
}

export interface EventPayload {
  readonly tenantId: string;
  readonly buildingId?: string;
  readonly subjectId?: string;
}

export interface Subscription {
  /** The job that answers the event. */
  readonly task: string;
  /** Events of the same key that wait together are answered once. */
  key(payload: EventPayload): string;
}

export const LIVE_CHANNEL = 'concierge_live';

export function createOutbox(subscriptions: Readonly<Record<string, readonly Subscription[]>>): Outbox {
  return {
    async emit(tx, event, payload) {
      for (const subscription of subscriptions[event] ?? []) {
        const key = `${subscription.task}:${subscription.key(payload)}`;
        // The queue name keeps two answers of one key from running at once; the job key folds those that wait into one.
        await tx.query(
          'select from graphile_worker.add_job(identifier => $1, payload => $2::json, queue_name => $3, job_key => $3, max_attempts => 12)',
          [subscription.task, JSON.stringify(payload), key],
        );
      }
    },

    async announceLive(tx, event) {
      await tx.query('select pg_notify($1, $2)', [LIVE_CHANNEL, JSON.stringify({ tenantId: tx.scope.tenantId, event })]);
    },
  };
}
