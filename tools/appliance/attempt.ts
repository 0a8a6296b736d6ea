import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import type { Machine } from './machine.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { Office } from './office.ts';
import { until } from './programs.ts';
import { scanTcp } from './scan.ts';

/** One thing that was tried: what happened, or why it did not. */
export interface Finding {
  readonly what: string;
  readonly well: boolean;
  readonly said: string;
  readonly seconds: number | null;
}

const READY = /"ready":true/;
/** What a container cannot have. */
const lacksWhatItNeeds: Readonly<Record<string, string>> = {
  'usbguard.service': 'a container has no USB',
  'new-concierge-display.service': 'neither CEC nor an output that this compositor can switch',
};
const CLAIM_FILE = 'new-concierge-claim.txt';

/** Everything that is asked of an appliance, in the order of its life: from the box to the wall, through a reboot and a power cut. What fails is noted and the rest goes on. */
export async function tryAppliance(deps: {
  machine: Machine;
  neighbourhood: Neighbourhood;
  office: Office;
  /** Where pictures go. */
  pictures: string;
  /** The emulated processor needs its time. */
  patience: number;
  say(line: string): void;
}): Promise<readonly Finding[]> {
  const { machine, neighbourhood, office, pictures } = deps;
  const findings: Finding[] = [];
  const within = (seconds: number): number => seconds * 1_000 * deps.patience;
  let pressedMs = 0;
  const sincePressed = (): number => (performance.now() - pressedMs) / 1_000;

  async function attempt(what: string, work: () => Promise<string>, timed: 'timed' | 'not timed' = 'not timed'): Promise<boolean> {
    let finding: Finding;
    try {
      const said = await work();
      finding = { what, well: true, said, seconds: timed === 'timed' ? sincePressed() : null };
    } catch (error) {
      finding = { what, well: false, said: error instanceof Error ? error.message : String(error), seconds: null };
    }
    findings.push(finding);
    deps.say(
      `${finding.well ? 'ok' : 'not ok'} ${what}${finding.seconds === null ? '' : ` (${finding.seconds.toFixed(1)} s)`}: ${finding.said}`,
    );
    return finding.well;
  }

  const readyTimes = (): number => machine.lines().filter((line) => READY.test(line)).length;
  const ready = (times: number) => until('the agent says that it is ready', within(120), () => (readyTimes() >= times ? true : null));
  /** That the glass shows the building as the cloud has it, painted after this moment. */
  const painted = (afterMs: number) =>
    until('the building is painted', within(120), async () => {
      const device = await office.device().catch(() => null);
      const reported = device?.reported ?? null;
      return device?.online === true &&
        reported !== null &&
        reported.contentSequence > 0 &&
        reported.paintedSequence === device.contentSequence &&
        Date.parse(reported.paintedAt ?? '') > afterMs
        ? device
        : null;
    });
  const start = (): number => {
    pressedMs = performance.now();
    machine.start();
    return Date.now();
  };

  const fingerprint = await machine.rootFingerprint();
  const token = await office.authorise(machine.serial);
  await machine.writeOnBoot(CLAIM_FILE, `cloud=${neighbourhood.cloudUrl}\ntoken=${token}\n`);
  const firstMs = start();
  await attempt('reaches the line of the agent that says ready', async () => (await ready(1), 'first start, unclaimed'), 'timed');
  await attempt(
    'claims itself with the token of its card, over TLS, without a person',
    async () => {
      const device = await until('the office knows the screen', within(90), () => office.device());
      return `as "${device.name}"`;
    },
    'timed',
  );
  await attempt('reports a painted frame of its building', async () => `content ${(await painted(firstMs)).contentSequence}`, 'timed');
  await attempt('brings a picture when the office asks', async () => {
    const command = await office.command('screenshot', within(60));
    if (command.outcome !== 'done') throw new Error(`the command ${command.outcome}`);
    const picture = await office.picture(command.id);
    if (machine.kind === 'qemu') writeFileSync(join(pictures, 'appliance-qemu.png'), picture);
    // Without a display this compositor draws nothing: there it is the way of the picture that is tried, and its content in qemu.
    return machine.kind === 'qemu'
      ? seen(picture)
      : `${picture.length} bytes, and nothing on it: a compositor without a display draws nothing`;
  });
  if (machine.kind === 'qemu')
    await attempt('shows it on the display', async () => {
      const path = join(pictures, 'appliance-qemu-display.png');
      if (!(await machine.glass(path))) throw new Error('the display has no picture');
      return seen(readFileSync(path));
    });

  await attempt('answers no neighbour on any of 65,535 ports', async () => {
    const address = neighbourhood.addresses().at(-1);
    if (address === undefined) throw new Error('it was given no address');
    const { open, refused, silent } = await scanTcp(address);
    if (open.length > 0) throw new Error(`open: ${open.join(', ')}`);
    if (refused.length > 0) throw new Error(`refused, so not filtered: ${refused.slice(0, 10).join(', ')}`);
    return `${silent} silent, none open`;
  });
  if (machine.inside !== null) await inspectInside(machine.inside);

  await attempt('hears by its hours when its display shall be off and on', async () => {
    const words: string[] = [];
    for (const lit of [false, true]) {
      await office.light(lit);
      const heard = await until('the appliance was told to switch', within(60), () => saidOfDisplay(lit));
      words.push(heard);
    }
    return words.join('; ');
  });
  /** The line in which the appliance's own unit says how it went. */
  function saidOfDisplay(lit: boolean): string | null {
    const lines = machine.lines();
    const asked = lines.findLastIndex((line) => line.includes(`"lit":${lit}`));
    if (asked < 0) return null;
    const answer = lines.slice(asked).find((line) => /display-power: |Finished new-concierge-display/.test(line));
    if (answer === undefined) return null;
    if (/refused|Permission denied/.test(answer)) throw new Error(answer);
    return `${lit ? 'on' : 'off'}: ${/neither/.test(answer) ? 'the word arrived; this compositor cannot switch outputs, and there is no CEC' : 'switched'}`;
  }

  await attempt(
    'reboots by command and reports its building painted again, still claimed',
    async () => {
      const [starts, times] = [machine.starts(), readyTimes()];
      const askedMs = Date.now();
      pressedMs = performance.now();
      const command = await office.command('reboot', within(60));
      if (command.outcome !== 'done') throw new Error(`the command ${command.outcome}`);
      await until('it starts again', within(120), () => (machine.starts() > starts ? true : null));
      await ready(times + 1);
      const device = await painted(askedMs);
      return `the same screen "${device.name}"`;
    },
    'timed',
  );

  await attempt(
    'reports its building painted again after its power was cut',
    async () => {
      const times = readyTimes();
      await machine.cutPower();
      const cutMs = start();
      await ready(times + 1);
      await painted(cutMs);
      return 'cut while it ran';
    },
    'timed',
  );
  if (machine.inside !== null) {
    const inside = machine.inside;
    await attempt(
      'starts where there is no network, and its page paints the building',
      async () => {
        await machine.cutPower();
        await neighbourhood.cable('out');
        const times = readyTimes();
        start();
        await ready(times + 1);
        // The cloud cannot be asked: what the appliance says of itself has to do.
        return until('a frame of the building is painted', within(60), async () => {
          const { output } = await inside('curl', '--silent', '--max-time', '2', 'http://127.0.0.1:8090/healthz');
          return /"phase":"running","link":"(?!online)[a-z]+","contentSequence":([1-9]\d*),"paintedSequence":\1,/.test(output)
            ? output
            : null;
        });
      },
      'timed',
    );
    await neighbourhood.cable('in');
  }

  await machine.cutPower();
  await attempt('leaves no token on its card', async () => {
    const names = await machine.namesOnBoot();
    if (names.some((name) => name.toLowerCase().includes('claim'))) throw new Error(names.join(', '));
    return 'the file is gone';
  });
  if (fingerprint !== null)
    await attempt('never wrote its root', async () => {
      if ((await machine.rootFingerprint()) !== fingerprint) throw new Error('the partition is another than before the first start');
      return `SHA-256 of the partition before the first start and after the last: ${fingerprint.slice(0, 16)}…`;
    });
  return findings;

  async function inspectInside(inside: NonNullable<Machine['inside']>): Promise<void> {
    const shell = (script: string) => inside('/bin/sh', '-c', script);
    await attempt('runs every unit, none failed', async () => {
      const { output } = await inside('systemctl', '--failed', '--no-legend', '--plain', '--no-pager');
      const failed = output
        .split('\n')
        .map((line) => line.split(' ')[0] ?? '')
        .filter((unit) => unit !== '');
      const unexpected = failed.filter((unit) => !Object.hasOwn(lacksWhatItNeeds, unit));
      if (unexpected.length > 0) throw new Error(unexpected.join(', '));
      return failed.length === 0
        ? 'systemctl --failed is empty'
        : failed.map((unit) => `${unit} apart: ${lacksWhatItNeeds[unit]}`).join('; ');
    });
    await attempt('has no login and no ssh', async () => {
      const { output } = await shell('for each in /proc/[0-9]*/comm; do cat "$each"; done 2>/dev/null');
      const doors = output.split('\n').filter((name) => /getty|sshd|login|^bash$/.test(name));
      if (doors.length > 0) throw new Error(doors.join(', '));
      return `${new Set(output.split('\n')).size} programs, none of them a door`;
    });
    await attempt('lets the agent out to 443 and 8883 and nowhere else, and the screen nowhere', async () => {
      const host = '10.77.13.1';
      const tries: readonly [string, number, 'gets out' | 'is stopped'][] = [
        ['kiosk-agent', 443, 'gets out'],
        ['kiosk-agent', 8883, 'gets out'],
        ['kiosk-agent', 53, 'is stopped'],
        ['kiosk-agent', 80, 'is stopped'],
        ['kiosk-screen', 443, 'is stopped'],
        ['root', 443, 'is stopped'],
      ];
      for (const [user, port, expected] of tries) {
        const { code } = await inside(
          'setpriv',
          `--reuid=${user}`,
          '--clear-groups',
          'timeout',
          '3',
          'bash',
          '-c',
          `exec 3<>/dev/tcp/${host}/${port}`,
        );
        if ((code === 0 ? 'gets out' : 'is stopped') !== expected) throw new Error(`${user} to ${port} should be: ${expected}`);
      }
      return `${tries.length} tries`;
    });
    await attempt('keeps what it may write to its own folders', async () => {
      // As the units themselves see the disk: in their own mounts, as their own users.
      for (const [unit, path] of [
        ['new-concierge-agent', '/opt/new-concierge/current/kiosk/agent/main.mjs'],
        ['new-concierge-agent', '/etc/new-concierge/agent.env'],
        ['new-concierge-chromium', '/usr/bin/x'],
        ['new-concierge-chromium', '/var/lib/new-concierge/state/x'],
      ] as const) {
        const pid = (await inside('systemctl', 'show', '--property=MainPID', '--value', `${unit}.service`)).output.trim();
        const { code } = await inside('nsenter', '--target', pid, '--mount', '--', '/bin/sh', '-c', `: >>${path}`);
        if (code === 0) throw new Error(`${unit} could write ${path}`);
      }
      return 'even as root, in the mounts of the agent and of the screen, the write is refused';
    });
  }
}

/** That there is something on a picture: a page may believe that it paints while the glass is black. */
function seen(picture: Buffer): string {
  const { width, height, data } = PNG.sync.read(picture);
  const colours = new Set<number>();
  for (let at = 0; at + 4 <= data.length && colours.size < 1_000; at += 4) colours.add(data.readUInt32BE(at) >>> 8);
  if (colours.size < FEWEST_COLOURS) throw new Error(`${width} × ${height}, but of ${colours.size} colours: nothing is on it`);
  return `${width} × ${height}, ${picture.length} bytes`;
}
const FEWEST_COLOURS = 50;
