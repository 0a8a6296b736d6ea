import type { Result } from '@concierge/kernel/result.ts';
import type { CryptoKey } from 'jose';
import type { z } from 'zod';
import { openClaims, type PinnedKeys, type ReadForm, type Refusal, signClaims } from '../signed-claims.ts';
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
  return signClaims(formOf(kind), claims, key);
}

/** The claims of a signed statement, or why it is refused. */
export async function openReleaseStatement<Kind extends ReleaseStatementKind>(
  kind: Kind,
  jws: string,
  keys: PinnedKeys,
): Promise<Result<ReleaseClaims<Kind>, Refusal>> {
  return openClaims(formOf(kind), jws, MAX_STATEMENT_BYTES, keys);
}

function formOf<Kind extends ReleaseStatementKind>(kind: Kind): ReadForm<ReleaseClaims<Kind>> {
  const schemas: { readonly [Each in ReleaseStatementKind]: z.ZodType<ReleaseClaims<Each>> } = releaseStatements;
  return { typ: `nc-release-${kind}+jws`, schema: schemas[kind], unknownFields: 'left-out' };
}
