import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, createReadStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Machine } from './machine.ts';
import { run } from './programs.ts';

/** As `firmware-config/disk` lays them. */
const BOOT_AT = 1_048_576;
const ROOT = { at: 513 * 1_048_576, bytes: 3_072 * 1_048_576 };
const FIRMWARE = '/usr/share/OVMF/OVMF_CODE_4M.fd';
const FIRMWARE_MEMORY = '/usr/share/OVMF/OVMF_VARS_4M.fd';
const ENTRY = '/loader/entries/new-concierge.conf';

/**
 * The disk as a PC starts it: UEFI, systemd-boot, Debian's kernel, the initramfs, a graphics card. The one thing that is not as sold: the line on the boot partition also sends the journal to
 * the serial port, because there is no other way in to read it.
 */
export async function createQemuMachine(options: {
  disk: string;
  folder: string;
  bridge: string;
  accelerator: 'kvm' | 'tcg';
  memoryMb: number;
}): Promise<Machine> {
  const { folder, bridge, accelerator } = options;
  const at = (name: string): string => join(folder, name);
  const disk = at('disk.img');
  const serial = 'QEMU-0001';
  await run('cp', '--sparse=always', options.disk, disk);
  await run('cp', FIRMWARE_MEMORY, at('firmware'));
  const boot = ['-i', `${disk}@@${BOOT_AT}`];
  const entry = (await run('mtype', ...boot, `::${ENTRY}`)).replaceAll('\r', '');
  const told = 'console=ttyS0 plymouth.enable=0 systemd.journald.forward_to_console=1 systemd.journald.max_level_console=info';
  await writeOnBoot(
    ENTRY,
    entry.replace(/^options .*$/m, (line) => `${line} ${told}${accelerator === 'tcg' ? ' no_timer_check' : ''}`),
  );

  const lines: string[] = [];
  let child: ChildProcess | null = null;

  async function writeOnBoot(name: string, text: string): Promise<void> {
    writeFileSync(at('file'), text);
    await run('mcopy', ...boot, '-o', at('file'), `::${name.startsWith('/') ? name : `/${name}`}`);
    rmSync(at('file'));
  }

  function start(): void {
    const tap = `nctap${process.pid % 10_000}`;
    const started = spawn(
      'qemu-system-x86_64',
      [
        '-machine',
        'q35',
        '-accel',
        accelerator === 'kvm' ? 'kvm' : 'tcg,thread=single,tb-size=512',
        '-cpu',
        accelerator === 'kvm' ? 'host' : 'max',
        // Emulated, its time is counted in instructions: a busy machine makes it slow, and not late by its own clock, which would starve its watchdogs.
        ...(accelerator === 'kvm' ? ['-smp', '2'] : ['-smp', '1', '-icount', 'shift=0,sleep=on']),
        '-m',
        String(options.memoryMb),
        '-smbios',
        `type=1,serial=${serial}`,
        '-drive',
        `if=pflash,format=raw,readonly=on,file=${FIRMWARE}`,
        '-drive',
        `if=pflash,format=raw,file=${at('firmware')}`,
        '-drive',
        `file=${disk},format=raw,if=virtio`,
        '-device',
        'virtio-vga,xres=1080,yres=1920',
        '-display',
        'none',
        '-netdev',
        `tap,id=cable,ifname=${tap},script=no,downscript=no`,
        '-device',
        'virtio-net-pci,netdev=cable',
        '-device',
        'qemu-xhci',
        '-device',
        'i6300esb',
        '-serial',
        'stdio',
        '-qmp',
        `unix:${at('qmp')},server=on,wait=off`,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    for (const stream of [started.stdout, started.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        appendFileSync(at('serial.log'), `${line}\n`);
      });
    setTimeout(
      () => void run('ip', 'link', 'set', tap, 'master', bridge, 'up').catch((error: unknown) => lines.push(String(error))),
      1_000,
    );
  }

  async function cutPower(): Promise<void> {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  }

  return {
    kind: 'qemu',
    about: `qemu with ${accelerator === 'kvm' ? '2 processors (KVM)' : 'one emulated processor whose time is counted in instructions (TCG), so that its seconds mean nothing'}, ${options.memoryMb} MB: UEFI, Debian's kernel, a 1080 × 1920 display`,
    serial,
    writeOnBoot,
    namesOnBoot: async () => (await run('mdir', '-b', ...boot, '::/')).split('\n').map((line) => line.replace('::/', '')),
    start,
    // The kernel tells its version once in each start.
    starts: () => lines.filter((line) => /Linux version \d|EFI stub: Loaded initrd/.test(line)).length,
    lines: () => lines,
    cutPower,
    async glass(path) {
      await ask(at('qmp'), { execute: 'screendump', arguments: { filename: path, format: 'png' } });
      return existsSync(path) && readFileSync(path).length > 0;
    },
    inside: null,
    rootFingerprint: () =>
      new Promise((resolve, reject) => {
        const hash = createHash('sha256');
        createReadStream(disk, { start: ROOT.at, end: ROOT.at + ROOT.bytes - 1, highWaterMark: 1_048_576 })
          .on('data', (chunk) => hash.update(chunk))
          .on('error', reject)
          .on('end', () => resolve(hash.digest('hex')));
      }),
    async dispose() {
      await cutPower();
      rmSync(disk, { force: true });
    },
  };
}

/** One command over qemu's own protocol. */
function ask(socketPath: string, command: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const answers = createInterface({ input: socket });
    let answered = 0;
    answers.on('line', (line) => {
      if (!/^\{"(return|error|QMP)"/.test(line)) return;
      answered += 1;
      if (answered === 1) socket.write(`${JSON.stringify({ execute: 'qmp_capabilities' })}\n${JSON.stringify(command)}\n`);
      if (answered < 3) return;
      socket.end();
      if (line.startsWith('{"error"')) reject(new Error(line));
      else resolve();
    });
    socket.once('error', reject);
  });
}
