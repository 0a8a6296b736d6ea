import { randomUUID } from 'node:crypto';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import type { TimeClaims } from '@concierge/contract/mqtt/time.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Clock } from '../clock/clock.ts';
import type { Connection } from './connection.ts';

/**
 * Asks the cloud for the time on each connection, and while the clock is not trusted (docs/adr/0030): a clock may be trusted because whoever owns the line answered in the name of network time.
 *
 * INVARIANTS
 * 1. One question is open at most. An answer counts once, and only within the time that bounds its error.
 * 2. Nobody can know a question's number before it is asked, so no answer is older than the question.
 * 3. Who gets no answers asks seldom: a cloud may be of before, and takes each for a message that it does not know.
 */
export interface TimeAsking {
  start(connection: Pick<Connection, 'connected' | 'publish'>): void;
  stop(): void;
  connected(): void;
  clockChanged(): void;
  /** Whether a message with this id can be the answer that is waited for. */
  awaits(id: string): boolean;
  /** Takes an answer that was signed by the cloud for this device under this number. */
  answered(claims: TimeClaims): void;
}

/** A question that waited longer says too little: half of its wait is the error. */
const ANSWER_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 30_000;
const MOST_UNANSWERED = 3;
/** A clock that jumps back and forth does not make the device ask all the time. */
const PAUSE_MS = 60_000;

export function createTimeAsking(deps: {
  deviceId: string;
  agentVersion: string;
  clock: Pick<Clock, 'nowMs' | 'state' | 'hear' | 'monotonicMs'>;
}): TimeAsking {
  const { clock } = deps;
  let connection: Pick<Connection, 'connected' | 'publish'> | null = null;
  let open: { readonly id: string; readonly askedMs: number } | null = null;
  let changedMs = Number.NEGATIVE_INFINITY;
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;

  function askUntilTrusted(): void {
    if (clock.state() !== 'trusted') ask();
  }

  function ask(): void {
    clearTimeout(timer);
    if (connection?.connected() !== true || unanswered >= MOST_UNANSWERED) return;
    const askedMs = clock.monotonicMs();
    open = { id: randomUUID(), askedMs };
    unanswered += 1;
    timer = setTimeout(askUntilTrusted, AGAIN_AFTER_MS).unref();
    const question: DeviceEvent = {
      id: open.id,
      event: 'time-asked',
      detail: null,
      agentVersion: deps.agentVersion,
      at: new Date(clock.nowMs()).toISOString(),
    };
    // Not in the queue of events: a question that waited for a connection would be answered to nobody.
    void connection.publish({ topic: topicOf('event', deps.deviceId), payload: JSON.stringify(question), retain: false });
  }

  return {
    start(through) {
      connection = through;
    },
    stop() {
      clearTimeout(timer);
      connection = null;
      open = null;
    },
    connected() {
      unanswered = 0;
      ask();
    },
    clockChanged() {
      const nowMs = clock.monotonicMs();
      const isAwaited = open !== null && nowMs - open.askedMs <= ANSWER_WITHIN_MS;
      if (isAwaited || nowMs - changedMs < PAUSE_MS) return;
      changedMs = nowMs;
      unanswered = 0;
      askUntilTrusted();
    },
    awaits: (id) => open?.id === id,
    answered(claims) {
      if (open?.id !== claims.nonce) return;
      const waitedMs = clock.monotonicMs() - open.askedMs;
      open = null;
      if (waitedMs > ANSWER_WITHIN_MS) return;
      clearTimeout(timer);
      unanswered = 0;
      clock.hear({ issuedAtMs: Date.parse(claims.issuedAt), delivery: 'answered', waitedMs });
    },
  };
}
