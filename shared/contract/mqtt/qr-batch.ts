import { z } from 'zod';
import { Sequence } from '../sequence.ts';
import { Instant, Uuid } from '../text.ts';

/** Seconds each QR code is shown; a slot's number is Unix seconds divided by this, rounded down. */
export const QR_SLOT_SECONDS = 30;
/** Slots in one batch: a day ahead. */
export const QR_BATCH_SLOTS = 2_880;

/** The claims of the signed batch of presence tokens (ADR 0006). The device can show them, never make one: the MAC key stays in the cloud. */
export const QrBatchClaims = z.strictObject({
  kind: z.literal('qr'),
  deviceId: Uuid,
  buildingId: Uuid,
  sequence: Sequence,
  issuedAt: Instant,
  expiresAt: Instant,
  /** What stands before the token in the URL, e.g. `https://example.gr/j/`. */
  urlPrefix: z.url().max(200),
  firstSlot: z.int().positive(),
  /** The 16-byte MACs of consecutive slots, concatenated, base64url. */
  macs: z.base64url().max(70_000),
});
export type QrBatchClaims = z.infer<typeof QrBatchClaims>;
