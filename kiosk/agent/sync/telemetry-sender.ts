import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Connection } from './connection.ts';

/** Measures every few minutes, and sends what it measured while there is a broker. */
export interface TelemetrySender {
  start(connection: Pick<Connection, 'connected' | 'publish'>): void;
  stop(): void;
  connected(): void;
}

/** Each device at moments of its own: a fleet that was switched on by one fuse does not tell at once for ever. */
const EVERY_MS = { least: 270_000, most: 330_000 } as const;
/** After a connection the first picture comes soon, and not from everybody in the same second. */
const FIRST_MS = { least: 500, most: 5_000 } as const;
/**
 * What was measured without a connection: the last half hour tells why it went; older pictures help nobody, would wear the card if they were kept on it, and a fleet that comes back at
 * once would bring days of them.
 */
const MOST_WAITING = 6;

export function createTelemetrySender(deps: { deviceId: string; measure(): Promise<Telemetry>; random(): number }): TelemetrySender {
  let connection: Pick<Connection, 'connected' | 'publish'> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let sending = false;
  const waiting: string[] = [];

  function plan({ least, most }: { least: number; most: number }): void {
    clearTimeout(timer);
    timer = setTimeout(() => void take(), least + (most - least) * deps.random()).unref();
  }

  async function take(): Promise<void> {
    plan(EVERY_MS);
    const picture = await deps.measure();
    // Stopped while it was measured.
    if (connection === null) return;
    waiting.push(JSON.stringify(picture));
    waiting.splice(0, waiting.length - MOST_WAITING);
    await sendAll();
  }

  async function sendAll(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      while (connection?.connected() === true) {
        const [payload] = waiting;
        if (payload === undefined) break;
        const arrived = await connection.publish({ topic: topicOf('telemetry', deps.deviceId), payload, retain: false });
        if (!arrived) break;
        // By value: it may have been pushed out by newer ones meanwhile.
        const sent = waiting.indexOf(payload);
        if (sent !== -1) waiting.splice(sent, 1);
      }
    } finally {
      sending = false;
    }
  }

  return {
    start(through) {
      connection = through;
      plan(EVERY_MS);
    },
    stop() {
      clearTimeout(timer);
      connection = null;
      waiting.length = 0;
    },
    connected: () => plan(FIRST_MS),
  };
}
