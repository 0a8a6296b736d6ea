import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readUnit, textOf } from './manifest.ts';
import { emptyFolder, run, standIns } from './scripts.ts';

const HOUR_S = 3_600;
const restart = 'systemctl --no-block try-restart systemd-networkd.service new-concierge-wifi.service';
const reboot = 'systemctl --no-wall --no-block reboot';
const says = (link: 'online' | 'offline', phase = 'running') => JSON.stringify({ phase, link, contentSequence: 3, paintedAgeSeconds: 1 });

function machine() {
  const folder = emptyFolder();
  const path = (name: string) => join(folder, name);
  return {
    path,
    /** What it starts when it is asked so many hours after the machine's start, and the agent answers so; null is no answer. */
    ask(upHours: number, answer: string | null) {
      writeFileSync(path('uptime'), `${Math.round(upHours * HOUR_S)}.17 1.00\n`);
      writeFileSync(path('answer'), answer ?? '');
      const programs = standIns({ systemctl: '', curl: answer === null ? 'exit 7' : `cat '${path('answer')}'`, stat: "echo 'ext2/ext3'" });
      const { exitCode } = run('network-when-away', [path('stamp'), path('record')], { PATH: programs.path, UPTIME: path('uptime') });
      return { exitCode, calls: programs.calls().filter((call) => call.startsWith('systemctl')) };
    },
    /** Memory is forgotten, the disk is not. */
    startAnew: () => writeFileSync(path('stamp'), ''),
  };
}

describe('a network that stays away', () => {
  it('is started anew after twelve hours, and the machine after a day', () => {
    const { ask } = machine();
    expect(ask(1, says('offline')).calls).toEqual([]);
    expect(ask(12.9, says('offline')).calls).toEqual([]);
    expect(ask(13, says('offline'))).toEqual({ exitCode: 0, calls: [restart] });
    expect(ask(13.25, says('offline')).calls).toEqual([]);
    expect(ask(24.9, says('offline')).calls).toEqual([]);
    expect(ask(25, says('offline'))).toEqual({ exitCode: 0, calls: [reboot] });
  });

  it('is rebooted for once in each absence, however many weeks it lasts', () => {
    const { ask, startAnew } = machine();
    ask(0, says('offline'));
    expect(ask(24, says('offline')).calls).toEqual([reboot]);
    startAnew();
    ask(0, says('offline'));
    expect(ask(24, says('offline')).calls).toEqual([restart]);
    for (const hours of [48, 200, 700]) expect(ask(hours, says('offline')).calls).toEqual([]);
    expect(ask(701, says('online')).calls).toEqual([]);
    ask(702, says('offline'));
    expect(ask(726, says('offline')).calls).toEqual([reboot]);
  });

  it('is counted from the last time that the cloud was reached', () => {
    const { ask } = machine();
    ask(1, says('offline'));
    ask(12, says('online'));
    ask(12.25, says('offline'));
    expect(ask(24, says('offline')).calls).toEqual([]);
    expect(ask(24.25, says('offline')).calls).toEqual([restart]);
  });

  it.each([
    ['the agent does not answer', null],
    ['a screen that nobody claimed has no cloud', says('offline', 'unclaimed')],
    ['the answer is none', '<html>"link":"offline"'],
    ['the answer is nonsense', '{"phase":"$(reboot)","link":"$(reboot)"}'],
  ])('is nobody’s to judge when %s', (_what, answer) => {
    const { ask } = machine();
    for (const hours of [1, 14, 30, 100]) expect(ask(hours, answer).calls).toEqual([]);
  });

  it('is not believed of a stamp that is none', () => {
    for (const stamp of ['$(reboot)', '-1 no', '007', '0x1', 'a[$(reboot)]', '9'.repeat(30)]) {
      const { ask, path } = machine();
      writeFileSync(path('stamp'), stamp);
      expect(ask(100, says('offline')).calls, stamp).toEqual([]);
    }
    const { ask, path } = machine();
    writeFileSync(path('elsewhere'), '1 no\n');
    symlinkSync(path('elsewhere'), path('stamp'));
    expect(ask(100, says('offline')).calls).toEqual([]);
    expect(readFileSync(path('elsewhere'), 'utf8')).toBe('1 no\n');
  });

  it('is not rebooted for where the disk would not remember it', () => {
    const { ask, path } = machine();
    ask(0, says('offline'));
    mkdirSync(`${path('record')}.new`);
    expect(ask(24, says('offline'))).toEqual({ exitCode: 75, calls: [] });
    expect(existsSync(path('record'))).toBe(false);
  });

  it('is looked at four times an hour', () => {
    const timer = readUnit(textOf('/etc/systemd/system/new-concierge-network-when-away.timer')).get('Timer');
    expect([timer?.get('OnBootSec'), timer?.get('OnUnitInactiveSec')]).toEqual([['15min'], ['15min']]);
  });
});
