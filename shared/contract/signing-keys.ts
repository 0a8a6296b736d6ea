import type { CryptoKey } from 'jose';
import { z } from 'zod';
import { PublicSigningKey } from './keys.ts';
import { openClaims, pinnedKeys, type ReadForm, type Refusal, signClaims } from './signed-claims.ts';
import { Instant } from './text.ts';

/** Those of a claim, of before anything was changed. */
export const FIRST_SIGNING_KEYS_VERSION = 1;
/** A key changes every few years, in three steps. */
export const MAX_KEY_STATEMENTS = 60;
const MAX_STATEMENT_BYTES = 8_192;

export const SigningKeyList = z
  .array(PublicSigningKey)
  .min(1)
  .max(8)
  .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length && new Set(keys.map(({ x }) => x)).size === keys.length, {
    error: 'every key has an id of its own',
  });

/**
 * Who may sign what a device shows, from this version on (docs/adr/0034). A device starts from the keys of its claim and follows the chain: version n+1 is believed when a key of version n signed
 * it. What a key signed that is named no longer is worth nothing any more.
 */
export const SigningKeysStatement = z.strictObject({
  kind: z.literal('signing-keys'),
  version: z
    .int()
    .min(FIRST_SIGNING_KEYS_VERSION + 1)
    .max(1_000_000),
  issuedAt: Instant,
  keys: SigningKeyList,
});
export type SigningKeysStatement = z.infer<typeof SigningKeysStatement>;

/** Whom somebody believes: the keys of one version. */
export interface TrustedKeys {
  readonly version: number;
  readonly keys: readonly PublicSigningKey[];
}

const form: ReadForm<SigningKeysStatement> = { typ: 'nc-signing-keys+jws', schema: SigningKeysStatement, unknownFields: 'left-out' };

/** POST /api/kiosk/signing-keys: the statements after the version that a device follows. Anybody may read them: they are signed, and name public keys. */
export const SigningKeysBody = z.strictObject({ after: z.int().min(FIRST_SIGNING_KEYS_VERSION).max(1_000_000) });
export const SigningKeysReply = z
  .strictObject({ statements: z.array(z.string().max(MAX_STATEMENT_BYTES)).max(MAX_KEY_STATEMENTS) })
  .meta({ id: 'SigningKeysReply' });
export type SigningKeysReply = z.infer<typeof SigningKeysReply>;

/** Signs a statement that has its form; throws when it has not. */
export async function signKeyStatement(statement: SigningKeysStatement, key: { keyId: string; privateKey: CryptoKey }): Promise<string> {
  return signClaims(form, statement, key);
}

/** The keys that signed statements lead to from `first`, and why they were not followed to their end; null when they were. */
export async function followSigningKeys(
  first: TrustedKeys,
  statements: readonly string[],
): Promise<{ readonly trusted: TrustedKeys; readonly fault: Refusal | 'out-of-order' | null }> {
  let trusted = first;
  if (statements.length > MAX_KEY_STATEMENTS) return { trusted, fault: 'oversized' };
  for (const statement of statements) {
    const next = await openClaims(form, statement, MAX_STATEMENT_BYTES, await pinnedKeys(trusted.keys));
    if (!next.ok) return { trusted, fault: next.error };
    if (next.value.version !== trusted.version + 1) return { trusted, fault: 'out-of-order' };
    // With keys that are no keys a device would believe nobody, and so could never be told of others.
    if ((await pinnedKeys(next.value.keys)).size !== next.value.keys.length) return { trusted, fault: 'unknown-form' };
    trusted = { version: next.value.version, keys: next.value.keys };
  }
  return { trusted, fault: null };
}
