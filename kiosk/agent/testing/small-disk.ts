import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A disk that a test can fill, by means of the kernel's own refusals.
 *
 * `tmpfs`: a file system of two megabytes in a mount namespace that is gone with its holder. Every write past the end fails with ENOSPC. An
 * ordinary user may make one where user namespaces are allowed; some containers allow neither.
 * `file size`: a limit on the size of any file that the agent writes (RLIMIT_FSIZE), which fails with EFBIG. Anybody may do that.
 */
export interface SmallDisk {
  readonly path: string;
  /** The command line that runs a program on this disk. */
  command(program: readonly string[]): readonly [string, ...string[]];
  /** Nothing more can be written. `running` is the agent, if one runs. */
  fill(running: ChildProcess | null): void;
  free(running: ChildProcess | null): void;
  /** What lies at the top of the disk. */
  names(): string[];
  stop(): Promise<void>;
}

export interface KindOfDisk {
  readonly name: string;
  readonly available: boolean;
  create(folder: string): Promise<SmallDisk>;
}

export const kindsOfDisk: readonly KindOfDisk[] = [
  { name: 'a small tmpfs', available: mayMount(), create: createTmpfs },
  { name: 'a limit on file sizes', available: process.platform === 'linux', create: createFileSizeLimit },
];

function mayMount(): boolean {
  return spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k tmpfs /tmp']).status === 0;
}

async function createTmpfs(folder: string): Promise<TmpfsDisk> {
  const path = join(folder, 'disk');
  mkdirSync(path);
  // The holder ends with this process, whatever happens to it: `cat` waits for the end of its input.
  const holder = spawn('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=2m tmpfs "$0" && echo mounted && exec cat', path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  // The same folder as seen from inside.
  const inside = join(`/proc/${holder.pid}/root`, path);
  const command = (program: readonly string[]): readonly [string, ...string[]] => [
    'nsenter',
    '-t',
    String(holder.pid),
    '-U',
    '-m',
    '--preserve-credentials',
    '--',
    ...program,
  ];
  return {
    path,
    command,
    fill() {
      const filler = openSync(join(inside, 'filler'), 'a');
      const block = Buffer.alloc(512);
      try {
        for (;;) writeSync(filler, block);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(filler);
      }
    },
    free: () => rmSync(join(inside, 'filler'), { force: true }),
    names: () => readdirSync(inside),
    remount(options) {
      const [program, ...rest] = command(['mount', '-o', `remount,${options}`, path]);
      const { status, stderr } = spawnSync(program, rest);
      if (status !== 0) throw new Error(`remount failed: ${stderr.toString()}`);
    },
    async stop() {
      holder.stdin.end();
      await once(holder, 'exit');
    },
  };
}

export interface TmpfsDisk extends SmallDisk {
  /** As a card that fails: `ro` and `rw`. */
  remount(options: 'ro' | 'rw'): void;
}

export const tmpfsAvailable = kindsOfDisk[0]?.available === true;
export { createTmpfs };

function createFileSizeLimit(folder: string): Promise<SmallDisk> {
  const path = join(folder, 'disk');
  mkdirSync(path);
  let limit = 'unlimited';
  function setLimit(bytes: string, running: ChildProcess | null): void {
    limit = bytes;
    if (running?.pid === undefined) return;
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(running.pid), `--fsize=${bytes}:unlimited`]);
    if (status !== 0) throw new Error(`prlimit failed: ${stderr.toString()}`);
  }
  return Promise.resolve({
    path,
    command: (program) => ['prlimit', `--fsize=${limit}:unlimited`, '--', ...program],
    fill: (running) => setLimit('0', running),
    free: (running) => setLimit('unlimited', running),
    names: () => readdirSync(path),
    stop: () => Promise.resolve(),
  });
}
