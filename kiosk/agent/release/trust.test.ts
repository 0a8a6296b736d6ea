import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import type { InstallRefusal } from '@concierge/contract/release/outcome.ts';
import type { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrivateDirectory } from '../device/private-directory.ts';
import { HOUR_MS } from '../testing/documents.ts';
import { temporaryDirectory } from '../testing/kiosk.ts';
import {
  aManifest,
  aRoot,
  aTimestamp,
  createReleaseAuthority,
  createReleaseKey,
  type ReleaseAuthority,
  type ReleaseKey,
} from './testing/authority.ts';
import { createReleaseTrust, type ReleaseOffer, type ReleaseTrust } from './trust.ts';

const clock = { nowMs: Date.now(), trusted: true };
let directory: ReturnType<typeof temporaryDirectory>;
let authority: ReleaseAuthority;
let trust: ReleaseTrust;
beforeEach(async () => {
  directory = temporaryDirectory();
  authority = await createReleaseAuthority();
  trust = started(authority.root);
});
afterEach(() => directory[Symbol.dispose]());

const started = (builtIn: ReleaseRoot): ReleaseTrust => createReleaseTrust(createPrivateDirectory(directory.path), builtIn);
async function answerTo(offer: ReleaseOffer): Promise<InstallRefusal | 'ok'> {
  const opened = await trust.open(offer, clock);
  return opened.ok ? 'ok' : opened.error;
}

describe('an offer', () => {
  it('is opened when both signatures hold', async () => {
    const opened = await trust.open(await authority.offer(aManifest({ sequence: 7 })), clock);
    expect(opened).toMatchObject({ ok: true, value: { sequence: 7 } });
  });

  it('is refused from a stranger, even under the right key id', async () => {
    const stranger = await createReleaseAuthority();
    expect(await answerTo(await stranger.offer(aManifest()))).toBe('bad-signature');
    const unknown = await createReleaseKey('nobody');
    const { manifest } = await authority.offer(aManifest());
    const timestamp = await unknown.sign('timestamp', aTimestamp(1, manifest, Date.now(), Date.now() + HOUR_MS));
    expect(await answerTo({ roots: [], manifest, timestamp })).toBe('unknown-key');
  });

  it('is refused when the online key signed the manifest: it may only vouch', async () => {
    const manifest = await authority.timestampKey.sign('manifest', aManifest());
    const timestamp = await authority.timestampKey.sign('timestamp', aTimestamp(1, manifest, Date.now(), Date.now() + HOUR_MS));
    expect(await answerTo({ roots: [], manifest, timestamp })).toBe('unknown-key');
  });

  it('is refused when one statement stands for another', async () => {
    const { manifest, timestamp } = await authority.offer(aManifest());
    expect(await answerTo({ roots: [], manifest: timestamp, timestamp })).toBe('wrong-kind');
    expect(await answerTo({ roots: [], manifest, timestamp: manifest })).toBe('wrong-kind');
    expect(await answerTo({ roots: [manifest], manifest, timestamp })).toBe('wrong-kind');
  });

  it('is refused when the timestamp vouches for another manifest of the same sequence', async () => {
    const [first, second] = [await authority.offer(aManifest()), await authority.offer(aManifest({ version: '1.0.1' }))];
    expect(await answerTo({ ...first, manifest: second.manifest })).toBe('other-manifest');
  });

  it('is refused when it has expired and the time is known, and only then', async () => {
    const offer = await authority.offer(aManifest(), { issuedMs: clock.nowMs - 60 * HOUR_MS });
    expect(await answerTo(offer)).toBe('expired');
    expect((await trust.open(offer, { ...clock, trusted: false })).ok).toBe(true);
  });

  it('is refused when any character of either statement is another', async () => {
    const offer = await authority.offer(aManifest());
    for (const part of ['manifest', 'timestamp'] as const) {
      const text = offer[part];
      for (let at = 0; at < text.length; at += 37) {
        const altered = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
        expect(await answerTo({ ...offer, [part]: altered }), `${part} at ${at}`).not.toBe('ok');
      }
      expect(await answerTo({ ...offer, [part]: text.slice(0, -10) })).not.toBe('ok');
      expect(await answerTo({ ...offer, [part]: '' })).toBe('malformed');
      expect(await answerTo({ ...offer, [part]: 'a'.repeat(20_000) })).toBe('oversized');
    }
  });

  it('is read without a field that nobody knows, so that a newer builder can add one', async () => {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const key = PublicSigningKey.parse({ ...(await exportJWK(pair.publicKey)), kid: 'odd' });
    trust = started(aRoot({ rootKeys: [key], timestampKeys: [authority.timestampKey.publicKey] }));
    const manifest = await new CompactSign(new TextEncoder().encode(JSON.stringify({ ...aManifest(), run: 'rm -rf /' })))
      .setProtectedHeader({ alg: 'EdDSA', kid: 'odd', typ: 'nc-release-manifest+jws' })
      .sign(pair.privateKey);
    const timestamp = await authority.timestampKey.sign('timestamp', aTimestamp(1, manifest, Date.now(), Date.now() + HOUR_MS));
    expect(await answerTo({ roots: [], manifest, timestamp })).toBe('ok');
  });
});

describe('the chain of roots', () => {
  let second: ReleaseKey;
  let nextRoot: ReleaseRoot;
  beforeEach(async () => {
    second = await createReleaseKey('root-2');
    nextRoot = aRoot({ version: 2, rootKeys: [second.publicKey], timestampKeys: [authority.timestampKey.publicKey] });
  });
  async function offerSignedBy(key: ReleaseKey): Promise<ReleaseOffer> {
    const manifest = await key.sign('manifest', aManifest());
    const timestamp = await authority.timestampKey.sign('timestamp', aTimestamp(1, manifest, Date.now(), Date.now() + HOUR_MS));
    return { roots: [], manifest, timestamp };
  }

  it('is followed to a new key, which the old one then no longer is, also after a restart', async () => {
    const signedRoot = await authority.rootKey.sign('root', nextRoot);
    const [byNew, byOld] = [await offerSignedBy(second), await offerSignedBy(authority.rootKey)];
    expect(await answerTo(byNew)).toBe('unknown-key');
    expect(await answerTo({ ...byNew, roots: [signedRoot] })).toBe('ok');
    expect(await answerTo(byOld)).toBe('unknown-key');
    trust = started(authority.root);
    expect(trust.root().version).toBe(2);
    expect(await answerTo(byNew)).toBe('ok');
    expect(await answerTo(byOld)).toBe('unknown-key');
  });

  it('is kept even when the rest of the offer does not hold', async () => {
    const byOld = await offerSignedBy(authority.rootKey);
    expect(await answerTo({ ...byOld, roots: [await authority.rootKey.sign('root', nextRoot)] })).toBe('unknown-key');
    expect(trust.root().version).toBe(2);
  });

  it('follows several steps, each signed by the one before', async () => {
    const third = await createReleaseKey('root-3');
    const last = aRoot({ version: 3, rootKeys: [third.publicKey], timestampKeys: [authority.timestampKey.publicKey] });
    const roots = [await authority.rootKey.sign('root', nextRoot), await second.sign('root', last)];
    expect(await answerTo({ ...(await offerSignedBy(third)), roots })).toBe('ok');
    expect(trust.root().version).toBe(3);
  });

  it.each<{ what: string; version?: number; signer?: 'old' | 'new' | 'online'; refusal: InstallRefusal }>([
    { what: 'signs itself', signer: 'new', refusal: 'unknown-key' },
    { what: 'is signed by the online key', signer: 'online', refusal: 'unknown-key' },
    { what: 'leaves a version out', version: 3, refusal: 'root-out-of-order' },
    { what: 'has the version that is followed', version: 1, refusal: 'root-out-of-order' },
  ])('does not follow a root that $what', async ({ version = 2, signer = 'old', refusal }) => {
    const key = { old: authority.rootKey, new: second, online: authority.timestampKey }[signer];
    const roots = [await key.sign('root', { ...nextRoot, version })];
    expect(await answerTo({ ...(await offerSignedBy(authority.rootKey)), roots })).toBe(refusal);
    expect(trust.root()).toEqual(authority.root);
  });

  it('does not follow a root whose keys are no keys, which would lock the device out', async () => {
    const noKey = { ...second.publicKey, x: 'AAAA' };
    const roots = [await authority.rootKey.sign('root', { ...nextRoot, rootKeys: [noKey] })];
    expect(await answerTo({ ...(await offerSignedBy(authority.rootKey)), roots })).toBe('unknown-form');
    expect(trust.root().version).toBe(1);
  });

  it('begins again with the root that the program was built with when the one on disk is damaged', async () => {
    await answerTo({ ...(await offerSignedBy(second)), roots: [await authority.rootKey.sign('root', nextRoot)] });
    for (const damage of ['', '{', '{"version":9}', '\0'.repeat(500)]) {
      writeFileSync(join(directory.path, 'trust.json'), damage);
      expect(started(authority.root).root(), damage).toEqual(authority.root);
    }
  });

  it('is not taken back by an older one on disk than the program brings', async () => {
    await answerTo({ ...(await offerSignedBy(second)), roots: [await authority.rootKey.sign('root', nextRoot)] });
    const newer = { ...nextRoot, version: 5 };
    expect(started(newer).root()).toEqual(newer);
  });

  it('is not followed for longer than a device is ever behind', async () => {
    const roots = Array.from({ length: 21 }, () => 'x');
    expect(await answerTo({ ...(await offerSignedBy(authority.rootKey)), roots })).toBe('oversized');
  });
});
