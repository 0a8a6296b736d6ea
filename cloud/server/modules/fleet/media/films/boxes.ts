// ISO base media file format (ISO/IEC 14496-12): a file is boxes, each a length, a type of four letters, and a body that may be boxes again.

export interface Box {
  readonly type: string;
  readonly body: Buffer;
}

const MOST_CHILDREN = 256;

/** The boxes in a body; null when they do not fill it exactly, or are more than anybody means. Its depth is that of whoever asks: nothing here calls itself. */
export function boxesIn(body: Buffer): readonly Box[] | null {
  const boxes: Box[] = [];
  for (let at = 0; at < body.length; ) {
    // QuickTime ends a list of boxes by four bytes of nothing.
    if (body.length - at === 4 && body.readUInt32BE(at) === 0) return boxes;
    if (body.length - at < 8 || boxes.length === MOST_CHILDREN) return null;
    const length = body.readUInt32BE(at);
    // Neither lengths of 64 bits nor "to the end" belong inside a box of a few megabytes.
    if (length < 8 || length > body.length - at) return null;
    boxes.push({ type: body.toString('latin1', at + 4, at + 8), body: body.subarray(at + 8, at + length) });
    at += length;
  }
  return boxes;
}

/** The body of the only box of this type; null when there is none, or another. */
export function onlyBox(boxes: readonly Box[] | null, type: string): Buffer | null {
  const found = boxes?.filter((box) => box.type === type) ?? [];
  return found.length === 1 ? (found[0]?.body ?? null) : null;
}

/** The boxes inside the only box of this type. */
export function inside(boxes: readonly Box[] | null, type: string): readonly Box[] | null {
  const body = onlyBox(boxes, type);
  return body === null ? null : boxesIn(body);
}

export function box(type: string, ...bodies: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bodies.reduce((sum, { length }) => sum + length, 8));
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...bodies]);
}

/** A box whose body begins with a version and three bytes of flags. */
export function fullBox(type: string, flags: number, ...bodies: readonly Buffer[]): Buffer {
  return box(type, uint32(flags), ...bodies);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

export function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, 2 * index);
  return bytes;
}
