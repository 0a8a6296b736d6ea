import { z } from 'zod';
import { Instant, Uuid } from '../text.ts';

/**
 * The claims of the signed answer to `time-asked` (docs/adr/0030). The nonce is the id of that event, which nobody could know before it was asked: so it was signed after the question, and the
 * device that counts how long it waited knows the time as exactly as that. Sent under `cmd/{nonce}`, which every device hears already; never retained.
 */
export const TimeClaims = z.strictObject({
  kind: z.literal('time'),
  deviceId: Uuid,
  nonce: Uuid,
  issuedAt: Instant,
});
export type TimeClaims = z.infer<typeof TimeClaims>;
