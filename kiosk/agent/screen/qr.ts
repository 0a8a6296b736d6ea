import type { ScreenQr } from '@concierge/contract/kiosk/screen.ts';
import { QR_SLOT_SECONDS, type QrBatchClaims } from '@concierge/contract/mqtt/qr-batch.ts';
import { encodePresenceToken, MAC_BYTES } from '@concierge/contract/qr-token.ts';
import { create } from 'qrcode';

export const SLOT_MS = QR_SLOT_SECONDS * 1_000;
/** A code may stay a little after its slot, so that the next one is painted before it goes. */
export const OVERLAP_MS = 5_000;

/** The code of the slot that the time falls in, or null when the batch is expired or has no token for it. */
export function qrAt(batch: QrBatchClaims, nowMs: number): ScreenQr | null {
  if (Date.parse(batch.expiresAt) <= nowMs) return null;
  const slot = slotAt(nowMs);
  const offset = (slot - batch.firstSlot) * MAC_BYTES;
  const macs = Buffer.from(batch.macs, 'base64url');
  if (offset < 0 || offset + MAC_BYTES > macs.length) return null;
  const mac = macs.subarray(offset, offset + MAC_BYTES);
  const url = batch.urlPrefix + encodePresenceToken({ deviceId: batch.deviceId, slot, mac });
  return { ...drawQr(url), url, validUntilMs: (slot + 1) * SLOT_MS + OVERLAP_MS };
}

/** The slot's number: Unix time divided by the slot's length, rounded down. */
export function slotAt(nowMs: number): number {
  return Math.floor(nowMs / SLOT_MS);
}

/** The dark modules as one SVG path, each run of a row one rectangle, and the number of modules along a side. */
export function drawQr(text: string): { path: string; size: number } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  let path = '';
  for (let row = 0; row < size; row += 1) {
    let from = 0;
    while (from < size) {
      let to = from;
      while (to < size && modules.get(row, to) === 1) to += 1;
      if (to > from) path += `M${from} ${row}h${to - from}v1h${from - to}z`;
      from = to + 1;
    }
  }
  return { path, size };
}
