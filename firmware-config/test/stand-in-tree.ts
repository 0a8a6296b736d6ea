import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What the manifest leaves to packages, to the release and to Debian itself: units that ours name, and programs that they start. */
const unitsOfPackages = ['chrony.service', 'nftables.service', 'plymouth-quit.service', 'seatd.service', 'usbguard.service'];
const programsOfPackages = [
  '/usr/bin/cage',
  '/usr/bin/chronyc',
  '/usr/bin/mount',
  '/usr/bin/nsenter',
  '/usr/bin/plymouth',
  '/usr/sbin/seatd',
  '/usr/bin/sleep',
  '/usr/bin/touch',
  '/usr/sbin/nft',
  '/usr/sbin/wpa_supplicant',
];

/** systemd's own units from this machine, and something to stand for each package's unit and program. */
export async function standInForDebian(tree: string): Promise<void> {
  await cp('/usr/lib/systemd/system', join(tree, 'usr/lib/systemd/system'), { recursive: true, verbatimSymlinks: true });
  for (const [link, to] of [
    ['lib', 'usr/lib'],
    ['bin', 'usr/bin'],
    ['sbin', 'usr/sbin'],
  ] as const)
    await symlink(to, join(tree, link));
  for (const unit of unitsOfPackages)
    await writeFile(join(tree, 'usr/lib/systemd/system', unit), '[Unit]\nDescription=Stand-in\n[Service]\nExecStart=/usr/bin/sleep 1\n');
  const manifest = await readFile(join(import.meta.dirname, '../manifest'), 'utf8');
  const released = [...manifest.matchAll(/^release +(\S+)/gm)].map(([, path]) => path ?? '');
  for (const program of [...programsOfPackages, ...released]) {
    await mkdir(join(tree, dirname(program)), { recursive: true });
    await writeFile(join(tree, program), '#!/bin/sh\n');
    await chmod(join(tree, program), 0o755);
  }
}
