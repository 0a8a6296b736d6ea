import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import type { z } from 'zod';
import type { PublicSigningKey } from '../keys.ts';
import type { PinnedKeys, Refusal } from '../signed-document.ts';
import { ReleaseManifest } from './manifest.ts';
import { ReleaseRoot } from './root.ts';
import { ReleaseTimestamp } from './timestamp.ts';

/** The statements about releases, each a compact JWS with Ed25519 whose `typ` binds it to its kind. They are signed by other keys than a building's documents. */
const releaseStatements = { root: ReleaseRoot, manifest: ReleaseManifest, timestamp: ReleaseTimestamp } as const;
export type ReleaseStatementKind = keyof typeof releaseStatements;
export type ReleaseClaims<Kind extends ReleaseStatementKind> = z.infer<(typeof releaseStatements)[Kind]>;

export const MAX_STATEMENT_BYTES = 16_384;

/** Signs claims that already have the contract's form. Throws when they do not: what a kiosk would refuse is never signed. */
export async function signReleaseStatement<Kind extends ReleaseStatementKind>(
  kind: Kind,
  claims: ReleaseClaims<Kind>,
  key: { keyId: string; privateKey: CryptoKey },
): Promise<string> {
  const checked = releaseStatements[kind].parse(claims);
  return new CompactSign(new TextEncoder().encode(JSON.stringify(checked)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId, typ: typOf(kind) })
    .sign(key.privateKey);
}

/** The claims of a signed statement, or why it is refused: by size, kind, key, signature and the strict schema, in this order. */
export async function openReleaseStatement<Kind extends ReleaseStatementKind>(
  kind: Kind,
  jws: string,
  keys: PinnedKeys,
): Promise<Result<ReleaseClaims<Kind>, Refusal>> {
  if (jws.length > MAX_STATEMENT_BYTES) return failure('oversized');
  const header = protectedHeader(jws);
  if (header === null || typeof header.kid !== 'string') return failure('malformed');
  if (header.typ !== typOf(kind) || header.alg !== 'EdDSA') return failure('wrong-kind');
  const key = keys.get(header.kid);
  if (key === undefined) return failure('unknown-key');
  let payload: Uint8Array;
  try {
    payload = (await compactVerify(jws, key, { algorithms: ['EdDSA'] })).payload;
  } catch {
    return failure('bad-signature');
  }
  const parsed = releaseStatements[kind].safeParse(jsonOrUndefined(payload));
  return parsed.success ? success(parsed.data as ReleaseClaims<Kind>) : failure('unknown-form');
}

/** The keys of one role as a root statement names them. A key that is no key at all is nobody's. */
export async function releaseKeys(named: readonly PublicSigningKey[]): Promise<PinnedKeys> {
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

function typOf(kind: ReleaseStatementKind): string {
  return `nc-release-${kind}+jws`;
}

function protectedHeader(jws: string) {
  try {
    return decodeProtectedHeader(jws);
  } catch {
    return null;
  }
}

function jsonOrUndefined(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
