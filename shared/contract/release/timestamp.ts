import { z } from 'zod';
import { Instant } from '../text.ts';
import { Sha256 } from './bundle.ts';

/** The longest that the online key can vouch at once: what is withheld from a device is noticed after this time. */
export const MAX_TIMESTAMP_LIFE_MS = 14 * 86_400_000;

/** That a manifest is the one to install as of now. Signed by the online key, again and again while the release is on offer. */
export const ReleaseTimestamp = z
  .strictObject({
    kind: z.literal('release-timestamp'),
    sequence: z.int().positive(),
    /** Of the signed manifest as it travels, so that no other manifest of the same sequence is meant. */
    manifestSha256: Sha256,
    issuedAt: Instant,
    expiresAt: Instant,
  })
  .refine(({ issuedAt, expiresAt }) => within(Date.parse(expiresAt) - Date.parse(issuedAt)), {
    error: 'a timestamp lives for some time, and not for ever',
  });
export type ReleaseTimestamp = z.infer<typeof ReleaseTimestamp>;

function within(lifeMs: number): boolean {
  return lifeMs > 0 && lifeMs <= MAX_TIMESTAMP_LIFE_MS;
}
