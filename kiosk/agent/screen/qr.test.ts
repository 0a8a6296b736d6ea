import { decodePresenceToken } from '@concierge/contract/qr-token.ts';
import jsqr from 'jsqr';
import { describe, expect, it } from 'vitest';
import { aQrBatch, instant } from '../testing/documents.ts';
import { OVERLAP_MS, qrAt, SLOT_MS } from './qr.ts';

const nowMs = Date.UTC(2026, 10, 21, 12, 0, 7);
const slot = Math.floor(nowMs / SLOT_MS);
const batch = aQrBatch({ nowMs, slots: 3 });

describe('the code of the moment', () => {
  it.each([0, 1, 2])('of slot +%i is read by a phone as the token of that slot', (offset) => {
    const code = qrAt(batch, nowMs + offset * SLOT_MS);
    if (code === null) throw new Error('no code');
    const read = jsqr.default(...pixelsOf(code.path, code.size))?.data ?? '';
    expect(read).toBe(code.url);
    expect(read.startsWith(batch.urlPrefix)).toBe(true);
    const token = decodePresenceToken(read.slice(batch.urlPrefix.length));
    const mac = Buffer.from(batch.macs, 'base64url').subarray(offset * 16, offset * 16 + 16);
    expect(token).toEqual({ deviceId: batch.deviceId, slot: slot + offset, mac: new Uint8Array(mac) });
    expect(code.validUntilMs).toBe((slot + offset + 1) * SLOT_MS + OVERLAP_MS);
  });

  it.each([
    ['before the batch', batch, nowMs - SLOT_MS],
    ['after the batch ran out', batch, nowMs + 3 * SLOT_MS],
    ['of an expired batch', { ...batch, expiresAt: instant(nowMs) }, nowMs],
    ['of a batch that ends within a MAC', { ...batch, macs: batch.macs.slice(0, 10) }, nowMs],
  ])('does not exist %s', (_what, from, atMs) => {
    expect(qrAt(from, atMs)).toBeNull();
  });
});

/** The path's rectangles as black pixels on white, with a quiet zone, as a camera would see it. */
function pixelsOf(path: string, size: number): [Uint8ClampedArray, number, number] {
  const scale = 4;
  const quiet = 4;
  const side = (size + 2 * quiet) * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, column, row, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let y = 0; y < scale; y += 1) {
      for (let x = 0; x < Number(run) * scale; x += 1) {
        const at = (((Number(row) + quiet) * scale + y) * side + (Number(column) + quiet) * scale + x) * 4;
        pixels.fill(0, at, at + 3);
      }
    }
  }
  return [pixels, side, side];
}
