import { z } from 'zod';
import { PublicSigningKey } from '../keys.ts';
import { Instant } from '../text.ts';

const MAX_KEYS = 5;

/**
 * Who may sign releases (ADR 0015). A device starts from the root it was built with and follows the chain: version n+1 is believed when a root
 * key of version n signed it. Root keys lie offline and sign roots and manifests; timestamp keys are online and can only say which manifest is current.
 */
export const ReleaseRoot = z
  .strictObject({
    kind: z.literal('release-root'),
    version: z.int().positive(),
    issuedAt: Instant,
    rootKeys: z.array(PublicSigningKey).min(1).max(MAX_KEYS),
    /** How many root keys must have signed. More than one would need another envelope than a compact JWS. */
    threshold: z.literal(1),
    timestampKeys: z.array(PublicSigningKey).min(1).max(MAX_KEYS),
  })
  .refine(({ rootKeys, timestampKeys }) => allDifferent([...rootKeys, ...timestampKeys]), {
    error: 'every key has an id and a role of its own',
  });
export type ReleaseRoot = z.infer<typeof ReleaseRoot>;

function allDifferent(keys: readonly PublicSigningKey[]): boolean {
  return new Set(keys.map(({ kid }) => kid)).size === keys.length && new Set(keys.map(({ x }) => x)).size === keys.length;
}
