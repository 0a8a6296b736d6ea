import { execFile } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunningCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { runCommand } from '../../tools/release/commands.ts';

const program = fileURLToPath(import.meta.resolve('@concierge/cloud-server/manage-releases.ts'));

/** Whoever makes releases and sends them out, with the very tools. All lies below one folder. */
export interface ReleaseDesk {
  /** The first root statement, as devices are built with it. */
  readonly rootFile: string;
  /** Where packed and signed releases lie before they are published. */
  readonly out: string;
  /** Packs and signs `folder` as a release for this machine's kind. */
  make(sequence: number, folder: string, entry: string): Promise<void>;
  publish(sequence: number): Promise<void>;
  /** Runs the operator's program; returns what it printed as JSON. Throws when it is not content. */
  operate(...argv: readonly string[]): Promise<unknown>;
}

export const thisKind = `${process.arch === 'arm64' ? 'arm64' : 'x64'}/chromium`;

/** `servedFolder` is where the cloud looks for releases. */
export async function openReleaseDesk(folder: string, running: RunningCloud, servedFolder: string): Promise<ReleaseDesk> {
  const at = (name: string): string => join(folder, name);
  const rootFile = at('root.json');
  const out = at('out');
  await mkdir(out, { recursive: true });
  await tool('new-key', '--role', 'root', '--out', at('root-key'));
  await tool('new-key', '--role', 'timestamp', '--out', at('timestamp-key'));
  const keys = ['--root-key', at('root-key.pub'), '--timestamp-key', at('timestamp-key.pub')];
  await tool('root', '--version', '1', ...keys, '--out', rootFile);

  async function operate(...argv: readonly string[]): Promise<unknown> {
    const env = { ...process.env, DATABASE_URL: running.ownerUrl, DATABASE_OWNER_URL: running.ownerUrl, RELEASES_DIR: servedFolder };
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...argv, '--json'], { env });
    return JSON.parse(stdout);
  }

  return {
    rootFile,
    out,
    async make(sequence, from, entry) {
      await tool(
        'build',
        '--version',
        `0.${sequence}.0`,
        '--sequence',
        String(sequence),
        '--entry',
        entry,
        '--folder',
        `${thisKind}=${from}`,
        '--out',
        out,
      );
      const release = join(out, String(sequence));
      await tool('sign', '--manifest', join(release, 'manifest.json'), '--key', at('root-key'), '--out', join(release, 'manifest.jws'));
      const stamp = ['--manifest', join(release, 'manifest.jws'), '--root', rootFile, '--key', at('timestamp-key')];
      await tool('timestamp', ...stamp, '--out', join(release, 'timestamp.new'));
      await rename(join(release, 'timestamp.new'), join(release, 'timestamp.jws'));
    },
    async publish(sequence) {
      await operate('publish', '--sequence', String(sequence), '--from', out, '--root', rootFile);
    },
    operate,
  };
}

async function tool(...argv: readonly string[]): Promise<void> {
  const complaints: string[] = [];
  const code = await runCommand(
    argv,
    () => undefined,
    (line) => void complaints.push(line),
  );
  if (code !== 0) throw new Error(complaints.join('\n'));
}
