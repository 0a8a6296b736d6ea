import type { PaintedFrame } from '@concierge/contract/kiosk/screen.ts';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import { topicOf } from '@concierge/contract/topics.ts';
import type { Clock } from '../clock/clock.ts';
import type { Connection } from './connection.ts';
import type { HeldDocuments } from './held-documents.ts';

/** Tells the cloud what the device holds and shows: soon after every change, and on every connection. */
export interface Reporter {
  start(connection: Pick<Connection, 'connected' | 'publish'>): void;
  stop(): void;
  connected(): void;
  changed(): void;
  painted(frame: PaintedFrame): void;
  /** Remembers a refusal; false when it only repeats the last one. */
  refused(topic: string, reason: string): boolean;
  paintedSequence(): number;
}

/** What changes together is told together. At a moment of each device's own: what many lobbies get at once, they do not acknowledge at once. */
const SETTLE_MS = { least: 150, most: 650 } as const;
/** The same refusal again is news only after a while, so a broker that repeats itself does not make the device do so. */
const REPEATED_REFUSAL_MS = 60_000;
/** A live screen paints all the time; only its silence and its content matter, so the time is told this often. */
const REPEATED_PAINT_MS = 300_000;

export function createReporter(deps: {
  deviceId: string;
  agentVersion: string;
  shell: Reported['shell'];
  held: HeldDocuments;
  clock: Pick<Clock, 'nowMs' | 'state'>;
  /** Undefined where the device takes no releases. */
  release?(): Reported['release'];
  missingMedia(): number;
  random?: () => number;
}): Reporter {
  let connection: Pick<Connection, 'connected' | 'publish'> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastRefusal: Reported['lastRefusal'] = null;
  let lastRefusalMs = 0;
  let paintedSequence = 0;
  let paintedMs: number | null = null;
  let unplayable = 0;
  /** What the broker acknowledged last on this connection, without the time it was said. */
  let acknowledged = '';

  function schedule(): void {
    if (connection !== null && timer === undefined)
      timer = setTimeout(send, SETTLE_MS.least + (SETTLE_MS.most - SETTLE_MS.least) * (deps.random ?? Math.random)());
  }

  function send(): void {
    timer = undefined;
    if (connection === null || !connection.connected()) return;
    const facts = currentFacts();
    const told = JSON.stringify(facts);
    if (told === acknowledged) return;
    const payload = JSON.stringify({ ...facts, at: instant(deps.clock.nowMs()) } satisfies Reported);
    connection.publish({ topic: topicOf('reported', deps.deviceId), payload, retain: true }).then(
      (arrived) => {
        // Without an answer it is said again, unless the connection went with it: then the next one begins with a report.
        if (!arrived) return schedule();
        acknowledged = told;
        // What changed while the report was on its way follows it.
        if (JSON.stringify(currentFacts()) !== told) schedule();
      },
      () => undefined,
    );
  }

  /**
   * What is held and shown, even when the disk did not take it: that is what a lobby reads. After a power cut the device holds less, and says so
   * with its first report, upon which the cloud sends what is missing; that the disk takes nothing is told by an event of its own.
   */
  function currentFacts(): Omit<Reported, 'at'> {
    const release = deps.release?.();
    const missing = deps.missingMedia();
    const factsSequence = deps.held.get('facts')?.claims.sequence;
    return {
      agentVersion: deps.agentVersion,
      shell: deps.shell,
      desiredSequence: deps.held.get('desired')?.claims.sequence ?? 0,
      contentSequence: deps.held.get('content')?.claims.sequence ?? 0,
      qrSequence: deps.held.get('qr')?.claims.sequence ?? 0,
      scenesSequence: deps.held.get('scenes')?.claims.sequence ?? 0,
      ...(factsSequence === undefined ? {} : { factsSequence }),
      paintedSequence,
      paintedAt: paintedMs === null ? null : instant(paintedMs),
      clock: deps.clock.state(),
      lastRefusal,
      ...(missing + unplayable === 0 ? {} : { media: { missing, unplayable } }),
      ...(release === undefined ? {} : { release }),
    };
  }

  return {
    start(through) {
      connection = through;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      connection = null;
    },
    connected() {
      acknowledged = '';
      schedule();
    },
    changed: schedule,
    painted(frame) {
      // A frame of content that the device never held is a renderer's mistake, and must not reach the cloud as an acknowledgement.
      if (frame.contentSequence > (deps.held.get('content')?.claims.sequence ?? 0)) return;
      const nowMs = deps.clock.nowMs();
      const isOther = frame.contentSequence !== paintedSequence || (frame.unplayable ?? 0) !== unplayable;
      if (!isOther && paintedMs !== null && Math.abs(nowMs - paintedMs) < REPEATED_PAINT_MS) return;
      unplayable = frame.unplayable ?? 0;
      paintedSequence = frame.contentSequence;
      paintedMs = nowMs;
      schedule();
    },
    refused(topic, reason) {
      const nowMs = deps.clock.nowMs();
      const same = lastRefusal?.topic === topic && lastRefusal.reason === reason;
      if (same && Math.abs(nowMs - lastRefusalMs) < REPEATED_REFUSAL_MS) return false;
      lastRefusal = { topic: topic.slice(0, 20), reason: reason.slice(0, 60), at: instant(nowMs) };
      lastRefusalMs = nowMs;
      schedule();
      return true;
    },
    paintedSequence: () => paintedSequence,
  };
}

function instant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
