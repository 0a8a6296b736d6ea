import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firmware, readManifest, readUnit, textOf } from './manifest.ts';
import { emptyFolder, run, standIns } from './scripts.ts';

// Debian's own programs on a file that stands for the partition; nothing of this machine's disks is looked at.

const SIZE_BYTES = 16 * 1_048_576;
const sbin = { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };

function aCard(places: readonly string[], label = 'nc-cache') {
  const folder = emptyFolder();
  const partition = join(folder, 'partition');
  writeFileSync(partition, '');
  truncateSync(partition, SIZE_BYTES);
  const tool = (program: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { env: { ...process.env, ...sbin }, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };
  expect(tool('mkfs.ext4', '-q', '-F', '-L', label, partition).status).toBe(0);
  writeFileSync(join(folder, 'kept'), 'a picture');
  expect(tool('debugfs', '-w', '-R', `write ${join(folder, 'kept')} kept`, partition).status).toBe(0);
  for (const place of places) {
    const link = join(folder, 'disk', place);
    mkdirSync(join(link, '..'), { recursive: true });
    symlinkSync(partition, link);
  }
  return {
    partition,
    tool,
    overwrite(atBytes: number, lengthBytes: number) {
      const file = openSync(partition, 'r+');
      writeSync(file, Buffer.alloc(lengthBytes, 0xa5), 0, lengthBytes, atBytes);
      closeSync(file);
    },
    mend: (env: Readonly<Record<string, string>> = {}) => run('mend-cache', [join(folder, 'disk')], { ...sbin, ...env }),
    label: () => tool('blkid', '-p', '-o', 'value', '-s', 'LABEL', partition).output.trim(),
    sound: () => tool('e2fsck', '-f', '-n', partition).status === 0,
    holds: () => tool('debugfs', '-R', 'cat kept', partition).output.includes('a picture'),
  };
}

describe('the cache, before it is mounted', () => {
  it('is left as it is when it is sound', () => {
    const card = aCard(['by-label/nc-cache']);
    expect(card.mend().exitCode).toBe(0);
    expect([card.label(), card.sound(), card.holds()]).toEqual(['nc-cache', true, true]);
  });

  it('is repaired, with what it holds, beyond what a start repairs by itself', () => {
    const card = aCard(['by-label/nc-cache']);
    // Its root folder is no folder any more, and it says that it has errors: `fsck -a`, which a start does, gives this up.
    for (const request of ['set_inode_field <2> mode 0', 'set_super_value state 2'])
      expect(card.tool('debugfs', '-w', '-R', request, card.partition).status).toBe(0);
    expect(card.tool('e2fsck', '-a', '-n', card.partition).status).not.toBe(0);
    expect(card.mend().exitCode).toBe(0);
    expect([card.sound(), card.label()]).toEqual([true, 'nc-cache']);
    // What lay in the lost folder is kept, if without its name: it was not made anew.
    expect(card.tool('debugfs', '-R', 'ls -l /lost+found', card.partition).output).toMatch(/ 9 .* #\d+/);
  });

  it.each(['by-partlabel/nc-cache', 'by-partuuid/6e636b73-06'])(
    'is made anew where nothing of it can be read, not even its label: %s',
    (place) => {
      const card = aCard([place]);
      card.overwrite(0, SIZE_BYTES / 2);
      expect(card.label()).toBe('');
      expect(card.mend().exitCode).toBe(0);
      expect([card.label(), card.sound(), card.holds()]).toEqual(['nc-cache', true, false]);
    },
  );

  it('is made anew where repair takes too long or gives up', () => {
    for (const [body, limits] of [
      ['exit 4', {}],
      ['exec /bin/sleep 60 >/dev/null 2>&1', { CHECK_WITHIN_S: '1' }],
    ] as const) {
      const card = aCard(['by-label/nc-cache']);
      const { exitCode } = card.mend({ PATH: `${standIns({ e2fsck: body }).path}:/usr/sbin:/sbin`, ...limits });
      expect([exitCode, card.label(), card.sound(), card.holds()]).toEqual([0, 'nc-cache', true, false]);
    }
  });

  it.each(['nc-state', 'nc-root', 'nc-release', 'photos', ''])('is never a partition that is another by its name: %j', (label) => {
    const card = aCard(['by-partlabel/nc-cache', 'by-partuuid/6e636b73-06'], label);
    const before = readFileSync(card.partition);
    expect(card.mend().exitCode).toBe(1);
    expect(readFileSync(card.partition).equals(before)).toBe(true);
  });

  it('is waited for, a little, where there is none', () => {
    const card = aCard(['by-label/nc-state'], 'nc-state');
    const before = readFileSync(card.partition);
    expect(card.mend({ APPEARS_WITHIN_S: '1' })).toMatchObject({ exitCode: 0, output: expect.stringContaining('no partition') as string });
    expect(readFileSync(card.partition).equals(before)).toBe(true);
  });

  it('comes before systemd’s own check and the mount, and has a bound', () => {
    const unit = readUnit(textOf('/etc/systemd/system/new-concierge-mend-cache.service'));
    expect(unit.get('Unit')?.get('Before')?.[0]?.split(' ')).toEqual([
      'systemd-fsck@dev-disk-by\\x2dlabel-nc\\x2dcache.service',
      'var-lib-new\\x2dconcierge-cache.mount',
    ]);
    expect(Number(unit.get('Service')?.get('TimeoutStartSec')?.[0])).toBeGreaterThan(10 + 20 + 300 + 10 + 120 + 10);
    // It would wait for the folder that waits for this.
    expect(unit.get('Service')?.has('PrivateTmp')).toBe(false);
    expect(readManifest().link.map(([path]) => path)).toContain(
      '/etc/systemd/system/local-fs.target.wants/new-concierge-mend-cache.service',
    );
  });

  it('is known by what the disk is made with', () => {
    const disk = readFileSync(join(firmware, 'disk'), 'utf8');
    expect(disk).toContain("cache_name=', name=nc-cache'");
    expect(disk).toContain("echo 'label-id: 0x6e636b73'");
    // The table that `disk` writes, as sfdisk understands it: the cache is the sixth.
    const folder = emptyFolder();
    const image = join(folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, 64 * 1_048_576);
    const table = [
      'label: dos',
      'label-id: 0x6e636b73',
      ...[1, 5, 9].map((at) => `start=${at}MiB, size=4MiB, type=83`),
      'start=13MiB, type=5',
      'start=14MiB, size=4MiB, type=83',
      'start=19MiB, size=4MiB, type=83',
    ].join('\n');
    const made = spawnSync('/usr/sbin/sfdisk', ['--quiet', image], { input: `${table}\n`, encoding: 'utf8' });
    expect(made.status, made.stderr).toBe(0);
    const { stdout } = spawnSync('/usr/sbin/sfdisk', ['--dump', image], { encoding: 'utf8' });
    expect(stdout).toMatch(/^label-id: 0x6e636b73$/m);
    expect(stdout).toMatch(/image6 : start= +38912,/);
  });
});
