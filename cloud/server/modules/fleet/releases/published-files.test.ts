import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import type { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import type { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { signReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkRelease, copyRelease } from './published-files.ts';

const NOW_MS = Date.UTC(2026, 10, 21);
const iso = (timeMs: number) => new Date(timeMs).toISOString();
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Key {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: PublicSigningKey;
}
async function aKey(keyId: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { kty, crv, x } = await exportJWK(publicKey);
  return { keyId, privateKey, publicKey: PublicSigningKey.parse({ kty, crv, x, kid: keyId }) };
}
const aRoot = (version: number, rootKey: Key, timestampKey: Key): ReleaseRoot => ({
  kind: 'release-root',
  version,
  issuedAt: iso(NOW_MS),
  rootKeys: [rootKey.publicKey],
  threshold: 1,
  timestampKeys: [timestampKey.publicKey],
});

let folder: string;
let rootKey: Key;
let timestampKey: Key;
const bundle = Buffer.from('a bundle');
const target = {
  arch: 'x64',
  shell: 'chromium',
  path: '7/x64-chromium.bundle',
  bytes: bundle.length,
  sha256: sha256(bundle),
  files: 1,
  unpackedBytes: 1,
} as const;
const manifest: ReleaseManifest = {
  kind: 'release-manifest',
  version: '0.7.0',
  sequence: 7,
  issuedAt: iso(NOW_MS),
  follows: { earliestSequence: 0, earliestWireVersion: 1 },
  targets: [target],
};
const at = (name: string) => join(folder, name);
const check = (change: object = {}) => checkRelease(at('out'), 7, { firstRoot: at('root.json'), nowMs: NOW_MS, bundles: true, ...change });

async function write(change: Partial<ReleaseManifest> = {}, keys = { root: rootKey, timestamp: timestampKey }): Promise<void> {
  const signed = await signReleaseStatement('manifest', { ...manifest, ...change }, keys.root);
  writeFileSync(at('out/7/manifest.jws'), signed);
  const stamp = {
    kind: 'release-timestamp',
    sequence: change.sequence ?? 7,
    manifestSha256: sha256(signed),
    issuedAt: iso(NOW_MS),
    expiresAt: iso(NOW_MS + 3_600_000),
  } as const;
  writeFileSync(at('out/7/timestamp.jws'), `${await signReleaseStatement('timestamp', stamp, keys.timestamp)}\n`);
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'published-'));
  for (const name of ['out/7', 'out/root', 'served']) mkdirSync(at(name), { recursive: true });
  [rootKey, timestampKey] = await Promise.all([aKey('root'), aKey('timestamp')]);
  writeFileSync(at('root.json'), JSON.stringify(aRoot(1, rootKey, timestampKey)));
  writeFileSync(at('out/7/x64-chromium.bundle'), bundle);
  await write();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('takes what a device would take', async () => {
  expect(await check()).toMatchObject({ ok: true, value: { manifest, manifestSha256: sha256(readFileSync(at('out/7/manifest.jws'))) } });
});

it.each<[string, () => unknown, string]>([
  ['a truncated bundle', () => writeFileSync(at('out/7/x64-chromium.bundle'), bundle.subarray(1)), 'has 7 bytes, and 8 were signed'],
  ['an altered bundle', () => writeFileSync(at('out/7/x64-chromium.bundle'), 'b bundle'), 'is not what was signed'],
  ['no bundle', () => rmSync(at('out/7/x64-chromium.bundle')), 'is not there'],
  ['no manifest', () => rmSync(at('out/7/manifest.jws')), 'lacks manifest.jws'],
  [
    'a manifest of somebody else',
    async () => write({}, { root: await aKey('root'), timestamp: timestampKey }),
    'The manifest is refused: bad-signature',
  ],
  [
    'a manifest that the online key signed',
    () => write({}, { root: timestampKey, timestamp: timestampKey }),
    'The manifest is refused: unknown-key',
  ],
  ['a timestamp that the root key signed', () => write({}, { root: rootKey, timestamp: rootKey }), 'The timestamp is refused: unknown-key'],
  ['another release under this number', () => write({ sequence: 6 }), 'The manifest is of release 6'],
  ['a bundle that would not be served', () => write({ targets: [{ ...target, path: 'elsewhere' }] }), 'is no name that is served'],
  [
    'a timestamp of another manifest',
    async () => {
      const stamp = readFileSync(at('out/7/timestamp.jws'));
      await write({ version: '0.7.1' });
      writeFileSync(at('out/7/timestamp.jws'), stamp);
    },
    'of another manifest',
  ],
  ['a first root that is none', () => writeFileSync(at('root.json'), '{}'), 'holds no root'],
  [
    'a root that does not follow',
    async () => writeFileSync(at('out/root/2.jws'), await signReleaseStatement('root', aRoot(2, rootKey, timestampKey), timestampKey)),
    'does not follow root 1',
  ],
])('refuses %s', async (_what, change, sentence) => {
  await change();
  expect(await check()).toMatchObject({ ok: false, error: expect.stringContaining(sentence) });
});

it('refuses a timestamp that has run out', async () => {
  expect(await check({ nowMs: NOW_MS + 3_600_000 })).toMatchObject({ ok: false, error: expect.stringContaining('has run out') });
});

it('follows new keys through the chain of roots', async () => {
  const newKey = await aKey('root-2');
  writeFileSync(at('out/root/2.jws'), await signReleaseStatement('root', aRoot(2, newKey, timestampKey), rootKey));
  expect((await check()).ok).toBe(false);
  await write({}, { root: newKey, timestamp: timestampKey });
  expect((await check()).ok).toBe(true);
});

it('brings a release over whole, and replaces nothing but its timestamp', async () => {
  const checked = await check();
  if (!checked.ok) throw new Error(checked.error);
  await copyRelease(at('out'), at('served'), checked.value);
  expect(readdirSync(at('served/7')).sort()).toEqual(['manifest.jws', 'timestamp.jws', 'x64-chromium.bundle']);
  writeFileSync(at('served/7/x64-chromium.bundle'), 'what was there');
  writeFileSync(at('out/7/timestamp.jws'), 'newer');
  await copyRelease(at('out'), at('served'), checked.value);
  expect(readFileSync(at('served/7/x64-chromium.bundle'), 'utf8')).toBe('what was there');
  expect(readFileSync(at('served/7/timestamp.jws'), 'utf8')).toBe('newer');
  expect(existsSync(at('served/7/timestamp.jws.partial'))).toBe(false);
});
