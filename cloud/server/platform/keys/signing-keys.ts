import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import { namedSigner } from '@concierge/contract/signed-claims.ts';
import { FIRST_SIGNING_KEYS_VERSION, followSigningKeys, SigningKeyList } from '@concierge/contract/signing-keys.ts';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';

export const SIGNING_KEY_FILE = 'signing-key.json';
/** Made, told of, and not yet used. */
export const NEXT_SIGNING_KEY_FILE = 'signing-key-next.json';
/** Public: the keys of the first claims, and every statement since. */
export const KEY_CHAIN_FILE = 'signing-keys.json';

export interface SigningKeyInUse {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: PublicSigningKey;
}

/** Whose signatures kiosks take, as of the newest statement. */
export interface KeyChain {
  readonly version: number;
  readonly publicKeys: readonly PublicSigningKey[];
  /** Statement of version n at n - 2. */
  readonly statements: readonly string[];
}

const SigningKeyFile = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string().min(1).max(64),
});

export const KeyChainFile = z.strictObject({ firstKeys: SigningKeyList, statements: z.array(z.string()) });
export type KeyChainFile = z.infer<typeof KeyChainFile>;

/** Throws on a file that holds no such key. */
export async function signingKeyOf(fileName: string, text: string): Promise<SigningKeyInUse> {
  const jwk = SigningKeyFile.parse(JSON.parse(text));
  const privateKey = await importJWK({ ...jwk, alg: 'EdDSA' });
  if (privateKey instanceof Uint8Array) throw new Error(`${fileName} holds no Ed25519 key`);
  const { kty, crv, x, kid } = jwk;
  return { keyId: kid, privateKey, publicKey: PublicSigningKey.parse({ kty, crv, x, kid }) };
}

/**
 * The chain in the ring's folder; without one, the key in use alone. Throws where it is damaged or does not name the key in use: what that key signed, no kiosk would take.
 */
export async function readKeyChain(folder: string, inUse: PublicSigningKey): Promise<KeyChain> {
  const file = await readKeyChainFile(folder);
  if (file === null) return { version: FIRST_SIGNING_KEYS_VERSION, publicKeys: [inUse], statements: [] };
  const { trusted, fault } = await followSigningKeys({ version: FIRST_SIGNING_KEYS_VERSION, keys: file.firstKeys }, file.statements);
  if (fault !== null)
    throw new Error(`${KEY_CHAIN_FILE} is damaged after version ${trusted.version}: ${fault}. Restore it from the backup.`);
  if (!trusted.keys.some(({ kid, x }) => kid === inUse.kid && x === inUse.x))
    throw new Error(`${KEY_CHAIN_FILE} does not name the key in ${SIGNING_KEY_FILE} (${inUse.kid}). Restore both from the same backup.`);
  return { version: trusted.version, publicKeys: trusted.keys, statements: file.statements };
}

/** Null where there is none. Throws on a damaged one. */
export async function readKeyChainFile(folder: string): Promise<KeyChainFile | null> {
  let text: string;
  try {
    text = await readFile(join(folder, KEY_CHAIN_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return KeyChainFile.parse(JSON.parse(text));
}

/** Whether no kiosk takes it any longer, so that it must be signed anew. One by a key that is merely not in use is left: while replicas are restarted, each would undo what the other signed. */
export function isByRetiredKey(jws: string, { publicKeys }: Pick<KeyChain, 'publicKeys'>): boolean {
  const signer = namedSigner(jws);
  return !publicKeys.some(({ kid }) => kid === signer);
}

/** The text of a file with a new key. */
export async function newSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({
    kty: jwk.kty,
    crv: jwk.crv,
    x: jwk.x,
    d: jwk.d,
    kid: `sign-${Buffer.from(webcrypto.getRandomValues(new Uint8Array(6))).toString('hex')}`,
  });
}
