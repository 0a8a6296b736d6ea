import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import type { CryptoKey } from 'jose';
import { exportJWK, generateKeyPair, importJWK } from 'jose';
import { z } from 'zod';
import { authorityFromPem, type CertificateAuthority, createAuthority, type IssuedCertificate } from './authority.ts';

/** Every secret of an installation. It lives in files that only the service reads, never in the database. */
export interface Keyring {
  /** Signs what kiosks show; they pin the public half. */
  readonly signing: { readonly keyId: string; readonly privateKey: CryptoKey; readonly publicKeys: readonly PublicSigningKey[] };
  /** Issues device certificates and the broker's own. */
  readonly authority: CertificateAuthority;
  /** The broker's server certificate, and the cloud's own as its client. */
  readonly broker: IssuedCertificate;
  readonly backend: IssuedCertificate;
  /** MAC key of access tokens and anti-forgery tokens. */
  readonly sessionSecret: Uint8Array;
  /** MAC key of presence tokens. */
  readonly presenceSecret: Uint8Array;
}

export const BACKEND_COMMON_NAME = 'backend';
const SECRET_BYTES = 32;

const SigningKeyFile = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string().min(1).max(64),
});

/**
 * Reads the key ring from its folder. With `create` what is missing is made, which is right for a first start on one machine; replicas are given a folder that is
 * complete, and a missing file stops them with its name. Throws on a damaged file rather than making a new key, which would cut off every kiosk.
 */
export async function openKeyring(folder: string, options: { create: boolean; brokerHosts: readonly string[] }): Promise<Keyring> {
  if (options.create) await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = secretFiles(folder, options.create);

  const signingJwk = SigningKeyFile.parse(JSON.parse(await file('signing-key.json', newSigningKey)));
  const privateKey = await importJWK({ ...signingJwk, alg: 'EdDSA' });
  if (privateKey instanceof Uint8Array) throw new Error('signing-key.json holds no Ed25519 key');
  const authority = await authorityFromPem(
    await file('device-authority.pem', async () => (await createAuthority('New Concierge device authority')).pem),
  );
  const issued = async (name: string, commonName: string, hosts: readonly string[]): Promise<IssuedCertificate> => {
    const pem = await file(name, async () => {
      const certificate = await authority.issueWithNewKey(commonName, hosts);
      return certificate.privateKeyPem + certificate.certificatePem;
    });
    const [privateKeyPem = '', certificatePem = ''] = pem.split(/(?=-----BEGIN CERTIFICATE-----)/);
    return { privateKeyPem, certificatePem };
  };
  const { kty, crv, x, kid } = signingJwk;
  return {
    signing: { keyId: kid, privateKey, publicKeys: [PublicSigningKey.parse({ kty, crv, x, kid })] },
    authority,
    broker: await issued('broker.pem', 'broker', options.brokerHosts),
    backend: await issued('backend.pem', BACKEND_COMMON_NAME, []),
    sessionSecret: macKey('session-secret', await file('session-secret', newSecret)),
    presenceSecret: macKey('presence-secret', await file('presence-secret', newSecret)),
  };
}

/** An empty or torn file would be a key that everybody can guess, and what it vouches for would be believed. */
function macKey(name: string, text: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length < SECRET_BYTES) throw new Error(`${name} is damaged: it holds ${key.length} bytes instead of ${SECRET_BYTES}.`);
  return key;
}

function secretFiles(folder: string, create: boolean) {
  return async (name: string, make: () => Promise<string>): Promise<string> => {
    const path = join(folder, name);
    try {
      const text = await readFile(path, 'utf8');
      // A mounted secret may belong to somebody else and be read-only: it is tightened only where others could read it.
      if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600).catch(() => undefined);
      return text;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      if (!create)
        throw new Error(
          `The key ring lacks ${name}. Make one with cloud/server/make-keys.ts (deploy/README.md), or copy the folder of the first replica.`,
          {
            cause: error,
          },
        );
    }
    const text = await make();
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
    return text;
  };
}

async function newSigningKey(): Promise<string> {
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

async function newSecret(): Promise<string> {
  return randomBytes(SECRET_BYTES).toString('base64url');
}
