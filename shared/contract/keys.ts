import { z } from 'zod';

/** The public half of a signing key as the device pins it: JWK of an Ed25519 key (RFC 8037). */
export const PublicSigningKey = z
  .strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().max(64), kid: z.string().min(1).max(64) })
  .meta({ id: 'PublicSigningKey' });
export type PublicSigningKey = z.infer<typeof PublicSigningKey>;
