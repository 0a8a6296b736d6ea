import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, run, standIns } from './scripts.ts';

const SERIAL = '10000000a1b2c3d4';
const HOUR_S = 3_600;

function appliance() {
  const folder = emptyFolder();
  const path = (name: string) => join(folder, name);
  mkdirSync(path('boot'));
  mkdirSync(path('run'));
  const makeKey = (name: string, type = 'ed25519') => {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', path(name)]);
    return readFileSync(path(`${name}.pub`), 'utf8').trim();
  };
  const operator = makeKey('operator');
  const visitor = makeKey('visitor');
  writeFileSync(path('signers'), `operator namespaces="ssh-access@new-concierge" ${operator}\n`);
  writeFileSync(path('serial'), `${SERIAL}\0`);
  writeFileSync(path('made-at'), `${nowS() - 1_000}\n`);
  const flagPath = join(folder, 'boot/new-concierge-ssh.txt');
  return {
    path,
    visitor,
    makeKey,
    flagPath,
    flag: (change: { device?: string; untilS?: number; key?: string } = {}) =>
      `new-concierge ssh access 1\ndevice=${change.device ?? SERIAL}\nuntil=${isoOf(change.untilS ?? nowS() + HOUR_S)}\nkey=${change.key ?? visitor}\n`,
    sign(text: string, key = 'operator', namespace = 'ssh-access@new-concierge') {
      rmSync(`${flagPath}.sig`, { force: true });
      writeFileSync(flagPath, text);
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', path(key), '-n', namespace, flagPath], { stdio: 'ignore' });
    },
    ask: () => run('ssh-access', [path('boot'), path('signers'), path('serial'), path('made-at'), path('run')]),
    allowed: () => existsSync(path('run/authorized_keys')),
  };
}

describe('ssh by a signed flag', () => {
  it('is allowed to the key that the flag names, until the time that it names', () => {
    const kiosk = appliance();
    kiosk.sign(kiosk.flag());
    expect(kiosk.ask()).toMatchObject({ exitCode: 0 });
    const authorized = readFileSync(kiosk.path('run/authorized_keys'), 'utf8');
    expect(authorized).toMatch(/^restrict,pty,expiry-time="\d{14}Z" ssh-ed25519 \S{68}\n$/);
    expect(authorized).toContain(kiosk.visitor);
    const remainingS = Number(readFileSync(kiosk.path('run/remaining-s'), 'utf8'));
    expect(remainingS).toBeGreaterThan(HOUR_S - 30);
    expect(remainingS).toBeLessThanOrEqual(HOUR_S);
  });

  it.each<[string, (kiosk: ReturnType<typeof appliance>) => void]>([
    ['signed by somebody else', (kiosk) => kiosk.sign(kiosk.flag(), 'visitor')],
    ['signed by the right key for another purpose', (kiosk) => kiosk.sign(kiosk.flag(), 'operator', 'file')],
    [
      'altered after it was signed',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        writeFileSync(kiosk.flagPath, kiosk.flag({ key: kiosk.makeKey('intruder') }));
      },
    ],
    [
      'made longer after it was signed',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        writeFileSync(kiosk.flagPath, `${readFileSync(kiosk.flagPath, 'utf8')}key=${kiosk.makeKey('intruder')}\n`);
      },
    ],
    [
      'not signed',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        rmSync(`${kiosk.flagPath}.sig`);
      },
    ],
    [
      'with a signature of nothing',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        writeFileSync(`${kiosk.flagPath}.sig`, '');
      },
    ],
    ['expired', (kiosk) => kiosk.sign(kiosk.flag({ untilS: nowS() - 1 }))],
    ['for more than seven days', (kiosk) => kiosk.sign(kiosk.flag({ untilS: nowS() + 8 * 24 * HOUR_S }))],
    ['for another device', (kiosk) => kiosk.sign(kiosk.flag({ device: '10000000ffffffff' }))],
    ['for a device whose name begins alike', (kiosk) => kiosk.sign(kiosk.flag({ device: SERIAL.slice(0, -1) }))],
    ['with a weaker kind of key', (kiosk) => kiosk.sign(kiosk.flag({ key: kiosk.makeKey('weak', 'ecdsa') }))],
    ['with options before its key', (kiosk) => kiosk.sign(kiosk.flag({ key: `command="/bin/sh" ${kiosk.visitor}` }))],
    ['with a day that does not exist', (kiosk) => kiosk.sign(kiosk.flag().replace(/until=.*/, 'until=2099-02-31T10:00:00Z'))],
    ['with a time in words', (kiosk) => kiosk.sign(kiosk.flag().replace(/until=.*/, 'until=next month'))],
    ['with a fifth line', (kiosk) => kiosk.sign(`${kiosk.flag()}key=${kiosk.visitor}\n`)],
    ['with a return in a line', (kiosk) => kiosk.sign(kiosk.flag().replace('\nuntil', '\r\nuntil'))],
    ['of another version', (kiosk) => kiosk.sign(kiosk.flag().replace('access 1', 'access 2'))],
    [
      'a link',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        renameSync(kiosk.flagPath, kiosk.path('elsewhere'));
        symlinkSync(kiosk.path('elsewhere'), kiosk.flagPath);
      },
    ],
    ['a megabyte', (kiosk) => kiosk.sign(kiosk.flag() + '#'.repeat(1_048_576))],
    [
      'on a board without a serial number',
      (kiosk) => {
        kiosk.sign(kiosk.flag({ device: '' }));
        rmSync(kiosk.path('serial'));
      },
    ],
    [
      'on an image that trusts nobody',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        rmSync(kiosk.path('signers'));
      },
    ],
    [
      'while the clock is before the making of the image',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        writeFileSync(kiosk.path('made-at'), `${nowS() + 1_000}\n`);
      },
    ],
    [
      'on an image that does not say when it was made',
      (kiosk) => {
        kiosk.sign(kiosk.flag());
        writeFileSync(kiosk.path('made-at'), '0x0\n');
      },
    ],
  ])('is refused to a flag %s, and takes away what an earlier one allowed', (_what, arrange) => {
    const kiosk = appliance();
    kiosk.sign(kiosk.flag());
    expect(kiosk.ask().exitCode).toBe(0);
    arrange(kiosk);
    expect(kiosk.ask()).toMatchObject({ exitCode: 1, output: expect.stringContaining('refused: ') as string });
    expect(kiosk.allowed()).toBe(false);
    expect(existsSync(kiosk.path('run/remaining-s'))).toBe(false);
  });
});

describe('serving ssh', () => {
  it('opens the one door of the firewall, for as long as the flag says, with a host key of this machine', () => {
    const folder = emptyFolder();
    const hostKey = join(folder, 'host');
    writeFileSync(join(folder, 'remaining-s'), '1234\n');
    const programs = standIns({ nft: '', timeout: '' });
    // What a power cut while the key was made may leave.
    writeFileSync(hostKey, 'half a key');
    const { exitCode } = run('ssh-serve', [folder, hostKey], { PATH: programs.path });
    expect(exitCode).toBe(0);
    expect(programs.calls()).toEqual([
      'nft add rule inet appliance ssh tcp dport 22 ct state new limit rate 10/minute accept',
      'timeout --signal=TERM 1234 /usr/sbin/sshd -D -e -f /etc/new-concierge/sshd_config',
    ]);
    const made = readFileSync(hostKey, 'utf8');
    expect(made).toContain('OPENSSH PRIVATE KEY');
    run('ssh-serve', [folder, hostKey], { PATH: programs.path });
    expect(readFileSync(hostKey, 'utf8')).toBe(made);
  });

  it('opens nothing when nobody said for how long', () => {
    const programs = standIns({ nft: '', timeout: '' });
    const folder = emptyFolder();
    expect(run('ssh-serve', [folder, join(folder, 'host')], { PATH: programs.path }).exitCode).not.toBe(0);
    expect(programs.calls()).toEqual([]);
  });
});

function nowS(): number {
  return Math.floor(Date.now() / 1_000);
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000', '');
}
