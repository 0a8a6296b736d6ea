import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_LIMITS } from '@concierge/contract/release/bundle.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/kiosk.ts';
import { aBundle, entryOf, hashesBelow, rawBundle, sha256, type TestBundle } from './testing/bundles.ts';
import { type SignedBundle, unpackBundle } from './unpack.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let into: string;
beforeEach(() => {
  directory = temporaryDirectory();
  into = join(directory.path, 'files');
  mkdirSync(into);
});
afterEach(() => directory[Symbol.dispose]());

async function unpack(bundle: Buffer, signed: SignedBundle): Promise<string> {
  const file = join(directory.path, 'bundle');
  writeFileSync(file, bundle);
  const result = await unpackBundle(file, into, signed);
  return result.ok ? 'ok' : result.error;
}
const unpackTest = ({ bytes, target }: TestBundle): Promise<string> => unpack(bytes, target);

describe('a bundle', () => {
  it('becomes its files', async () => {
    const content = { 'main.mjs': 'start', 'a/b/c': randomBytes(400_000), 'a/b-c': 'x', empty: '', 'a/empty': '' };
    expect(await unpackTest(aBundle(content))).toBe('ok');
    expect(hashesBelow(into)).toEqual(Object.fromEntries(Object.entries(content).map(([path, body]) => [path, sha256(body)])));
  });

  it('makes files private, and executable only where it says so', async () => {
    const files = [entryOf('program', 'p', { executable: true }), entryOf('text', 't')];
    expect(await unpackTest(rawBundle({ entry: 'program', files }, [Buffer.from('p'), Buffer.from('t')]))).toBe('ok');
    expect([statSync(join(into, 'program')).mode & 0o7777, statSync(join(into, 'text')).mode & 0o7777]).toEqual([0o700, 0o600]);
  });
});

/** Each with a body that would fit, so that only the named fault is one. */
const one = (change: Record<string, unknown>, entry = 'main'): TestBundle =>
  rawBundle({ entry, files: [entryOf('main', 'body', change)] }, [Buffer.from('body')]);
const named = (path: unknown): TestBundle =>
  rawBundle({ entry: path, files: [{ ...entryOf('main', 'body'), path }] }, [Buffer.from('body')]);
const several = (paths: readonly string[]): TestBundle =>
  rawBundle(
    { entry: paths[0], files: paths.map((path) => entryOf(path, 'x')) },
    paths.map(() => Buffer.from('x')),
  );

describe('an attack by the index', () => {
  it.each<[string, () => TestBundle]>([
    ['climbs out', () => named('../outside')],
    ['climbs out half way', () => named('a/../../outside')],
    ['is absolute', () => named('/etc/passwd')],
    ['begins with a drive', () => named('C:/windows')],
    ['has backslashes', () => named('a\\..\\..\\outside')],
    ['has a zero byte', () => named('main\0.mjs')],
    ['has a line end', () => named('main\n')],
    ['is a dot', () => named('.')],
    ['is hidden', () => named('.bashrc')],
    ['has an empty part', () => named('a//b')],
    ['ends with a slash', () => named('a/')],
    ['is empty', () => named('')],
    ['is no text', () => named(7)],
    ['looks like another letter', () => named('mаin')],
    ['is decomposed', () => named('e\u0301')],
    ['is too long', () => named('a'.repeat(101))],
    ['is too deep', () => named(Array.from({ length: 18 }, () => 'a').join('/'))],
    ['names one file twice', () => several(['main', 'main'])],
    ['names one file in two cases', () => several(['MAIN', 'main'])],
    ['names a file as a folder', () => several(['main', 'main/inner'])],
    ['names a file as a folder in another case', () => several(['MAIN/inner', 'main'])],
    ['is out of order', () => several(['b', 'a'])],
    ['is empty of files', () => rawBundle({ entry: 'main', files: [] }, [])],
    ['has an entry that is no file of it', () => one({}, 'other')],
    ['has a link', () => one({ link: '/etc/passwd' })],
    ['has a mode', () => one({ mode: 0o4755 })],
    ['has a kind', () => one({ type: 'device' })],
    ['has an owner', () => one({ uid: 0 })],
    ['has too many files', () => several(Array.from({ length: BUNDLE_LIMITS.maxFiles + 1 }, (_, at) => `f${String(at).padStart(5, '0')}`))],
    ['promises too much', () => one({ bytes: BUNDLE_LIMITS.maxUnpackedBytes + 1 })],
    ['promises a negative size', () => one({ bytes: -4 })],
    ['promises half a byte', () => one({ bytes: 4.5 })],
    ['has no hash', () => one({ sha256: '' })],
    [
      'has a field that nobody knows',
      () => rawBundle({ entry: 'main', files: [entryOf('main', 'body')], postinstall: 'sh' }, [Buffer.from('body')]),
    ],
    ['is no object', () => rawBundle('files', [])],
  ])('that %s writes nothing at all', async (_, make) => {
    expect(await unpackTest(make())).toBe('bundle-malformed');
    expect(readdirSync(into)).toEqual([]);
    expect(readdirSync(directory.path).sort()).toEqual(['bundle', 'files']);
  });
});

describe('an attack by the bytes', () => {
  const good = aBundle({ main: 'body', other: randomBytes(100_000) });

  it('that is cut anywhere is refused', async () => {
    for (const length of [0, 1, 7, 8, 11, 12, 13, 100, 200, 400, 1_000, good.bytes.length - 10]) {
      expect(await unpack(good.bytes.subarray(0, length), good.target), `cut at ${length}`).toBe('bundle-malformed');
      expectNothingOutside();
    }
  });

  it('that changes any byte is refused', async () => {
    for (let at = 0; at < good.bytes.length; at += at < 400 ? 3 : 4_999) {
      const altered = Buffer.from(good.bytes);
      altered[at] = (altered[at] ?? 0) ^ 0x01;
      expect(await unpack(altered, good.target), `byte ${at}`).toBe('bundle-malformed');
      expectNothingOutside();
    }
  });

  it.each([
    { what: 'unpacks to more than it says', says: 'body', holds: ['body and more'] },
    { what: 'unpacks to less than it says', says: 'body and more', holds: ['body'] },
    { what: 'unpacks to other bytes than it says', says: 'body', holds: ['BODY'] },
    { what: 'is a bomb', says: 'body', holds: ['body', Buffer.alloc(200_000_000)] },
  ])('that $what is refused', async ({ says, holds }) => {
    const { bytes, target } = rawBundle(
      { entry: 'main', files: [entryOf('main', says)] },
      holds.map((body) => Buffer.from(body)),
    );
    expect(await unpack(bytes, { ...target, files: 1, unpackedBytes: says.length })).toBe('bundle-malformed');
    const written = readdirSync(into).reduce((sum, name) => sum + statSync(join(into, name)).size, 0);
    expect(written).toBeLessThan(20);
  });

  it('that promises an index of gigabytes costs no memory', async () => {
    const head = Buffer.from(good.bytes);
    head.writeUInt32BE(0xffff_ffff, 8);
    const before = process.memoryUsage().arrayBuffers;
    expect(await unpack(head, good.target)).toBe('bundle-malformed');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it.each([
    { what: 'another number of files', change: { files: 3 } },
    { what: 'another size', change: { unpackedBytes: 100_003 } },
  ])('that was signed with $what is refused before a byte is written', async ({ change }) => {
    expect(await unpack(good.bytes, { ...good.target, ...change })).toBe('bundle-malformed');
    expect(readdirSync(into)).toEqual([]);
  });
});

describe('a slot in which something lies', () => {
  it('is not written through a link', async () => {
    const outside = join(directory.path, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), 'kept');
    symlinkSync(join(outside, 'kept'), join(into, 'main'));
    expect(await unpackTest(aBundle({ main: 'overwritten' }))).toBe('disk-failing');
    expect(hashesBelow(outside)).toEqual({ kept: sha256('kept') });
  });
});

function expectNothingOutside(): void {
  expect(readdirSync(directory.path).sort()).toEqual(['bundle', 'files']);
  // Each attempt begins with an empty slot, as an install does.
  directory[Symbol.dispose]();
  mkdirSync(into, { recursive: true });
}
