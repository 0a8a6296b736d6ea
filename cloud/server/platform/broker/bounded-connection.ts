import type { Socket } from 'node:net';
import { type FlushSchedule, gatherWrites } from './gathered-writes.ts';

export interface ConnectionBounds {
  /** False until the CONNECT is accepted: a refusal is the last thing a connection says and must leave at once. */
  isAdmitted: boolean;
  /** Longest control packet accepted from the peer, in bytes after its fixed header. */
  maxPacketBytes: number;
  /**
   * How much may wait for a peer that reads slowly before it is dropped. Null leaves the stream's own back-pressure, under which
   * the sender waits for the receiver: right for the backend as a receiver, wrong for a device, because then one lobby with a
   * dead line would hold up the backend and with it every other lobby.
   */
  maxBufferedBytes: number | null;
}

export type Breach = 'packet-too-large' | 'slow-consumer';

/**
 * Puts bounds on a socket that the MQTT library is about to own. Must be called before anything reads from it. The library
 * gathers a whole packet before it looks at it, and a packet may announce 256 MB: here the announcement alone closes the connection.
 * The bounds may be changed while it lives, when it turns out who the peer is.
 */
export function boundConnection(
  socket: Socket,
  bounds: ConnectionBounds,
  schedule: FlushSchedule,
  onBreach: (breach: Breach) => void,
): void {
  const scanner = createPacketScanner();
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || scanner(chunk, bounds.maxPacketBytes)) return chunk;
    breach('packet-too-large');
    return null;
  };

  gatherWrites(socket, schedule, {
    isUrgent: () => !bounds.isAdmitted,
    onWaiting(bytes) {
      if (bounds.maxBufferedBytes === null) return !socket.writableNeedDrain;
      if (bytes > bounds.maxBufferedBytes) breach('slow-consumer');
      return true;
    },
  });

  function breach(kind: Breach): void {
    if (socket.destroyed) return;
    onBreach(kind);
    socket.destroy();
  }
}

/**
 * Follows the fixed headers (MQTT 3.1.1 §2.2) through a stream cut anywhere. The returned function is false as soon as a packet
 * announces more than `maxPacketBytes`, or a length of more than four bytes.
 */
export function createPacketScanner(): (chunk: Uint8Array, maxPacketBytes: number) => boolean {
  let bodyBytesLeft = 0;
  let announcedBytes = 0;
  /** 0 while the next byte is a packet's first one, else what the next length digit is worth. */
  let digitValue = 0;

  return (chunk, maxPacketBytes) => {
    let offset = 0;
    while (offset < chunk.length) {
      if (bodyBytesLeft > 0) {
        const step = Math.min(bodyBytesLeft, chunk.length - offset);
        bodyBytesLeft -= step;
        offset += step;
        continue;
      }
      const byte = chunk[offset] ?? 0;
      offset += 1;
      if (digitValue === 0) {
        digitValue = 1;
        announcedBytes = 0;
        continue;
      }
      announcedBytes += (byte & 0x7f) * digitValue;
      if (announcedBytes > maxPacketBytes) return false;
      if ((byte & 0x80) === 0) {
        bodyBytesLeft = announcedBytes;
        digitValue = 0;
      } else {
        digitValue *= 128;
        if (digitValue > 128 ** 3) return false;
      }
    }
    return true;
  };
}
