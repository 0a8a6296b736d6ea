import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyring } from '#platform/keys/keyring.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concierge-keys-'));
  await openKeyring(folder, { create: true, brokerHosts: ['localhost'] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Each run is a process of its own, which takes its time on a busy machine.
describe('change-signing-key', { timeout: 30_000 }, () => {
  it('goes step by step, says where it stands, and refuses what is out of turn', async () => {
    const before = await run('status');
    expect(before).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^in use: (sign-\w+)\nnext: none\n.*\1 \(version 1\)\n$/) });
    expect(await run('use')).toEqual({ exitCode: 65, output: expect.stringContaining('Begin with "announce"') });
    expect(await run('announce')).toMatchObject({ exitCode: 0, output: expect.stringContaining('(version 2)') });
    expect(await run('use')).toEqual({ exitCode: 65, output: expect.stringContaining('--at-once') });
    expect(await run('use', '--at-once')).toMatchObject({ exitCode: 0, output: expect.stringContaining('next: none') });
    expect(await run('retire')).toMatchObject({ exitCode: 0, output: expect.stringContaining('(version 3)') });
    await openKeyring(folder, { create: false, brokerHosts: [] });
  });

  it.each([[[]], [['renew']], [['announce', '--at-once']], [['use', '--now']]])('explains itself when it is asked %j', async (asked) => {
    expect(await run(...asked)).toEqual({ exitCode: 64, output: expect.stringContaining('announce') });
  });

  it('names the missing ring and changes nothing', async () => {
    expect(await run('announce', { CONCIERGE_KEYS: join(folder, 'elsewhere') })).toEqual({
      exitCode: 1,
      output: expect.stringContaining('signing-key.json'),
    });
  });
});

function run(...asked: readonly (string | Readonly<Record<string, string>>)[]): Promise<{ exitCode: number; output: string }> {
  const words = asked.filter((one) => typeof one === 'string');
  const environment = Object.assign({}, ...asked.filter((one) => typeof one !== 'string'));
  return new Promise((settle) => {
    const child = execFile(
      process.execPath,
      [join(import.meta.dirname, 'change-signing-key.ts'), ...words],
      { env: { PATH: process.env['PATH'], CONCIERGE_MODE: 'demo', CONCIERGE_KEYS: folder, ...environment } },
      (_error, stdout, stderr) => settle({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
