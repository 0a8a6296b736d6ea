import type { Socket } from 'node:net';
import { generate, type Packet } from 'mqtt-packet';

/**
 * As little MQTT 3.1.1 as a load needs, because five thousand full client objects would measure themselves. Everything sent is
 * made by mqtt-packet; of what arrives only type, length and packet identifier are looked at.
 */
export interface ArrivedPacket {
  /** Control packet type, MQTT 3.1.1 table 2.1. */
  readonly type: number;
  readonly qos: number;
  /** Bytes after the fixed header. */
  readonly bodyBytes: number;
  /** Of a PUBLISH with QoS > 0 or a PUBACK. */
  readonly messageId: number;
  /** Code in a CONNACK (0 is accepted) or of the first filter in a SUBACK (128 is refused). */
  readonly code: number;
}

export const packetType = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

/** Calls back for every packet when its last byte has arrived. Holds no payload. */
export function watchPackets(socket: Socket, onPacket: (packet: ArrivedPacket) => void): void {
  /** The first bytes of the packet at hand: fixed header, and of the body what is looked at. */
  const head = Buffer.alloc(12);
  let headBytes = 0;
  let arrivedBytes = 0;
  let totalBytes = -1;
  let headerBytes = 0;
  /** Where the two bytes of a PUBLISH's packet identifier stand, known when the topic's length is. */
  let identifierAt = -1;
  let identifier = 0;

  socket.on('data', (chunk: Buffer) => {
    let offset = 0;
    while (offset < chunk.length) {
      if (totalBytes < 0) {
        head[headBytes] = chunk[offset] ?? 0;
        headBytes += 1;
        offset += 1;
        arrivedBytes += 1;
        if (headBytes > 1 && ((head[headBytes - 1] ?? 0) & 0x80) === 0) {
          headerBytes = headBytes;
          totalBytes = headerBytes + remainingLength(head, headerBytes);
          if (totalBytes === arrivedBytes) finish();
        }
        continue;
      }
      const step = Math.min(totalBytes - arrivedBytes, chunk.length - offset);
      const wanted = Math.min(step, headerBytes + 4 - headBytes);
      if (wanted > 0) {
        chunk.copy(head, headBytes, offset, offset + wanted);
        headBytes += wanted;
      }
      if (identifierAt < 0 && headBytes >= headerBytes + 2) identifierAt = headerBytes + 2 + head.readUInt16BE(headerBytes);
      for (const position of [identifierAt, identifierAt + 1]) {
        const here = position - arrivedBytes;
        if (identifierAt > 0 && here >= 0 && here < step) identifier = ((identifier << 8) | (chunk[offset + here] ?? 0)) & 0xffff;
      }
      arrivedBytes += step;
      offset += step;
      if (arrivedBytes === totalBytes) finish();
    }
  });

  function finish(): void {
    const type = (head[0] ?? 0) >> 4;
    const packet: ArrivedPacket = {
      type,
      qos: ((head[0] ?? 0) >> 1) & 3,
      bodyBytes: totalBytes - headerBytes,
      messageId: type === packetType.publish ? identifier : head.readUInt16BE(headerBytes),
      code: (type === packetType.connack ? head[headerBytes + 1] : head[headerBytes + 2]) ?? 0,
    };
    headBytes = 0;
    arrivedBytes = 0;
    totalBytes = -1;
    identifierAt = -1;
    identifier = 0;
    onPacket(packet);
  }
}

function remainingLength(head: Buffer, headerBytes: number): number {
  let length = 0;
  for (let index = headerBytes - 1; index >= 1; index -= 1) length = length * 128 + ((head[index] ?? 0) & 0x7f);
  return length;
}

export function encode(packet: Packet): Buffer {
  return generate(packet);
}
