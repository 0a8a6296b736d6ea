import type { Result } from '@concierge/kernel/result.ts';
import type { CryptoKey } from 'jose';
import type { z } from 'zod';
import { CommandClaims } from './mqtt/command.ts';
import { ContentClaims } from './mqtt/content.ts';
import { DesiredClaims } from './mqtt/desired.ts';
import { FactsClaims } from './mqtt/facts.ts';
import { QrBatchClaims } from './mqtt/qr-batch.ts';
import { ScenesClaims } from './mqtt/scenes.ts';
import { TimeClaims } from './mqtt/time.ts';
import { openClaims, type PinnedKeys, type ReadForm, type Refusal, signClaims } from './signed-claims.ts';

/** The documents the cloud signs, each a compact JWS (RFC 7515) with Ed25519 (RFC 8037) whose `typ` binds it to its kind. */
export const signedDocuments = {
  content: ContentClaims,
  desired: DesiredClaims,
  qr: QrBatchClaims,
  scenes: ScenesClaims,
  facts: FactsClaims,
  command: CommandClaims,
  time: TimeClaims,
} as const;
export type SignedKind = keyof typeof signedDocuments;
/**
 * An older screen must be able to read what a newer cloud says, or it could not even be told of its next release. Not so for what it is to do, and when: a field that
 * it does not know may be the one that says "not now".
 */
const refusedWithUnknownFields: ReadonlySet<SignedKind> = new Set(['command', 'scenes']);
/** Those a device keeps, the newest of each. */
export const heldKinds = ['content', 'desired', 'qr', 'scenes', 'facts'] as const satisfies readonly SignedKind[];
export type HeldKind = (typeof heldKinds)[number];
export type ClaimsOf<Kind extends SignedKind> = z.infer<(typeof signedDocuments)[Kind]>;

/** Signs claims that already have the contract's form. Throws when they do not: the cloud never signs what a kiosk would refuse. */
export async function signDocument<Kind extends SignedKind>(
  kind: Kind,
  claims: ClaimsOf<Kind>,
  key: { keyId: string; privateKey: CryptoKey },
): Promise<string> {
  return signClaims(formOf(kind), claims, key);
}

/**
 * The claims of a signed document, or why it is refused. Whose building it is, its sequence and its expiry are for the caller, who knows
 * what it holds and what time it is.
 */
export async function openDocument<Kind extends SignedKind>(
  kind: Kind,
  jws: string,
  maxBytes: number,
  keys: PinnedKeys,
): Promise<Result<ClaimsOf<Kind>, Refusal>> {
  return openClaims(formOf(kind), jws, maxBytes, keys);
}

function formOf<Kind extends SignedKind>(kind: Kind): ReadForm<ClaimsOf<Kind>> {
  const schemas: { readonly [Each in SignedKind]: z.ZodType<ClaimsOf<Each>> } = signedDocuments;
  return { typ: `nc-${kind}+jws`, schema: schemas[kind], unknownFields: refusedWithUnknownFields.has(kind) ? 'refused' : 'left-out' };
}
