import { createHash } from 'node:crypto';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import type { ReleaseManifest, ReleaseTarget } from '@concierge/contract/release/manifest.ts';
import type { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { type ReleaseClaims, type ReleaseStatementKind, signReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { HOUR_MS, instant } from '../../testing/documents.ts';
import type { ReleaseOffer } from '../trust.ts';

/** Keys for releases that exist only in the test. */
export interface ReleaseKey {
  readonly publicKey: PublicSigningKey;
  sign<Kind extends ReleaseStatementKind>(kind: Kind, claims: ReleaseClaims<Kind>): Promise<string>;
}

export async function createReleaseKey(keyId: string): Promise<ReleaseKey> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return releaseKey(keyId, pair.privateKey, await exportJWK(pair.publicKey));
}

function releaseKey(keyId: string, privateKey: CryptoKey, { kty, crv, x }: { kty?: string; crv?: string; x?: string }): ReleaseKey {
  return {
    publicKey: PublicSigningKey.parse({ kty, crv, x, kid: keyId }),
    sign: (kind, claims) => signReleaseStatement(kind, claims, { keyId, privateKey }),
  };
}

/** One who may release: a root key, a timestamp key, and the root statement that names them. */
export interface ReleaseAuthority {
  readonly rootKey: ReleaseKey;
  readonly timestampKey: ReleaseKey;
  readonly root: ReleaseRoot;
  offer(manifest: ReleaseManifest, change?: { issuedMs?: number; expiresMs?: number }): Promise<ReleaseOffer>;
}

export async function createReleaseAuthority(): Promise<ReleaseAuthority> {
  const [rootKey, timestampKey] = await Promise.all([createReleaseKey('root-1'), createReleaseKey('timestamp-1')]);
  return {
    rootKey,
    timestampKey,
    root: aRoot({ rootKeys: [rootKey.publicKey], timestampKeys: [timestampKey.publicKey] }),
    async offer(manifest, { issuedMs = Date.now(), expiresMs = issuedMs + 48 * HOUR_MS } = {}) {
      const signed = await rootKey.sign('manifest', manifest);
      const timestamp = await timestampKey.sign('timestamp', aTimestamp(manifest.sequence, signed, issuedMs, expiresMs));
      return { roots: [], timestamp, manifest: signed };
    },
  };
}

export function aRoot(named: Pick<ReleaseRoot, 'rootKeys' | 'timestampKeys'> & Partial<ReleaseRoot>): ReleaseRoot {
  return { kind: 'release-root', version: 1, issuedAt: instant(Date.now()), threshold: 1, ...named };
}

export function aTimestamp(sequence: number, signedManifest: string, issuedMs: number, expiresMs: number): ReleaseClaims<'timestamp'> {
  return {
    kind: 'release-timestamp',
    sequence,
    manifestSha256: createHash('sha256').update(signedManifest).digest('hex'),
    issuedAt: instant(issuedMs),
    expiresAt: instant(expiresMs),
  };
}

export function aTarget(change: Partial<ReleaseTarget> = {}): ReleaseTarget {
  const sha256 = '0'.repeat(64);
  return { arch: 'arm64', shell: 'chromium', path: 'bundle', bytes: 1, sha256, files: 1, unpackedBytes: 1, ...change };
}

export function aManifest(change: Partial<ReleaseManifest> = {}): ReleaseManifest {
  return {
    kind: 'release-manifest',
    version: '1.0.0',
    sequence: 1,
    issuedAt: instant(Date.now()),
    follows: { earliestSequence: 0, earliestWireVersion: 1 },
    targets: [aTarget()],
    ...change,
  };
}
