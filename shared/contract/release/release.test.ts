import { createHash } from 'node:crypto';
import { canonicalJson } from '@concierge/kernel/canonical-json.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BundleIndex, encodeBundleHead } from './bundle.ts';
import { ReleaseManifest } from './manifest.ts';
import { ReleaseRoot } from './root.ts';
import { ReleaseTimestamp } from './timestamp.ts';

const key = (kid: string, x: string) => ({ kty: 'OKP', crv: 'Ed25519', x: x.repeat(43), kid });
const root = {
  kind: 'release-root',
  version: 1,
  issuedAt: '2026-11-21T10:00:00.000Z',
  rootKeys: [key('root', 'A')],
  threshold: 1,
  timestampKeys: [key('timestamp', 'B')],
};
const target = {
  arch: 'arm64',
  shell: 'chromium',
  path: '7/arm64-chromium.bundle',
  bytes: 10,
  sha256: '0'.repeat(64),
  files: 1,
  unpackedBytes: 9,
};
const manifest = {
  kind: 'release-manifest',
  version: '1.2.3',
  sequence: 7,
  issuedAt: '2026-11-21T10:00:00.000Z',
  follows: { earliestSequence: 0, earliestWireVersion: 1 },
  targets: [target],
};
const timestamp = {
  kind: 'release-timestamp',
  sequence: 7,
  manifestSha256: '0'.repeat(64),
  issuedAt: '2026-11-21T10:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
};
const without = (object: object, name: string) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

describe.each([
  { name: 'root', schema: ReleaseRoot, example: root },
  { name: 'manifest', schema: ReleaseManifest, example: manifest },
  { name: 'timestamp', schema: ReleaseTimestamp, example: timestamp },
])('the $name statement', ({ schema, example }) => {
  it('has every field, and no other', () => {
    expect(schema.parse(example)).toEqual(example);
    expect(schema.safeParse({ ...example, more: 1 }).success).toBe(false);
    for (const name of Object.keys(example)) expect(schema.safeParse(without(example, name)).success, name).toBe(false);
  });
});

describe('a statement that could mislead', () => {
  it.each([
    { what: 'a root that gives one key two roles', schema: ReleaseRoot, value: { ...root, timestampKeys: [key('other', 'A')] } },
    { what: 'a root with one id for two keys', schema: ReleaseRoot, value: { ...root, timestampKeys: [key('root', 'B')] } },
    { what: 'a root without root keys', schema: ReleaseRoot, value: { ...root, rootKeys: [] } },
    { what: 'a root with a threshold that nobody checks', schema: ReleaseRoot, value: { ...root, threshold: 2 } },
    { what: 'a manifest with two bundles for one device', schema: ReleaseManifest, value: { ...manifest, targets: [target, target] } },
    {
      what: 'a manifest that follows itself',
      schema: ReleaseManifest,
      value: { ...manifest, follows: { earliestSequence: 7, earliestWireVersion: 1 } },
    },
    { what: 'a manifest with sequence 0', schema: ReleaseManifest, value: { ...manifest, sequence: 0 } },
    ...['../x', '/x', 'http://else.where/x', '//else.where/x', 'a//b', 'a?b', 'a%2e', 'a\\b', 'A', ''].map((path) => ({
      what: `a manifest with the path ${path}`,
      schema: ReleaseManifest,
      value: { ...manifest, targets: [{ ...target, path }] },
    })),
    { what: 'a timestamp that lives for a year', schema: ReleaseTimestamp, value: { ...timestamp, expiresAt: '2027-11-21T10:00:00.000Z' } },
    {
      what: 'a timestamp that ends before it begins',
      schema: ReleaseTimestamp,
      value: { ...timestamp, expiresAt: '2026-11-20T10:00:00.000Z' },
    },
  ])('$what is refused', ({ schema, value }) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

describe('the form that devices in the field read', () => {
  it('is what it was: a device that cannot read the next release can never be mended by one', () => {
    const form = canonicalJson(
      [ReleaseRoot, ReleaseManifest, ReleaseTimestamp, BundleIndex].map((schema) => z.toJSONSchema(schema, { io: 'input' })),
    );
    const message =
      'Agents in the field refuse unknown fields. A new form needs a release in the old form first, which reads both (ADR 0015); then renew this hash.';
    expect(createHash('sha256').update(form).digest('hex').slice(0, 32), message).toBe('04a52892425d59929e4e1ca4737b76e7');
  });

  it('begins a bundle with its magic and the length of its index', () => {
    const index = { entry: 'main', files: [{ path: 'main', bytes: 1, sha256: '0'.repeat(64), executable: false }] };
    const head = Buffer.from(encodeBundleHead(index));
    expect(head.toString('latin1', 0, 8)).toBe('NCBNDL01');
    expect(JSON.parse(head.toString('utf8', 12, 12 + head.readUInt32BE(8)))).toEqual(index);
    expect(() => encodeBundleHead({ ...index, entry: 'other' })).toThrow('entry');
  });
});
