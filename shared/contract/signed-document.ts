import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader } from 'jose';
import type { z } from 'zod';
import { CommandClaims } from './mqtt/command.ts';
import { ContentClaims } from './mqtt/content.ts';
import { DesiredClaims } from './mqtt/desired.ts';
import { QrBatchClaims } from './mqtt/qr-batch.ts';

/** The documents the cloud signs, each a compact JWS (RFC 7515) with Ed25519 (RFC 8037) whose `typ` binds it to its kind. */
export const signedDocuments = { content: ContentClaims, desired: DesiredClaims, qr: QrBatchClaims, command: CommandClaims } as const;
export type SignedKind = keyof typeof signedDocuments;
/** Those a device keeps, the newest of each. */
export type HeldKind = Exclude<SignedKind, 'command'>;
export type ClaimsOf<Kind extends SignedKind> = z.infer<(typeof signedDocuments)[Kind]>;

export type Refusal = 'oversized' | 'malformed' | 'unknown-key' | 'bad-signature' | 'wrong-kind' | 'unknown-form';

/** Public keys by key id: the device pins them when it is claimed. */
export type PinnedKeys = ReadonlyMap<string, CryptoKey>;

/** Signs claims that already have the contract's form. Throws when they do not: the cloud never signs what a kiosk would refuse. */
export async function signDocument<Kind extends SignedKind>(
  kind: Kind,
  claims: ClaimsOf<Kind>,
  key: { keyId: string; privateKey: CryptoKey },
): Promise<string> {
  const checked = signedDocuments[kind].parse(claims);
  return new CompactSign(new TextEncoder().encode(JSON.stringify(checked)))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId, typ: typOf(kind) })
    .sign(key.privateKey);
}

/**
 * The claims of a signed document, or why it is refused. Checks size, key, signature, kind and the strict schema, in this order. Whose
 * building it is, its sequence and its expiry are for the caller, who knows what it holds and what time it is.
 */
export async function openDocument<Kind extends SignedKind>(
  kind: Kind,
  jws: string,
  maxBytes: number,
  keys: PinnedKeys,
): Promise<Result<ClaimsOf<Kind>, Refusal>> {
  if (jws.length > maxBytes) return failure('oversized');
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
  const parsed = signedDocuments[kind].safeParse(jsonOrUndefined(payload));
  return parsed.success ? success(parsed.data as ClaimsOf<Kind>) : failure('unknown-form');
}

function typOf(kind: SignedKind): string {
  return `nc-${kind}+jws`;
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
