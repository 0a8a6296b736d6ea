import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { architectures, firmware, readManifest, variants } from './manifest.ts';
import { emptyFolder } from './scripts.ts';

const manifest = readManifest();
const mirror = ['--mirror', 'http://mirror.example/debian'];

function build(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(firmware, 'build'), [...args, '--dry-run'], { encoding: 'utf8', timeout: 20_000 });
  return { exitCode: status, lines: stdout.split('\n').slice(0, -1), problem: stderr };
}

describe('the build', () => {
  it.each(architectures.flatMap((architecture) => variants.map((variant) => [architecture, variant] as const)))(
    'would put on %s, variant %s, what the manifest says and nothing of the others',
    (architecture, variant) => {
      const output = join(emptyFolder(), 'tree');
      const { exitCode, lines } = build('--architecture', architecture, '--variant', variant, '--output', output, ...mirror);
      expect(exitCode).toBe(0);
      const here = (where: string) => ['all', architecture, variant].includes(where);
      const of = (kind: string) => lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
      expect(of('package')).toEqual(manifest.package.filter(([, where]) => here(where)).map(([name]) => name.split('|')[0]));
      expect(of('place')).toEqual(manifest.file.filter(([, , , where]) => here(where)).map(([path]) => path));
      expect(of('source')).toHaveLength(3);
      expect(existsSync(output)).toBe(false);
    },
  );

  it('takes the mirror that it is given', () => {
    const { lines } = build('--architecture', 'amd64', '--variant', 'chromium', '--output', '/nowhere/tree', ...mirror);
    expect(lines.filter((line) => line.startsWith('source '))).toEqual([
      'source deb http://mirror.example/debian bookworm main non-free-firmware',
      'source deb http://mirror.example/debian bookworm-updates main non-free-firmware',
      'source deb http://mirror.example/debian-security bookworm-security main non-free-firmware',
    ]);
  });

  it('takes the names that packages have in the suite', () => {
    const of = (suite: string) =>
      build('--architecture', 'amd64', '--variant', 'electron', '--output', '/nowhere/tree', '--suite', suite, ...mirror).lines;
    expect(of('bookworm')).toEqual(expect.arrayContaining(['package libasound2', 'package libgtk-3-0', 'package cage']));
    expect(of('trixie')).toEqual(expect.arrayContaining(['package libasound2t64', 'package libgtk-3-0t64', 'package cage']));
  });

  it('says for which boards the image of a Pi is, and is not', () => {
    const { problem } = build(
      '--architecture',
      'arm64',
      '--variant',
      'chromium',
      '--output',
      '/nowhere/tree',
      '--suite',
      'trixie',
      ...mirror,
    );
    expect(problem).toContain('not for a Pi 5');
  });

  it.each([
    ['no architecture', mirror],
    ['no mirror', ['--mirror', '']],
    ['another architecture', ['--architecture', 'armhf']],
    ['another variant', ['--variant', 'firefox']],
    ['a mirror with a command in it', ['--mirror', 'http://x/$(reboot)']],
    ['a mirror with a second source in it', ['--mirror', 'http://x main\ndeb http://y']],
    ['a suite that it does not know', ['--suite', 'bookworm main; reboot']],
    ['a folder that is not absolute', ['--output', 'tree']],
    ['a cloud without encryption', ['--cloud-url', 'http://cloud.example']],
    ['a cloud at a port that the firewall keeps shut', ['--cloud-url', 'https://cloud.example:8443']],
    ['a cloud with a second setting in it', ['--cloud-url', 'https://cloud.example\nCONCIERGE_DEMO=1']],
    ['an authority that is no certificate', ['--cloud-authority', '/etc/hostname']],
    ['a root of releases that is none', ['--release-root', '/etc/hostname']],
    ['a root of releases that is not there', ['--release-root', '/nowhere']],
    ['a release number that is none', ['--built-in-sequence', '7; reboot']],
    ['a release that lacks something', ['--release', '/nowhere']],
    ['an option that it does not know', ['--force', 'yes']],
    ['an option without its value', ['--suite']],
  ])('refuses %s', (what, args) => {
    const good =
      what === 'no architecture' ? [] : ['--architecture', 'amd64', '--variant', 'chromium', '--output', '/nowhere/tree', ...mirror];
    expect(build(...good, ...args)).toMatchObject({ exitCode: 64, lines: [] });
  });

  it('refuses a folder that holds something, and a key that may not open ssh', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'key.pub'), 'ssh-ed25519 short');
    const good = ['--architecture', 'amd64', '--variant', 'chromium', ...mirror];
    expect(build(...good, '--output', folder).problem).toContain('must be empty');
    expect(build(...good, '--output', '/nowhere/tree', '--ssh-access-key', join(folder, 'key.pub')).problem).toContain('ed25519');
  });
});
