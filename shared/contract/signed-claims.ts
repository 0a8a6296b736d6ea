import { jsonOrUndefined } from '@concierge/kernel/json.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { z } from 'zod';
import type { PublicSigningKey } from './keys.ts';
import { readNewerForm } from './newer-form.ts';

/** Why a signed text is refused. */
export type Refusal = 'oversized' | 'malformed' | 'unknown-key' | 'bad-signature' | 'wrong-kind' | 'unknown-form';

/** Public keys by key id. */
export type PinnedKeys = ReadonlyMap<string, CryptoKey>;

/** A form of claims, and the `typ` that binds a signature to it: what is signed as one thing is never taken for another. */
export interface ClaimsForm<Claims> {
  readonly typ: string;
  readonly schema: z.ZodType<Claims>;
}

export interface ReadForm<Claims> extends ClaimsForm<Claims> {
  /** What becomes of fields that a newer signer added: read without them, or the whole refused (ADR 0032). */
  readonly unknownFields: 'left-out' | 'refused';
}

/** A compact JWS (RFC 7515) with Ed25519 (RFC 8037). Throws when the claims do not have their form: what would be refused is never signed. */
export async function signClaims<Claims>(
  { typ, schema }: ClaimsForm<Claims>,
  claims: Claims,
  key: { keyId: string; privateKey: CryptoKey },
): Promise<string> {
  const checked = schema.parse(claims);
  return new CompactSign(new TextEncoder().encode(JSON.stringify(checked)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId, typ })
    .sign(key.privateKey);
}

/** The claims of a signed text, or why it is refused: by size, kind, key, signature and form, in this order. */
export async function openClaims<Claims>(
  { typ, schema, unknownFields }: ReadForm<Claims>,
  jws: string,
  maxBytes: number,
  keys: PinnedKeys,
): Promise<Result<Claims, Refusal>> {
  if (jws.length > maxBytes) return failure('oversized');
  const header = protectedHeader(jws);
  if (header === null || typeof header.kid !== 'string') return failure('malformed');
  if (header.typ !== typ || header.alg !== 'EdDSA') return failure('wrong-kind');
  const key = keys.get(header.kid);
  if (key === undefined) return failure('unknown-key');
  let payload: Uint8Array;
  try {
    payload = (await compactVerify(jws, key, { algorithms: ['EdDSA'] })).payload;
  } catch {
    return failure('bad-signature');
  }
  const claims = jsonOrUndefined(payload);
  const parsed = unknownFields === 'left-out' ? readNewerForm(schema, claims) : schema.safeParse(claims);
  return parsed.success ? success(parsed.data) : failure('unknown-form');
}

/** The keys as they check signatures. One that is no key at all is nobody's. */
export async function pinnedKeys(named: readonly PublicSigningKey[]): Promise<PinnedKeys> {
  const keys = new Map<string, CryptoKey>();
  for (const { kid, ...jwk } of named) {
    try {
      const key = await importJWK(jwk, 'EdDSA');
      if (!(key instanceof Uint8Array)) keys.set(kid, key);
    } catch {
      // It signs nothing that we could check; the others may.
    }
  }
  return keys;
}

/** The id of the key that a text says it is signed by, unchecked; null of what is no signed text. */
export function namedSigner(jws: string): string | null {
  return protectedHeader(jws)?.kid ?? null;
}

function protectedHeader(jws: string) {
  try {
    return decodeProtectedHeader(jws);
  } catch {
    return null;
  }
}
