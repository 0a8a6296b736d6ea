import type { Socket } from 'node:net';

/** Runs everything scheduled since the last time, once per turn of the event loop. */
export interface FlushSchedule {
  /** `flush` runs when the packets that this turn's packets give rise to have been written too. */
  later(flush: () => void): void;
}

/**
 * aedes hands every message on in the next `setImmediate`. Waiting for one more turn after that joins what belongs together: a SUBACK
 * and the retained documents it announces, the acknowledgements of a burst. One system call instead of one for each.
 */
export function createFlushSchedule(): FlushSchedule {
  let waiting: (() => void)[] = [];
  const runAll = () => {
    const flushes = waiting;
    waiting = [];
    for (const flush of flushes) flush();
  };
  return {
    later(flush) {
      waiting.push(flush);
      if (waiting.length === 1) setImmediate(setImmediate, runAll);
    },
  };
}

export interface GatheringRules {
  /** Called with what now waits for this peer; returns what the library shall believe, false meaning that it must wait for 'drain'. */
  onWaiting(bytes: number): boolean;
  /** Whether what is written must leave in this turn, because the library may destroy the socket in the next. */
  isUrgent(): boolean;
}

/**
 * Makes a socket gather what is written to it. The library writes a packet in up to six pieces and corks the stream around them; gathered
 * pieces are joined where they are small, and a document's payload goes out as it is, without a copy for each receiver.
 */
export function gatherWrites(socket: Socket, schedule: FlushSchedule, rules: GatheringRules): void {
  const write = socket.write.bind(socket);
  const cork = socket.cork.bind(socket);
  let pieces: Buffer[] = [];
  let gatheredBytes = 0;

  const flush = () => {
    const joined = joinSmall(pieces);
    pieces = [];
    gatheredBytes = 0;
    if (socket.destroyed) return;
    if (joined.length > 1) cork();
    for (const buffer of joined) write(buffer);
    if (joined.length > 1) socket.uncork();
  };

  // A library that finds no cork does without.
  replace(socket, 'cork', undefined);
  replace(socket, 'write', (piece: string | Buffer): boolean => {
    if (pieces.length === 0) {
      if (rules.isUrgent()) process.nextTick(flush);
      else schedule.later(flush);
    }
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    pieces.push(buffer);
    gatheredBytes += buffer.length;
    return rules.onWaiting(socket.writableLength + gatheredBytes);
  });
}

const smallBytes = 2_048;

/** The same bytes in the same order, in as few buffers as need no copy of a large one. */
export function joinSmall(pieces: readonly Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  let small: Buffer[] = [];
  const close = () => {
    if (small.length > 0) joined.push(small.length === 1 && small[0] !== undefined ? small[0] : Buffer.concat(small));
    small = [];
  };
  for (const piece of pieces) {
    if (piece.length <= smallBytes) {
      small.push(piece);
    } else {
      close();
      joined.push(piece);
    }
  }
  close();
  return joined;
}

/** On this one object only, and without repeating the overloads of a method that the library calls in one way. */
function replace(socket: Socket, method: 'cork' | 'write', value: unknown): void {
  Object.defineProperty(socket, method, { configurable: true, writable: true, value });
}
