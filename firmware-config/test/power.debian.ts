import { existsSync, mkdirSync, readFileSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, run, standIns } from './scripts.ts';

/** The record's file system as the appliance has it; the one below this test may be a container's. */
const onACard = { stat: "echo 'ext2/ext3'" };

const twoOutputs = `[ $# -gt 0 ] || printf 'HDMI-A-1 "Maker Model"\\n  Enabled: yes\\nHDMI-A-2 "Maker $(touch RAN)"\\n'`;

describe('the power of the display', () => {
  it.each([
    ['on', 'on\n', '--on'],
    ['off', 'off', '--off'],
  ])('%s goes to every output', (_word, content, option) => {
    const { answer, calls } = display(content);
    expect(answer.exitCode).toBe(0);
    expect(calls).toEqual(['wlr-randr ', `wlr-randr --output HDMI-A-1 ${option}`, `wlr-randr --output HDMI-A-2 ${option}`]);
    expect(existsSync('RAN')).toBe(false);
  });

  it.each([
    '',
    'On',
    'offf',
    'on off',
    'off\n\n',
    'on\nreboot',
    'on\0',
    ' on',
    '$(reboot)',
    'off; reboot',
    '--off',
    '*',
    'x'.repeat(1_048_576),
  ])('refuses another word: %j', (content) => {
    const { answer, calls } = display(content);
    expect(answer.exitCode).toBe(64);
    expect(calls).toEqual([]);
  });

  it('refuses a link, a folder and nothing', () => {
    const folder = emptyFolder();
    const path = (name: string) => join(folder, name);
    writeFileSync(path('real'), 'off');
    symlinkSync(path('real'), path('link'));
    mkdirSync(path('folder'));
    for (const name of ['link', 'folder', 'absent']) expect(run('display-power', [path(name)]).exitCode, name).toBe(64);
  });

  // systemd does not look again at a word that changed while it ran for the one before (PathChanged=, systemd issue 5770).
  it('follows a word that changes while it follows the one before', () => {
    const word = join(emptyFolder(), 'wanted');
    writeFileSync(word, 'on\n');
    const programs = standIns({
      'wlr-randr': `case "$*" in '') echo 'HDMI-A-1 "Maker Model"' ;; *--on) echo off >'${word}' ;; esac`,
    });
    expect(run('display-power', [word], { PATH: programs.path }).exitCode).toBe(0);
    expect(programs.calls().filter((call) => call.includes('--output'))).toEqual([
      'wlr-randr --output HDMI-A-1 --on',
      'wlr-randr --output HDMI-A-1 --off',
    ]);
  });

  it('does not follow for ever, and says so', () => {
    const word = join(emptyFolder(), 'wanted');
    writeFileSync(word, 'on\n');
    const programs = standIns({
      'wlr-randr': `case "$*" in '') echo 'HDMI-A-1 "Maker Model"' ;; *--on) echo off >'${word}' ;; *--off) echo on >'${word}' ;; esac`,
    });
    const { exitCode, output } = run('display-power', [word], { PATH: programs.path });
    expect([exitCode, programs.calls().filter((call) => call.includes('--output')).length]).toEqual([1, 4]);
    expect(output).toContain('changes faster');
  });

  it('refuses a word that becomes another while it follows one', () => {
    const word = join(emptyFolder(), 'wanted');
    writeFileSync(word, 'off\n');
    const programs = standIns({
      'wlr-randr': `case "$*" in '') echo 'HDMI-A-1 "Maker Model"' ;; *--off) echo '$(reboot)' >'${word}' ;; esac`,
    });
    expect(run('display-power', [word], { PATH: programs.path }).exitCode).toBe(64);
  });

  it('is tried ten times, half a minute apart, and then says that neither the compositor nor CEC can do it', () => {
    const { answer, calls } = display('off', 'echo "compositor does not support it" >&2; exit 1');
    expect(answer).toMatchObject({ exitCode: 1, output: expect.stringContaining('neither the compositor nor CEC') as string });
    expect(calls).toEqual(Array.from({ length: 19 }, (_, index) => (index % 2 === 0 ? 'wlr-randr ' : 'sleep 30')));
  });

  describe('of a television', () => {
    const sent = "printf '\\nTransmit from Playback Device 1 to TV (4 to 0):\\n\\tSequence: 7 Tx Timestamp: 12.345s\\n'";
    const lost = `${sent}; printf '\\tTx, Not Acknowledged (4), Max Retries\\n'`;
    const unconfigured = "echo 'Adapter is unconfigured, please configure it first.' >&2";
    const info = "printf 'Driver Info:\\n\\tPhysical Address           : 2.0.0.0\\n\\tLogical Address Mask       : 0x0010\\n'";
    function television(content: string, messages: readonly string[]) {
      const folder = emptyFolder();
      writeFileSync(join(folder, 'wanted'), content);
      // cec-ctl ends with 0 whatever becomes of a message; the n-th message has the n-th fate, and the last one's is that of all later ones.
      const fates = messages.map((fate, index) => `${index + 1}) ${fate} ;;`).join('\n');
      const programs = standIns({
        'wlr-randr': 'exit 1',
        sleep: '',
        'cec-ctl': `case "$*" in
          *--to*) count=$(($(cat '${folder}/count' 2>/dev/null || echo 0) + 1)); echo $count >'${folder}/count'
            [ $count -le ${messages.length} ] || count=${messages.length}
            case $count in\n${fates}\nesac ;;
          '-d /dev/null') ${info} ;;
          esac`,
      });
      const { exitCode } = run('display-power', [join(folder, 'wanted')], { PATH: programs.path, CEC_ADAPTERS: '/dev/null /dev/nowhere' });
      const calls = programs.calls().filter((call) => !/^wlr-randr|--playback$/.test(call));
      return { exitCode, calls };
    }
    const wake = 'cec-ctl -s -d /dev/null --to 0 --image-view-on';

    it('asks it to wake, and to show this input rather than a screen of its own', () => {
      expect(television('on\n', [sent])).toEqual({
        exitCode: 0,
        calls: [wake, 'cec-ctl -d /dev/null', 'cec-ctl -s -d /dev/null --active-source phys-addr=2.0.0.0'],
      });
      expect(television('off\n', [sent])).toEqual({ exitCode: 0, calls: ['cec-ctl -s -d /dev/null --to 0 --standby'] });
    });

    it.each([
      ['nobody acknowledged', lost],
      ['the adapter could not send', unconfigured],
    ])('says again what %s', (_what, fate) => {
      const { exitCode, calls } = television('on\n', [fate, fate, sent]);
      expect(exitCode).toBe(0);
      expect(calls.filter((call) => call === wake || call.startsWith('sleep'))).toEqual([wake, 'sleep 30', wake, 'sleep 30', wake]);
    });

    it('gives up in the end', () => {
      const { exitCode, calls } = television('on\n', [lost]);
      expect([exitCode, calls.filter((call) => call === wake).length]).toEqual([1, 10]);
    });
  });

  function display(content: string, compositor = twoOutputs) {
    const word = join(emptyFolder(), 'wanted');
    writeFileSync(word, content);
    const programs = standIns({ 'wlr-randr': compositor, sleep: '' });
    return { answer: run('display-power', [word], { PATH: programs.path, CEC_ADAPTERS: '' }), calls: programs.calls() };
  }
});

describe('a unit that fails again and again', () => {
  const DAY_S = 86_400;
  const unit = 'new-concierge-chromium.service';
  const goesOn = [`systemctl reset-failed ${unit}`, `systemctl --no-block start ${unit}`];
  const reboots = ['systemctl --no-wall --no-block reboot'];
  const nowS = () => Math.floor(Date.now() / 1_000);

  function machine(folder = emptyFolder(), disk: Readonly<Record<string, string>> = onACard) {
    const record = join(folder, 'reboots');
    const givenUp = join(folder, 'given-up');
    return {
      record,
      givenUp,
      fail(name = unit) {
        const programs = standIns({ systemctl: '', sleep: '', ...disk });
        const { exitCode } = run('reboot-or-go-on', [name, record, givenUp], { PATH: programs.path });
        return { exitCode, calls: programs.calls().filter((call) => call.startsWith('systemctl')) };
      },
    };
  }

  it('reboots the machine twice a day; after that the safe scene stands and the unit goes on', () => {
    const { fail, givenUp } = machine();
    expect(fail().calls).toEqual(reboots);
    expect(fail().calls).toEqual(reboots);
    expect(existsSync(givenUp)).toBe(false);
    expect(fail().calls).toEqual(goesOn);
    expect(existsSync(givenUp)).toBe(true);
  });

  it('forgets reboots of the day before, and keeps the file short', () => {
    const { fail, record } = machine();
    writeFileSync(record, `${nowS() - DAY_S - 1}\n`.repeat(50));
    expect(fail().calls).toEqual(reboots);
    expect(readFileSync(record, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('counts a reboot that the clock puts into the future', () => {
    const { fail, record } = machine();
    writeFileSync(record, `${nowS() + 400 * DAY_S}\n`.repeat(2));
    expect(fail().calls).toEqual(goesOn);
  });

  it('reads past what is no time, and never as a command', () => {
    const { fail, record } = machine();
    writeFileSync(record, `$(reboot)\na[$(reboot)]\n-1\n0x10\n${'9'.repeat(30)}\n00000000\n\0\n`);
    expect(fail().calls).toEqual(reboots);
    expect(readFileSync(record, 'utf8')).toMatch(/^\d{10}\n$/);
  });

  it('does not reboot when the disk would not remember it', () => {
    const { fail, record } = machine();
    mkdirSync(`${record}.new`);
    expect(fail().calls).toEqual(goesOn);
  });

  it('does not wait for a card that stalls, nor reboot without its word', () => {
    const folder = emptyFolder();
    // As one that waits for a disk: no signal that can be borne ends it.
    const programs = standIns({ systemctl: '', sleep: '', ...onACard, sync: "trap '' TERM; exec /bin/sleep 30" });
    const beganMs = Date.now();
    const files = ['reboots', 'given-up'].map((name) => join(folder, name));
    const { exitCode } = run('reboot-or-go-on', [unit, ...files], { PATH: programs.path, REMEMBER_WITHIN_S: '1' });
    expect(exitCode).toBe(0);
    expect(Date.now() - beganMs).toBeLessThan(15_000);
    expect(programs.calls().filter((call) => call.startsWith('systemctl'))).toEqual(goesOn);
  });

  // The partition nc-state is missing or damaged, and its folder is one of the memory over the root: a record there is forgotten by the reboot that it counts, which would be one for ever.
  it.each(['overlayfs', 'tmpfs', 'ramfs', ''])('does not reboot when the record would lie in memory: %j', (kind) => {
    const { fail, record, givenUp } = machine(emptyFolder(), { stat: `echo '${kind}'` });
    expect(fail().calls).toEqual(goesOn);
    expect([existsSync(record), existsSync(givenUp)]).toEqual([false, true]);
  });

  it.skipIf(!isInMemory('/dev/shm'))('knows memory when it sees it', () => {
    const { fail, record } = machine(emptyFolder('/dev/shm'), {});
    expect(fail().calls).toEqual(goesOn);
    expect(existsSync(record)).toBe(false);
  });

  it.each(['ssh.service', '', '--force', 'new-concierge-agent.service; reboot', '../x'])('does nothing for another unit: %j', (name) => {
    expect(machine().fail(name)).toEqual({ exitCode: 64, calls: [] });
  });
});

describe('a reboot that the agent asks for', () => {
  function machine() {
    const folder = emptyFolder();
    const path = (name: string) => join(folder, name);
    return {
      path,
      ask(word: string | null) {
        if (word !== null) writeFileSync(path('wanted'), word);
        const programs = standIns({ ...onACard, systemctl: '', sleep: `cat '${path('answer')}' >>'${path('heard')}'` });
        const { exitCode } = run('reboot-when-asked', [path('wanted'), path('record'), path('answer')], { PATH: programs.path });
        return { exitCode, calls: programs.calls().filter((call) => !call.startsWith('stat ')) };
      },
      answer: () => (existsSync(path('answer')) ? readFileSync(path('answer'), 'utf8') : null),
    };
  }
  const reboot = ['sleep 5', 'systemctl --no-wall --no-block reboot'];

  it('is said to come before it comes, so that the agent can pass it on', () => {
    const { ask, answer, path } = machine();
    expect(ask('reboot\n')).toEqual({ exitCode: 0, calls: reboot });
    expect(answer()).toBe('accepted\n');
    expect(readFileSync(path('heard'), 'utf8')).toBe('accepted\n');
  });

  it('comes four times a day, and then is refused', () => {
    const { ask, answer } = machine();
    for (let count = 1; count <= 4; count += 1) expect(ask('reboot').calls).toEqual(reboot);
    expect(ask('reboot')).toEqual({ exitCode: 75, calls: [] });
    expect(answer()).toBe('refused\n');
  });

  it('does not come when the disk would not remember it', () => {
    const { ask, answer, path } = machine();
    mkdirSync(path('record.new'));
    expect(ask('reboot')).toEqual({ exitCode: 75, calls: [] });
    expect(answer()).toBe('refused\n');
  });

  it.each([
    '',
    'Reboot',
    'reboots',
    'reboot now',
    'reboot\n\n',
    'reboot\0',
    ' reboot',
    '$(reboot)',
    'reboot; halt',
    '*',
    'x'.repeat(1_048_576),
  ])('is not asked for by another word: %j', (word) => {
    const { ask, answer } = machine();
    expect(ask(word)).toEqual({ exitCode: 64, calls: [] });
    expect(answer()).toBeNull();
  });

  it('is not asked for by a link, a folder and nothing', () => {
    const link = machine();
    writeFileSync(link.path('real'), 'reboot');
    symlinkSync(link.path('real'), link.path('wanted'));
    expect(link.ask(null).exitCode).toBe(64);
    const folder = machine();
    mkdirSync(folder.path('wanted'));
    expect(folder.ask(null).exitCode).toBe(64);
    expect(machine().ask(null).exitCode).toBe(64);
  });
});

describe('a step for a sick screen that the shell asks for', () => {
  const unit = 'new-concierge-chromium.service';
  const restart = [`systemctl --no-block restart ${unit}`];
  const reboot = ['sleep 5', 'systemctl --no-wall --no-block reboot'];

  function machine() {
    const folder = emptyFolder();
    const path = (name: string) => join(folder, name);
    return {
      path,
      ask(word: string | null, upS = 1_000, asked = unit) {
        if (word !== null) writeFileSync(path('wanted'), word);
        writeFileSync(path('uptime'), `${upS}.25 99.00\n`);
        const programs = standIns({ ...onACard, systemctl: '', sleep: '' });
        const files = ['wanted', 'record', 'stamp', 'answer'].map(path);
        const { exitCode } = run('step-when-asked', [...files, asked], { PATH: programs.path, UPTIME: path('uptime') });
        return { exitCode, calls: programs.calls().filter((call) => !call.startsWith('stat ')) };
      },
      answer: () => (existsSync(path('answer')) ? readFileSync(path('answer'), 'utf8') : null),
    };
  }

  it('restarts the compositor once in a quarter of an hour', () => {
    const { ask, answer } = machine();
    expect(ask('restart-compositor\n')).toEqual({ exitCode: 0, calls: restart });
    expect(answer()).toBe('accepted\n');
    expect(ask('restart-compositor', 1_899)).toEqual({ exitCode: 75, calls: [] });
    expect(answer()).toBe('refused\n');
    expect(ask('restart-compositor', 1_900).calls).toEqual(restart);
  });

  it('does so early after a start too, and not while what it remembers makes no sense', () => {
    expect(machine().ask('restart-compositor', 20).calls).toEqual(restart);
    for (const stamp of ['$(reboot)', '-1', '007', '0x1', 'a[$(reboot)]']) {
      const { ask, path } = machine();
      writeFileSync(path('stamp'), stamp);
      expect(ask('restart-compositor'), stamp).toEqual({ exitCode: 75, calls: [] });
    }
  });

  it('does not where it could not remember it', () => {
    const { ask, path, answer } = machine();
    mkdirSync(path('stamp'));
    expect(ask('restart-compositor')).toEqual({ exitCode: 75, calls: [] });
    expect(answer()).toBe('refused\n');
  });

  it('reboots twice a day, counted together with the reboots of a unit that fails: never a loop', () => {
    const { ask, answer, path } = machine();
    expect(ask('reboot\n').calls).toEqual(reboot);
    expect(answer()).toBe('accepted\n');
    const programs = standIns({ ...onACard, systemctl: '', sleep: '' });
    run('reboot-or-go-on', [unit, path('record'), path('given-up')], { PATH: programs.path });
    expect(programs.calls().filter((call) => call.startsWith('systemctl'))).toEqual(['systemctl --no-wall --no-block reboot']);
    for (let times = 0; times < 10; times += 1) expect(ask('reboot')).toEqual({ exitCode: 75, calls: [] });
    expect(answer()).toBe('refused\n');
  });

  it.each([
    '',
    'Reboot',
    'reboot now',
    'reboot\n\n',
    'reboot\0',
    ' reboot',
    'restart-compositor; reboot',
    '$(reboot)',
    '../reboot',
    'x'.repeat(1_048_576),
  ])('refuses another word: %j', (word) => {
    const { ask, answer } = machine();
    expect(ask(word)).toEqual({ exitCode: 64, calls: [] });
    expect(answer()).toBeNull();
  });

  it('refuses a link, nothing, and a unit that is not ours', () => {
    const { ask, path } = machine();
    expect(ask(null).exitCode).toBe(64);
    writeFileSync(path('real'), 'reboot');
    symlinkSync(path('real'), path('wanted'));
    expect(ask(null)).toEqual({ exitCode: 64, calls: [] });
    expect(machine().ask('restart-compositor', 1_000, 'ssh.service; reboot')).toEqual({ exitCode: 64, calls: [] });
  });
});

function isInMemory(folder: string): boolean {
  const TMPFS_MAGIC = 0x01021994;
  return existsSync(folder) && statfsSync(folder).type === TMPFS_MAGIC;
}
