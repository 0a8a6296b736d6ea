// EBML (RFC 8794), the grammar of Matroska and WebM: an element is an id, a length, and a body that may be elements again. Numbers tell their own length by their leading zeros.

export interface ElementHead {
  /** With the bits that tell its length, as the specification writes them. */
  readonly id: number;
  readonly headBytes: number;
  /** Null where it is left open: until something comes that cannot stand in it. */
  readonly length: number | null;
}

export const MOST_HEAD_BYTES = 12;

/** The head at the beginning of these bytes; null when there is none. */
export function readHead(bytes: Buffer): ElementHead | null {
  const idBytes = Math.clz32(bytes[0] ?? 0) - 23;
  if (idBytes > 4 || idBytes + 1 > bytes.length) return null;
  const lengthBytes = Math.clz32(bytes[idBytes] ?? 0) - 23;
  if (lengthBytes > 8 || idBytes + lengthBytes > bytes.length) return null;
  let length = (bytes[idBytes] ?? 0) & (0xff >> lengthBytes);
  let isOpen = length === 0xff >> lengthBytes;
  for (const byte of bytes.subarray(idBytes + 1, idBytes + lengthBytes)) {
    length = length * 256 + byte;
    isOpen &&= byte === 0xff;
  }
  const headBytes = idBytes + lengthBytes;
  if (!isOpen && !Number.isSafeInteger(length)) return null;
  return { id: bytes.readUIntBE(0, idBytes), headBytes, length: isOpen ? null : length };
}

export interface Element {
  readonly id: number;
  readonly body: Buffer;
}

const MOST_CHILDREN = 512;

/** The elements in a body; null when they do not fill it exactly, leave a length open, or are more than anybody means. */
export function elementsIn(body: Buffer): readonly Element[] | null {
  const elements: Element[] = [];
  for (let at = 0; at < body.length; ) {
    const head = readHead(body.subarray(at, at + MOST_HEAD_BYTES));
    if (head === null || head.length === null || elements.length === MOST_CHILDREN) return null;
    const from = at + head.headBytes;
    if (head.length > body.length - from) return null;
    elements.push({ id: head.id, body: body.subarray(from, from + head.length) });
    at = from + head.length;
  }
  return elements;
}

export function bodyOf(elements: readonly Element[] | null, id: number): Buffer | null {
  return elements?.find((element) => element.id === id)?.body ?? null;
}

/** An unsigned number of at most six bytes, which is what numbers here are exact to; `otherwise` when there is none. Null for one that is no number. */
export function uintOf(elements: readonly Element[] | null, id: number, otherwise: number): number | null {
  const body = bodyOf(elements, id);
  if (body === null) return otherwise;
  if (body.every((byte) => byte === 0)) return 0;
  const digits = body.subarray(body.findIndex((byte) => byte !== 0));
  return digits.length > 6 ? null : digits.readUIntBE(0, digits.length);
}

/** An element with its length written in as few bytes as it takes. */
export function element(id: number, ...bodies: readonly Buffer[]): Buffer {
  return Buffer.concat([
    elementHead(
      id,
      bodies.reduce((sum, { length }) => sum + length, 0),
    ),
    ...bodies,
  ]);
}

export function elementHead(id: number, length: number): Buffer {
  const lengthBytes = [1, 2, 3, 4, 5].find((bytes) => length < 2 ** (7 * bytes) - 1) ?? 6;
  const size = Buffer.alloc(lengthBytes);
  size.writeUIntBE(length + 2 ** (7 * lengthBytes), 0, lengthBytes);
  return Buffer.concat([idBytes(id), size]);
}

function idBytes(id: number): Buffer {
  const length = id > 0xff_ff_ff ? 4 : id > 0xff_ff ? 3 : id > 0xff ? 2 : 1;
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(id, 0, length);
  return bytes;
}

export function uintElement(id: number, value: number, leastBytes = 1): Buffer {
  const length = Math.max(
    leastBytes,
    value > 2 ** 40 - 1 ? 6 : value > 2 ** 32 - 1 ? 5 : value > 0xff_ff_ff ? 4 : value > 0xff_ff ? 3 : value > 0xff ? 2 : 1,
  );
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return element(id, bytes);
}

export function textElement(id: number, text: string): Buffer {
  return element(id, Buffer.from(text, 'latin1'));
}

export function floatElement(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
}
