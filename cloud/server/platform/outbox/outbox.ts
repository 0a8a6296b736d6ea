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
  /** Whether the job lets all others go first. */
  readonly yields?: boolean;
}

/** The same answer for an event that nobody waits for: what a person caused goes first, however much of it the clock has asked for. */
export function later(subscription: Subscription): Subscription {
  // A key of its own: folded into the job that a person waits for, it would take that one back into its own place in the queue.
  return { task: subscription.task, key: (payload) => `${subscription.key(payload)}:later`, yields: true };
}

/** The queue takes the lower number first; what says nothing has 0. */
const YIELDING = 10;

export const LIVE_CHANNEL = 'concierge_live';

export function createOutbox(subscriptions: Readonly<Record<string, readonly Subscription[]>>): Outbox {
  return {
    async emit(tx, event, payload) {
      for (const subscription of subscriptions[event] ?? []) {
        await addFoldedJob(tx, subscription, payload);
      }
    },

    async announceLive(tx, event) {
      await tx.query('select pg_notify($1, $2)', [LIVE_CHANNEL, JSON.stringify({ tenantId: tx.scope.tenantId, event })]);
    },
  };
}

/** How often a worker may take the waiting job at the very moment at which the next would be folded into it. */
const FOLDING_ATTEMPTS = 20;

/**
 * Adds the job, or leaves it to the one with the same key that waits already. When a worker takes that one while this statement runs, the queue adds nothing and says so
 * with an empty row (graphile-worker 0.18): that run may have read before our change commits, so we ask again.
 */
async function addFoldedJob(tx: Transaction, { task, key, yields = false }: Subscription, payload: EventPayload): Promise<void> {
  for (let attempt = 1; attempt <= FOLDING_ATTEMPTS; attempt += 1) {
    const [job] = await tx.query<{ id: string | null }>(
      'select id from graphile_worker.add_job(identifier => $1, payload => $2::json, job_key => $3, max_attempts => 12, priority => $4)',
      [task, JSON.stringify(payload), `${task}:${key(payload)}`, yields ? YIELDING : 0],
    );
    if (job !== undefined && job.id !== null) return;
  }
  throw new Error(`the job queue did not take ${task} in ${FOLDING_ATTEMPTS} attempts`);
}
