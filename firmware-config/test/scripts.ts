import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { firmware } from './manifest.ts';

/** Runs the appliance's scripts as they are, with stand-ins for the programs that would touch this machine. */

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

export function script(name: string): string {
  return join(firmware, 'files/usr/lib/new-concierge', name);
}

export function emptyFolder(below = tmpdir()): string {
  const folder = mkdtempSync(join(below, 'concierge-firmware-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Stand-ins that write down how they were called; `body` is what else they do. */
export function standIns(bodies: Readonly<Record<string, string>>): { readonly path: string; calls(): readonly string[] } {
  const folder = emptyFolder();
  const log = join(folder, 'calls');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(log, '');
  for (const [name, body] of Object.entries(bodies)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho "${name} $*" >>'${log}'\n${body}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  return {
    path: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    calls: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
  };
}

export function run(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(script(name), args, { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 20_000 });
  return { exitCode: status, output: `${stdout}${stderr}` };
}

export function start(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly ended: Promise<Ended>; kill(signal: NodeJS.Signals): void } {
  const child = spawn(script(name), args, { env: { ...process.env, ...env }, detached: true });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const { pid } = child;
  // As systemd would end it: nothing of it outlives a test, neither its own group nor the groups of what it started.
  onTestFinished(() => {
    if (pid === undefined) return;
    for (const group of [pid, ...childrenOf(pid)]) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It has ended, or is in the first group.
      }
    }
  });
  return {
    ended: new Promise((resolve) => child.once('exit', (exitCode) => resolve({ exitCode, output }))),
    kill: (signal) => void child.kill(signal),
  };
}

function childrenOf(pid: number): readonly number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? (readFileSync(list, 'utf8').match(/\d+/g) ?? []).map(Number) : [];
}
