import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from './machine.ts';

const NAME = 'nc-appliance';
/** How systemd-nspawn says that the system inside wants to be started anew. */
const REBOOT_EXIT_CODE = 133;
/** As firmware-config/files/etc/sysusers.d says. */
const AGENT = 961;
const MOST_LINES = 20_000;

/**
 * The tree as a container with an init of its own: systemd, every unit with its walls, the firewall in its own network, at this machine's speed. It has no kernel, no initramfs and no
 * display of its own; the compositor draws into memory. What a container lacks (udev, a clock it may set) its units leave out by themselves.
 */
export function createContainerMachine(options: { tree: string; folder: string; bridge: string }): Machine {
  const { tree, folder, bridge } = options;
  const at = (name: string): string => join(folder, name);
  for (const name of ['boot', 'state', 'state/identity', 'cache', 'release']) mkdirSync(at(name), { recursive: true });
  const serial = 'CONTAINER-0001';
  // It has no board; what an earlier start would have noted stands for it.
  writeFileSync(at('state/identity/serial'), serial, { mode: 0o600 });
  chownSync(at('state/identity/serial'), AGENT, AGENT);
  const lines: string[] = [];
  let starts = 0;
  let child: ChildProcess | null = null;
  let on = false;

  function start(): void {
    on = true;
    starts += 1;
    const started = spawn(
      'systemd-nspawn',
      [
        '--quiet',
        `--directory=${tree}`,
        `--machine=${NAME}`,
        '--boot',
        '--volatile=overlay',
        '--keep-unit',
        '--register=no',
        `--network-bridge=${bridge}`,
        '--resolv-conf=off',
        '--timezone=off',
        '--link-journal=no',
        '--console=read-only',
        `--bind=${at('boot')}:/boot/firmware`,
        ...['state', 'cache', 'release'].map((name) => `--bind=${at(name)}:/var/lib/new-concierge/${name}`),
        'systemd.journald.forward_to_console=1',
        'systemd.journald.max_level_console=info',
        'systemd.setenv=WLR_BACKENDS=headless',
        // The connectors in /sys are this machine's, and what is plugged into them is none of the compositor's.
        'systemd.setenv=CONNECTORS=/nowhere',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    for (const stream of [started.stdout, started.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        lines.splice(0, Math.max(0, lines.length - MOST_LINES));
      });
    started.once('exit', (code) => {
      if (child !== started) return;
      child = null;
      lines.push(`[${NAME} ended with ${code}]`);
      if (on && code === REBOOT_EXIT_CODE) start();
      else on = false;
    });
  }

  /** The init inside, whose end is the end of all of it. */
  function leader(): number | null {
    const parent = child?.pid;
    if (parent === undefined) return null;
    const [first] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
    return first === undefined || first === '' ? null : Number(first);
  }

  async function cutPower(): Promise<void> {
    on = false;
    const [init, outer] = [leader(), child];
    if (init !== null) process.kill(init, 'SIGKILL');
    for (let waited = 0; outer !== null && outer.exitCode === null && outer.signalCode === null && waited < 100; waited += 1)
      await sleep(50);
    outer?.kill('SIGKILL');
  }

  return {
    kind: 'container',
    about: 'systemd-nspawn on this machine, without a kernel of its own; the compositor draws into memory',
    serial,
    async writeOnBoot(name, text) {
      writeFileSync(join(at('boot'), name), text, { mode: 0o600 });
    },
    namesOnBoot: async () => readdirSync(at('boot')),
    start,
    starts: () => starts,
    lines: () => lines,
    cutPower,
    async glass() {
      return false;
    },
    inside: (...command) =>
      new Promise((resolve) => {
        const init = leader();
        if (init === null) return resolve({ code: 255, output: 'it is off' });
        const enter = ['--target', String(init), '--mount', '--uts', '--ipc', '--net', '--pid', '--', ...command];
        execFile('nsenter', enter, { timeout: 60_000, maxBuffer: 8 * 1_048_576 }, (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
          resolve({ code, output: `${stdout}${stderr}` });
        });
      }),
    rootFingerprint: async () => null,
    dispose: cutPower,
  };
}
