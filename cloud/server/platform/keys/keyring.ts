import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorityFromPem, type CertificateAuthority, createAuthority, type IssuedCertificate } from './authority.ts';
import { endsSoon } from './ending-certificates.ts';
import { type KeyChain, newSigningKey, readKeyChain, SIGNING_KEY_FILE, type SigningKeyInUse, signingKeyOf } from './signing-keys.ts';

/** Every secret of an installation. It lives in files that only the service reads, never in the database. */
export interface Keyring {
  /** Signs what kiosks show; they pin the public halves, and follow statements to others (ADR 0034). */
  readonly signing: SigningKeyInUse & KeyChain;
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

/**
 * Reads the key ring from its folder. With `create` what is missing is made, and a certificate of our own that ends within sixty days is issued anew, which is right for a first start on one machine; replicas are given a folder that is
 * complete, and a missing file stops them with its name. Throws on a damaged file rather than making a new key, which would cut off every kiosk.
 */
export async function openKeyring(
  folder: string,
  options: { create: boolean; brokerHosts: readonly string[]; nowMs?: number },
): Promise<Keyring> {
  if (options.create) await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = secretFiles(folder, options.create);

  const inUse = await signingKeyOf(SIGNING_KEY_FILE, await file(SIGNING_KEY_FILE, newSigningKey));
  const chain = await readKeyChain(folder, inUse.publicKey);
  const authority = await authorityFromPem(
    await file('device-authority.pem', async () => (await createAuthority('New Concierge device authority')).pem),
  );
  const issued = async (name: string, commonName: string, hosts: readonly string[]): Promise<IssuedCertificate> => {
    const make = async (): Promise<string> => {
      const certificate = await authority.issueWithNewKey(commonName, hosts);
      return certificate.privateKeyPem + certificate.certificatePem;
    };
    const kept = parted(await file(name, make));
    if (!options.create || !endsSoon(kept, options.nowMs ?? Date.now())) return kept;
    return parted(await write(join(folder, name), await make()));
  };
  return {
    signing: { ...inUse, ...chain },
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
    return write(path, await make());
  };
}

async function write(path: string, text: string): Promise<string> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return text;
}

function parted(pem: string): IssuedCertificate {
  const [privateKeyPem = '', certificatePem = ''] = pem.split(/(?=-----BEGIN CERTIFICATE-----)/);
  return { privateKeyPem, certificatePem };
}

async function newSecret(): Promise<string> {
  return randomBytes(SECRET_BYTES).toString('base64url');
}
