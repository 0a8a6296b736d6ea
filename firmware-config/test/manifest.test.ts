import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentNodeOptions } from '../../kiosk/agent/launch.ts';
import { DEFAULT_PORT } from '../../kiosk/agent/screen/loopback-server.ts';
import { DEFAULT_LADDER_LIMITS } from '../../kiosk/shell/ladder.ts';
import { filesOnDisk, firmware, readManifest, readUnit, textOf, type Where } from './manifest.ts';

const manifest = readManifest();
const units = manifest.file.filter(([path]) => /^\/etc\/systemd\/system\/[^/]+\.(service|path|timer)$/.test(path));
const services = units.filter(([path]) => path.endsWith('.service'));

/** Where programs come from that are neither in files/ nor in the release. A package brings more than these; the check of a built tree sees them all. */
const programsOfPackages: Readonly<Record<string, string>> = {
  '/usr/bin/cage': 'cage',
  '/usr/bin/chronyc': 'chrony',
  '/usr/bin/plymouth': 'plymouth',
  '/usr/sbin/seatd': 'seatd',
  '/usr/sbin/nft': 'nftables',
  '/usr/sbin/wpa_supplicant': 'wpasupplicant',
};
const programsOfEveryDebian = ['/usr/bin/mount', '/usr/bin/nsenter', '/usr/bin/sleep', '/usr/bin/touch'];

describe('the manifest', () => {
  it('names every file that lies in files/, once, and no other', () => {
    expect(manifest.file.map(([path]) => path).toSorted()).toEqual(filesOnDisk());
    const placed = [...manifest.file, ...manifest.directory, ...manifest.link].map(([path]) => path);
    expect(new Set(placed).size).toBe(placed.length);
  });

  it('refuses a line of no known kind, and a path that climbs', () => {
    expect(() => readManifest('fiel /etc/fstab 0644 root:root all')).toThrow(/no known kind/);
    expect(() => readManifest('file /etc/../fstab;x 0644 root:root all')).toThrow();
    expect(() => readManifest('file /etc/fstab 0644 kiosk-agent:root all')).toThrow();
  });

  it('makes executable what is a program, and nothing else; nothing is for others to write', () => {
    for (const [path, mode] of manifest.file) {
      expect(`${path} ${/[1357]/.test(mode)}`).toBe(`${path} ${textOf(path).startsWith('#!/bin/')}`);
      expect(`${path} ${mode}`).toMatch(/ 0[0-7][0145][0145]$/);
    }
    for (const name of ['build', 'check', 'disk', 'place', 'users'])
      expect(statSync(join(firmware, name)).mode & 0o111, `${name} can be run`).toBe(0o111);
  });

  it('holds no secret, and names no machine, no person and no registry', () => {
    for (const path of [...manifest.file.map(([path]) => `files${path}`), 'manifest', 'build', 'check', 'disk', 'place', 'users']) {
      const text = readFileSync(join(firmware, path), 'utf8');
      expect(text, path).not.toMatch(
        /BEGIN [A-Z ]*PRIVATE KEY-----\n|ssh-(ed25519|rsa) AAAA|(psk|password|passphrase)=["']?[a-z0-9]{6}|\b(?!127\.)(?:\d{1,3}\.){3}\d{1,3}:\d/i,
      );
      expect(text, path).not.toMatch(/\/(home|work|Users)\/|@[a-z0-9-]+\.(com|net|org|gr)\b/);
      const hosts = [...text.matchAll(/https?:\/\/([A-Za-z0-9.-]+)/g)].map((match) => match[1]);
      expect(
        hosts.filter((host) => host !== '127.0.0.1'),
        path,
      ).toEqual([]);
    }
  });

  it('starts no login, on any console', () => {
    const masked = manifest.link.filter(([, to]) => to === '/dev/null').map(([path]) => path.split('/').at(-1));
    for (const unit of [
      'getty@.service',
      'serial-getty@.service',
      'console-getty.service',
      'autovt@.service',
      'debug-shell.service',
      'ssh.service',
      'ssh.socket',
    ])
      expect(masked).toContain(unit);
    for (const unit of ['emergency', 'rescue']) {
      const dropIn = readUnit(textOf(`/etc/systemd/system/${unit}.service.d/no-shell.conf`));
      expect(dropIn.get('Service')?.get('ExecStart')).toEqual(['', '/usr/bin/sleep 60']);
    }
  });

  it('starts units that exist where they are wanted', () => {
    for (const [path, to, where] of manifest.link.filter(([path, to]) => /\.wants\//.test(path) && to.startsWith('../'))) {
      const unit = manifest.file.find(([file]) => file === `/etc/systemd/system/${path.split('/').at(-1)}`);
      expect(unit?.[3], `${path} → ${to}`).toBe(where);
    }
  });
});

describe('the units', () => {
  it.each(units)('%s reads as a unit', (path) => {
    expect(readUnit(textOf(path)).has('Unit')).toBe(true);
  });

  it.each(services)('%s says beside itself how exposed it may be', (path) => {
    expect(readUnit(textOf(path)).get('X-New-Concierge')?.get('ExposureAtMost')?.[0]).toMatch(/^\d\.\d$/);
  });

  it.each(services)('%s starts programs that the appliance has', (path, _mode, _owner, where) => {
    const service = readUnit(textOf(path)).get('Service');
    const commands = ['ExecStartPre', 'ExecStart', 'ExecStartPost', 'ExecStop', 'ExecStopPost'].flatMap((key) => service?.get(key) ?? []);
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      // What `watched` and `cage` start in their turn counts as well.
      for (const program of command
        .replace(/^[-+!@:]*/, '')
        .split(/ -- | (?=\/opt\/)/)
        .filter((part) => part.startsWith('/')))
        expect(`${program.split(' ')[0]} ${has(program.split(' ')[0] ?? '', where)}`).toMatch(/ true$/);
    }
  });

  it('runs the agent with the options that it is measured with', () => {
    expect(textOf('/etc/systemd/system/new-concierge-agent.service')).toContain(`/node ${agentNodeOptions.join(' ')} /opt/`);
  });

  it('starts the agent by its launcher, from slots that programs may be loaded from', () => {
    const service = readUnit(textOf('/etc/systemd/system/new-concierge-agent.service')).get('Service');
    expect(service?.get('ExecStart')?.[0]).toMatch(/ \/opt\/new-concierge\/current\/kiosk\/shell\/launcher\/main\.mjs$/);
    const folder = /CONCIERGE_RELEASE_DIR=(\S+)/.exec(service?.get('Environment')?.join(' ') ?? '')?.[1] ?? '';
    expect(service?.get('ReadWritePaths')?.join(' ')).toContain(` -${folder} `);
    // A card of before there were releases has no such partition, and its lobby is shown all the same.
    expect(textOf('/etc/systemd/system/new-concierge-agent.service')).not.toMatch(new RegExp(`^RequiresMountsFor=.*${folder}`, 'm'));
    const mount = textOf('/etc/fstab')
      .split('\n')
      .find((line) => line.includes(` ${folder} `));
    expect(mount).toMatch(/ext4 noatime,nosuid,nodev,.*nofail/);
    expect(mount).not.toContain('noexec');
    expect(textOf('/etc/tmpfiles.d/new-concierge.conf')).toMatch(new RegExp(`^d +${folder} +0700 kiosk-agent `, 'm'));
  });

  it('gives the shell time for its own, gentler steps before the compositor is restarted', () => {
    const { attempts, firstPaintWithinMs, paintedWithinMs } = DEFAULT_LADDER_LIMITS;
    const ladderMs = paintedWithinMs + attempts.relaunch * firstPaintWithinMs;
    for (const variant of ['chromium', 'electron']) {
      const service = readUnit(textOf(`/etc/systemd/system/new-concierge-${variant}.service`)).get('Service');
      const paintedWithinS = Number(/PAINTED_WITHIN_S=(\d+)/.exec(service?.get('Environment')?.join(' ') ?? '')?.[1]);
      expect(paintedWithinS * 1_000).toBeGreaterThan(ladderMs);
    }
  });

  it('asks the agent where it listens', () => {
    expect(textOf('/usr/lib/new-concierge/watched')).toContain(`http://127.0.0.1:${DEFAULT_PORT}/healthz`);
    expect(textOf('/etc/nftables.conf')).toContain(`tcp dport ${DEFAULT_PORT} accept`);
  });

  it('tells agent and shell the same folders as the appliance makes', () => {
    const made = [...textOf('/etc/tmpfiles.d/new-concierge.conf').matchAll(/^d\s+(\S+)\s+(\d+)\s+(\S+)\s+(\S+)/gm)].map((line) =>
      line.slice(1, 5),
    );
    expect(made).toEqual(
      expect.arrayContaining([
        ['/run/new-concierge/reboot', '0750', 'kiosk-agent', 'root'],
        ['/run/new-concierge/screen', '2750', 'kiosk-screen', 'kiosk-display'],
      ]),
    );
    const environment = (unit: string) =>
      readUnit(textOf(`/etc/systemd/system/new-concierge-${unit}.service`))
        .get('Service')
        ?.get('Environment') ?? [];
    const socket = 'CONCIERGE_PICTURE_SOCKET=/run/new-concierge/screen/picture';
    expect(environment('agent')).toEqual(expect.arrayContaining([socket, 'CONCIERGE_APPLIANCE=/run/new-concierge']));
    expect(environment('chromium')).toContain(socket);
    expect(environment('electron')).toContain('CONCIERGE_APPLIANCE=/run/new-concierge');
    // Whoever has the agent writes the display's word, and what switches the display hears of that very file.
    const [heard] = readUnit(textOf('/etc/systemd/system/new-concierge-display.path')).get('Path')?.get('PathChanged') ?? [];
    for (const unit of ['agent', 'electron']) expect(environment(unit)).toContain(`CONCIERGE_DISPLAY_FILE=${heard}`);
    expect(textOf('/usr/lib/new-concierge/watched')).toContain(`:-${heard}}`);
    for (const [variant, user] of [
      ['chromium', 'kiosk-screen'],
      ['electron', 'kiosk-agent'],
    ] as const) {
      expect(environment(variant)).toContain('CONCIERGE_APPLIANCE=/run/new-concierge');
      const shell = readUnit(textOf(`/etc/systemd/system/new-concierge-${variant}.service`)).get('Service');
      expect(shell?.get('User')).toEqual([user]);
      expect(shell?.get('ReadWritePaths')?.join(' ')).toMatch(/ \/run\/new-concierge\/step$/);
      expect(textOf(`/etc/tmpfiles.d/new-concierge-${variant}.conf`)).toMatch(
        new RegExp(`^d +/run/new-concierge/step +0750 ${user} +root `, 'm'),
      );
    }
    expect(textOf('/etc/systemd/system/new-concierge-step-wanted.path')).toContain('PathChanged=/run/new-concierge/step/wanted');
    expect(textOf('/etc/systemd/system/new-concierge-reboot-wanted.path')).toContain('PathChanged=/run/new-concierge/reboot/wanted');
  });

  it('lets the firewall speak of the users that are made', () => {
    const made = new Map(
      [...textOf('/etc/sysusers.d/new-concierge.conf').matchAll(/^u (\S+) (\d+)/gm)].map(([, name, number]) => [name, number]),
    );
    const named = [...textOf('/etc/nftables.conf').matchAll(/^define (\w+) = (\d+)$/gm)].map(([, name, number]) => [name, number]);
    expect(named).toEqual([
      ['agent', made.get('kiosk-agent')],
      ['chrony', made.get('_chrony')],
      ['resolver', made.get('systemd-resolve')],
      ['network', made.get('systemd-network')],
    ]);
  });
});

describe('the reader of units', () => {
  it('throws at a line that systemd would pass over', () => {
    expect(() => readUnit('[Service]\nExecStart /bin/true')).toThrow(/not a line/);
    expect(() => readUnit('ExecStart=/bin/true')).toThrow(/not a line/);
  });
});

function has(program: string, where: Where): boolean {
  const fits = (of: Where | undefined) => of === 'all' || of === where;
  if (programsOfEveryDebian.includes(program)) return true;
  const inFiles = manifest.file.find(([path]) => path === program);
  const inRelease = manifest.release.find(([path]) => path === program);
  const inPackage = manifest.package.find(([name]) => name === programsOfPackages[program]);
  return fits(inFiles?.[3]) || fits(inRelease?.[1]) || fits(inPackage?.[1]);
}
