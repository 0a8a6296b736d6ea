import { randomUUID } from 'node:crypto';
import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { KioskCache } from '../cache/cache.ts';
import type { Connection } from './connection.ts';

/** Events wait on disk, at most as many as the cache keeps, until the broker has taken them. */
export interface EventQueue {
  add(event: DeviceEvent['event'], detail: string | null): void;
  start(connection: Connection): void;
  stop(): void;
  /** Sends what waits. */
  drain(): void;
}

const BATCH = 20;

export function createEventQueue(deps: { deviceId: string; agentVersion: string; cache: KioskCache; nowMs(): number }): EventQueue {
  let connection: Connection | null = null;
  let draining = false;

  async function sendAll(): Promise<void> {
    for (;;) {
      // Until none is left: one that was added while others were on their way has nobody else to send it.
      const waiting = deps.cache.waitingEvents(BATCH);
      if (waiting.length === 0) return;
      for (const { id, payload } of waiting) {
        const arrived = await connection?.publish({ topic: topicOf('event', deps.deviceId), payload, retain: false });
        // Stopped meanwhile: the cache may have begun anew, where the number is another event's. It is told twice rather than lost.
        if (arrived !== true || connection === null) return;
        deps.cache.removeEvent(id);
      }
    }
  }

  function drain(): void {
    if (draining || connection === null || !connection.connected()) return;
    draining = true;
    void sendAll().finally(() => {
      draining = false;
    });
  }

  return {
    add(event, detail) {
      const said: DeviceEvent = {
        id: randomUUID(),
        event,
        detail: detail === null ? null : detail.slice(0, 120),
        agentVersion: deps.agentVersion,
        at: new Date(deps.nowMs()).toISOString(),
      };
      deps.cache.addEvent(JSON.stringify(said));
      drain();
    },
    start(through) {
      connection = through;
    },
    stop() {
      connection = null;
    },
    drain,
  };
}
