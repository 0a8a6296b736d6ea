import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { createPrivateDirectory } from '@concierge/kiosk-agent/device/private-directory.ts';
import { createReleaseTrust } from '@concierge/kiosk-agent/release/trust.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from './commands.ts';

let folder: string;
let said: string;
let complained: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-tool-'));
  mkdirSync(join(folder, 'program/assets'), { recursive: true });
  writeFileSync(join(folder, 'program/main.mjs'), 'console.log("kiosk")');
  writeFileSync(join(folder, 'program/electron'), 'binary', { mode: 0o755 });
  writeFileSync(join(folder, 'program/assets/picture.svg'), '<svg/>'.repeat(1_000));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
async function run(...argv: readonly string[]): Promise<number> {
  said = '';
  complained = '';
  return runCommand(
    argv,
    (line) => (said += `${line}\n`),
    (line) => (complained += `${line}\n`),
  );
}
async function done(...argv: readonly string[]): Promise<void> {
  expect(await run(...argv), complained).toBe(0);
}
const build = (sequence: number, ...more: readonly string[]): readonly string[] => [
  'build',
  '--version',
  '1.2.3',
  '--sequence',
  String(sequence),
  '--entry',
  'main.mjs',
  '--folder',
  `arm64/chromium=${at('program')}`,
  '--out',
  at('out'),
  ...more,
];

/** Keys, root and a built, signed and stamped release, as an operator would make them. */
async function makeRelease(): Promise<void> {
  await done('new-key', '--role', 'root', '--out', at('root-key'));
  await done('new-key', '--role', 'timestamp', '--out', at('timestamp-key'));
  await done(
    'root',
    '--version',
    '1',
    '--root-key',
    at('root-key.pub'),
    '--timestamp-key',
    at('timestamp-key.pub'),
    '--out',
    at('root.json'),
  );
  await done(...build(7));
  await done('sign', '--manifest', at('out/7/manifest.json'), '--key', at('root-key'), '--out', at('out/7/manifest.jws'));
  await done(
    'timestamp',
    '--manifest',
    at('out/7/manifest.jws'),
    '--root',
    at('root.json'),
    '--key',
    at('timestamp-key'),
    '--out',
    at('timestamp.jws'),
  );
}
const check = (): Promise<number> =>
  run(
    'check',
    '--root',
    at('root.json'),
    '--manifest',
    at('out/7/manifest.jws'),
    '--timestamp',
    at('timestamp.jws'),
    '--bundles',
    at('out'),
  );

describe('the release builder', () => {
  it('makes a release that a device takes', async () => {
    await makeRelease();
    expect(await check(), complained).toBe(0);
    expect(said).toContain('7/arm64-chromium.bundle is good: 3 files, starts with main.mjs');
  });

  it('makes the same bundle from the same files', async () => {
    await done(...build(7));
    const first = readFileSync(at('out/7/arm64-chromium.bundle'));
    await done(...build(8));
    expect(readFileSync(at('out/8/arm64-chromium.bundle')).equals(first)).toBe(true);
    expect(readdirSync(at('out/7')).sort()).toEqual(['arm64-chromium.bundle', 'manifest.json']);
  });

  it('writes nothing when it is only asked what it would do', async () => {
    const before = readdirSync(folder);
    await done(...build(7, '--dry-run'));
    expect(said).toContain('Would write 7/arm64-chromium.bundle: 3 files');
    await done('new-key', '--role', 'root', '--out', at('key'), '--dry-run');
    expect(readdirSync(folder)).toEqual(before);
  });

  it('says in a dry run what it then makes', async () => {
    await done(...build(7, '--dry-run'));
    const [, wouldBe = ''] = /SHA-256 (\w+)/.exec(said) ?? [];
    await done(...build(7));
    expect(ReleaseManifest.parse(JSON.parse(readFileSync(at('out/7/manifest.json'), 'utf8'))).targets[0]?.sha256).toBe(wouldBe);
  });

  it('keeps what a device needs to know of the files it runs', async () => {
    await done(...build(7));
    const bundle = readFileSync(at('out/7/arm64-chromium.bundle'));
    const index = JSON.parse(bundle.toString('utf8', 12, 12 + bundle.readUInt32BE(8)));
    expect(index.files.map(({ path, executable }: { path: string; executable: boolean }) => [path, executable])).toEqual([
      ['assets/picture.svg', false],
      ['electron', true],
      ['main.mjs', false],
    ]);
  });

  it.each<{ what: string; plant: () => void }>([
    { what: 'a link', plant: () => symlinkSync('main.mjs', at('program/link')) },
    { what: 'a name that is not plain', plant: () => writeFileSync(at('program/με τόνους'), '') },
    { what: 'a hidden file', plant: () => writeFileSync(at('program/.env'), 'SECRET=1') },
    { what: 'two names that differ in case', plant: () => writeFileSync(at('program/MAIN.mjs'), '') },
    { what: 'no entry', plant: () => rmSync(at('program/main.mjs')) },
  ])('refuses a folder with $what, and leaves nothing half made', async ({ plant }) => {
    plant();
    expect(await run(...build(7))).toBe(65);
    expect(complained).not.toBe('');
    expect(existsSync(at('out/7')) ? readdirSync(at('out/7')) : []).toEqual([]);
  });

  it('refuses a change of the files after they were signed', async () => {
    await makeRelease();
    const path = at('out/7/arm64-chromium.bundle');
    const bundle = readFileSync(path);
    bundle[bundle.length - 3] = (bundle[bundle.length - 3] ?? 0) ^ 1;
    writeFileSync(path, bundle);
    expect(await check()).toBe(65);
    expect(complained).toContain('bundle-malformed');
  });
});

describe('keys', () => {
  it('are private, and are never overwritten', async () => {
    await done('new-key', '--role', 'root', '--out', at('key'));
    expect(statSync(at('key')).mode & 0o077).toBe(0);
    const before = readFileSync(at('key'), 'utf8');
    expect(await run('new-key', '--role', 'root', '--out', at('key'))).toBe(65);
    expect(readFileSync(at('key'), 'utf8')).toBe(before);
    expect(readFileSync(at('key.pub'), 'utf8')).not.toContain('"d"');
  });

  it('are never written into a repository', async () => {
    mkdirSync(at('repository/.git'), { recursive: true });
    mkdirSync(at('repository/deep'));
    expect(await run('new-key', '--role', 'root', '--out', at('repository/deep/key'))).toBe(65);
    expect(complained).toContain('inside the repository');
    expect(readdirSync(at('repository/deep'))).toEqual([]);
  });

  it('that others can read are not used', async () => {
    await makeRelease();
    chmodSync(at('root-key'), 0o644);
    expect(await run('sign', '--manifest', at('out/7/manifest.json'), '--key', at('root-key'), '--out', at('again'))).toBe(65);
    expect(complained).toContain('chmod 600');
  });

  it('of one role do not do the work of the other', async () => {
    await makeRelease();
    expect(await run('sign', '--manifest', at('out/7/manifest.json'), '--key', at('timestamp-key'), '--out', at('again'))).toBe(65);
    expect(
      await run(
        'timestamp',
        '--manifest',
        at('out/7/manifest.jws'),
        '--root',
        at('root.json'),
        '--key',
        at('root-key'),
        '--out',
        at('again'),
      ),
    ).toBe(65);
    expect(existsSync(at('again'))).toBe(false);
  });

  it('are changed by a root that the one before has signed, which a device follows', async () => {
    await makeRelease();
    await done('new-key', '--role', 'root', '--out', at('root-key-2'));
    const named = ['--root-key', at('root-key-2.pub'), '--timestamp-key', at('timestamp-key.pub')];
    expect(await run('root', '--version', '2', ...named, '--out', at('root-2.jws'))).toBe(64);
    await done('root', '--version', '2', ...named, '--key', at('root-key'), '--out', at('root-2.jws'));

    const root = ReleaseRoot.parse(JSON.parse(readFileSync(at('root.json'), 'utf8')));
    const trust = createReleaseTrust(createPrivateDirectory(folder), root);
    const [manifest, timestamp] = [readFileSync(at('out/7/manifest.jws'), 'utf8'), readFileSync(at('timestamp.jws'), 'utf8')];
    const opened = await trust.open(
      { roots: [readFileSync(at('root-2.jws'), 'utf8')], manifest, timestamp },
      { nowMs: Date.now(), trusted: true },
    );
    expect(opened).toEqual({ ok: false, error: 'unknown-key' });
    expect(trust.root().version).toBe(2);
  });
});

describe('the command line', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  it.each([
    { argv: ['--help'], code: 0, says: 'Exit code: 0 done' },
    { argv: ['build', '--help'], code: 0, says: 'Exit code: 0 done' },
    { argv: [], code: 64, says: 'Which command?' },
    { argv: ['publish'], code: 64, says: 'There is no command publish' },
    { argv: ['toString'], code: 64, says: 'There is no command toString' },
    { argv: ['sign', '--speed', '9'], code: 64, says: '--speed' },
    { argv: ['new-key', '--out', 'x'], code: 64, says: '--role is missing' },
    { argv: ['new-key', '--role', 'king', '--out', 'x'], code: 64, says: '--role king is not understood' },
    { argv: ['sign', '--manifest', 'nowhere.json', '--key', 'k', '--out', 'o'], code: 65, says: 'nowhere.json' },
  ])('answers $argv with exit code $code', async ({ argv, code, says }) => {
    expect(await run(...argv)).toBe(code);
    expect(said + complained).toContain(says);
  });

  it('is a program with exit codes', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'sign'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain('--manifest is missing');
    expect(spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
