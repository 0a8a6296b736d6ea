import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RunningCloud, runCloud } from '@concierge/cloud-server/testing/running-cloud.ts';
import { ReleaseRoot } from '@concierge/contract/release/root.ts';
import { createPrivateDirectory } from '@concierge/kiosk-agent/device/private-directory.ts';
import { fetchOffer } from '@concierge/kiosk-agent/release/statements.ts';
import { createReleaseTrust } from '@concierge/kiosk-agent/release/trust.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../tools/release/commands.ts';
import { thisKind } from './release-desk.ts';

// The change of the root key as the runbook says it (docs/runbooks/releases.md, New keys): with the very tools, a cloud that serves what they make, and a device that fetches and judges it.

const program = fileURLToPath(import.meta.resolve('@concierge/cloud-server/manage-releases.ts'));
let folder: string;
let running: RunningCloud;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'release-rotation-'));
  mkdirSync(at('program'));
  mkdirSync(at('out/root'), { recursive: true });
  writeFileSync(at('program/main.mjs'), '');
  running = await runCloud({ environment: { RELEASES_DIR: at('served') } });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function tool(...argv: readonly string[]): Promise<{ code: number; complaint: string }> {
  let complaint = '';
  const code = await runCommand(
    argv,
    () => undefined,
    (line) => (complaint += line),
  );
  return { code, complaint };
}
const done = async (...argv: readonly string[]) => expect(await tool(...argv)).toEqual({ code: 0, complaint: '' });

const stamp = (sequence: number, ...roots: readonly string[]) =>
  tool(
    'timestamp',
    '--manifest',
    at(`out/${sequence}/manifest.jws`),
    '--root',
    at('root.json'),
    ...roots,
    '--key',
    at('timestamp-key'),
    '--out',
    at(`out/${sequence}/timestamp.jws`),
  );
const check = (sequence: number, ...roots: readonly string[]) =>
  tool(
    'check',
    '--root',
    at('root.json'),
    ...roots,
    '--manifest',
    at(`out/${sequence}/manifest.jws`),
    '--timestamp',
    at(`out/${sequence}/timestamp.jws`),
    '--bundles',
    at('out'),
  );
async function makeAndSign(sequence: number, key: string): Promise<void> {
  await done(
    'build',
    '--version',
    `0.${sequence}.0`,
    '--sequence',
    String(sequence),
    '--entry',
    'main.mjs',
    '--folder',
    `${thisKind}=${at('program')}`,
    '--out',
    at('out'),
  );
  await done('sign', '--manifest', at(`out/${sequence}/manifest.json`), '--key', at(key), '--out', at(`out/${sequence}/manifest.jws`));
}
async function publish(sequence: number): Promise<void> {
  const env = { ...process.env, DATABASE_URL: running.ownerUrl, DATABASE_OWNER_URL: running.ownerUrl, RELEASES_DIR: at('served') };
  const argv = ['publish', '--sequence', String(sequence), '--from', at('out'), '--root', at('root.json')];
  await promisify(execFile)(process.execPath, [program, ...argv], { env });
}
const aRoot = (version: number, named: readonly string[], signer?: string) =>
  done(
    'root',
    '--version',
    String(version),
    ...named.flatMap((key) => ['--root-key', at(`${key}.pub`)]),
    '--timestamp-key',
    at('timestamp-key.pub'),
    ...(signer === undefined ? [] : ['--key', at(signer)]),
    '--out',
    version === 1 ? at('root.json') : at(`out/root/${version}.jws`),
  );

/** What a device makes of a release that the cloud serves, and which root it follows then. */
async function judged(device: string, sequence: number): Promise<{ root: number; refused: string | null }> {
  mkdirSync(at(device), { recursive: true });
  const trust = createReleaseTrust(
    createPrivateDirectory(at(device)),
    ReleaseRoot.parse(JSON.parse(readFileSync(at('root.json'), 'utf8'))),
  );
  const from = new URL('releases/', running.cloud.url).href;
  const offer = await fetchOffer({ sequence, from }, trust.root().version, AbortSignal.timeout(10_000));
  if (!offer.ok) throw new Error(offer.error);
  const opened = await trust.open(offer.value, { nowMs: Date.now(), trusted: true });
  return { root: trust.root().version, refused: opened.ok ? null : opened.error };
}

it('goes from the old key to both to the new one, and a device follows all the way, also one that lay in a drawer', async () => {
  const roots = ['--roots', at('out/root')];
  for (const key of ['old-key', 'new-key']) await done('new-key', '--role', 'root', '--out', at(key));
  await done('new-key', '--role', 'timestamp', '--out', at('timestamp-key'));
  await aRoot(1, ['old-key']);
  await makeAndSign(1, 'old-key');
  expect(await stamp(1, ...roots)).toMatchObject({ code: 65, complaint: expect.stringContaining('2.jws is not there') });
  expect((await stamp(1)).code).toBe(0);
  await publish(1);
  expect(await judged('lobby', 1)).toEqual({ root: 1, refused: null });

  // Both keys count while release 1 is rolled out.
  await aRoot(2, ['old-key', 'new-key'], 'old-key');
  cpSync(at('out/root'), at('served/root'), { recursive: true });
  expect(await judged('lobby', 1)).toEqual({ root: 2, refused: null });
  expect((await stamp(1, ...roots)).code).toBe(0);

  await makeAndSign(2, 'new-key');
  expect(await stamp(2)).toEqual({ code: 65, complaint: 'The manifest is refused: unknown-key.' });
  expect((await stamp(2, ...roots)).code).toBe(0);
  expect(await check(2)).toEqual({ code: 65, complaint: 'A device would refuse this: unknown-key.' });
  expect((await check(2, ...roots)).code).toBe(0);
  await publish(2);
  expect(await judged('lobby', 2)).toEqual({ root: 2, refused: null });

  // Once release 1 has settled, the old key goes. What it signed is believed no more, so a rollout of it would stop.
  await aRoot(3, ['new-key'], 'new-key');
  cpSync(at('out/root'), at('served/root'), { recursive: true });
  expect(await judged('lobby', 2)).toEqual({ root: 3, refused: null });
  expect(await judged('drawer', 2)).toEqual({ root: 3, refused: null });
  expect(await judged('lobby', 1)).toEqual({ root: 3, refused: 'unknown-key' });
  expect(await stamp(1, ...roots)).toEqual({ code: 65, complaint: 'The manifest is refused: unknown-key.' });

  await makeAndSign(3, 'new-key');
  expect((await stamp(3, ...roots)).code).toBe(0);
  expect((await check(3, ...roots)).code).toBe(0);
  await publish(3);
  expect(await judged('drawer', 3)).toEqual({ root: 3, refused: null });

  // A root that the one before has not signed is said by the tools, as a device would.
  await aRoot(4, ['new-key'], 'old-key');
  expect(await stamp(3, ...roots)).toEqual({
    code: 65,
    complaint: 'A device would not follow the roots beyond version 3: unknown-key.',
  });
}, 60_000);
