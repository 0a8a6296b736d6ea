import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacketScanner } from './bounded-connection.ts';

/** A packet with this many bytes after its fixed header. */
function packet(bodyBytes: number): Buffer {
  const length: number[] = [];
  let left = bodyBytes;
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bodyBytes, 0xff)]);
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (let index = 0; offset < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return chunks;
}

describe('the packet scanner', () => {
  it('lets packets up to the limit through, however the stream is cut, and stops at the first larger one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 40_000 }),
        (bodies, sizes, maxPacketBytes) => {
          const scanner = createPacketScanner();
          const passed = cut(Buffer.concat(bodies.map(packet)), sizes).every((chunk) => scanner(chunk, maxPacketBytes));
          expect(passed).toBe(bodies.every((bodyBytes) => bodyBytes <= maxPacketBytes));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('decides by the announcement, before the body', () => {
    expect(createPacketScanner()(packet(1_048_576).subarray(0, 4), 262_144)).toBe(false);
  });

  it('stops at a length that does not end', () => {
    expect(createPacketScanner()(Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]), 10)).toBe(false);
  });
});
