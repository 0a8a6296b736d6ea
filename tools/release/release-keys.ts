import { generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import { ReleaseKeyFile, type ReleaseKeyRole } from '@concierge/contract/release/key-file.ts';
import type { signReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { jsonOrUndefined } from '../../shared/kernel/json.ts';

export type SigningKey = Parameters<typeof signReleaseStatement>[2];

/** Writes a new key and, beside it, its public half. Never overwrites one, and never writes into a repository. Returns the path of the public half. */
export async function createKey(role: ReleaseKeyRole, out: string): Promise<string> {
  const inRepository = repositoryAround(out);
  if (inRepository !== null)
    throw new Error(`${out} is inside the repository ${inRepository}. Keys belong on another disk, a root key on one that is offline.`);
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const key = ReleaseKeyFile.parse({ kty, crv, x, d, kid: `release-${role}-${randomBytes(6).toString('hex')}`, role });
  await writeFile(out, `${JSON.stringify(key)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  const publicPath = `${out}.pub`;
  await writeFile(publicPath, `${JSON.stringify(publicHalf(key))}\n`, { flag: 'wx', flush: true });
  return publicPath;
}

/** A private key that only its owner can read. Throws with a sentence when it is another role's: a root key must not lie where the online key does. */
export async function readKey(path: string, role: ReleaseKeyRole): Promise<SigningKey> {
  if (((await stat(path)).mode & 0o077) !== 0) throw new Error(`${path} can be read by others. Make it private first: chmod 600 ${path}`);
  const parsed = ReleaseKeyFile.safeParse(jsonOrUndefined(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} holds no release key.`);
  if (parsed.data.role !== role) throw new Error(`${path} is a ${parsed.data.role} key; this is signed with a ${role} key.`);
  const { kty, crv, x, d, kid } = parsed.data;
  return { keyId: kid, privateKey: await webcrypto.subtle.importKey('jwk', { kty, crv, x, d }, 'Ed25519', false, ['sign']) };
}

export async function readPublicKey(path: string): Promise<PublicSigningKey> {
  const parsed = PublicSigningKey.safeParse(jsonOrUndefined(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} holds no public key; these end in .pub.`);
  return parsed.data;
}

function publicHalf({ kty, crv, x, kid }: PublicSigningKey): PublicSigningKey {
  return { kty, crv, x, kid };
}

function repositoryAround(path: string): string | null {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
