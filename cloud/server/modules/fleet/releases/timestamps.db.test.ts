import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicSigningKey } from '@concierge/contract/keys.ts';
import { openReleaseStatement } from '@concierge/contract/release/signed-release.ts';
import { pinnedKeys } from '@concierge/contract/signed-claims.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type RunningCloud, runCloud } from '../../../testing/running-cloud.ts';
import { defaultPlan } from './plan.ts';
import { createTimestamps, readTimestampKey } from './timestamps.ts';

let folder: string;
let running: RunningCloud;
const sha256 = 'ab'.repeat(32);

/** A key file as tools/release makes it, and its public half. */
function aKey(role: 'root' | 'timestamp', name: string) {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const key = PublicSigningKey.parse({ kty, crv, x, kid: `release-${role}-${name}` });
  writeFileSync(join(folder, name), JSON.stringify({ ...key, d, role }), { mode: 0o600 });
  return { path: join(folder, name), key };
}

let online: ReturnType<typeof aKey>;
let rootKey: ReturnType<typeof aKey>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'release-timestamps-'));
  [online, rootKey] = [aKey('timestamp', 'online'), aKey('root', 'offline')];
  writeFileSync(
    join(folder, 'root.json'),
    JSON.stringify({
      kind: 'release-root',
      version: 1,
      issuedAt: '2026-01-01T00:00:00.000Z',
      rootKeys: [rootKey.key],
      threshold: 1,
      timestampKeys: [online.key],
    }),
  );
  mkdirSync(join(folder, 'served/7'), { recursive: true });
  writeFileSync(join(folder, 'served/7/timestamp.jws'), 'as it was published');
  running = await runCloud({ environment: { RELEASES_DIR: join(folder, 'served') } });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await running.owner.query('delete from rollout');
  await running.owner.query('delete from release');
  await running.owner.query("delete from release_note where what = 'timestamp'");
});

async function publish(sequence: number, endsIn: string): Promise<void> {
  await running.owner.query(
    `insert into release (sequence, version, manifest_sha256, targets, earliest_sequence, timestamp_expires_at)
     values ($1, '0.7.0', $2, '[]', 0, now() + $3::interval)`,
    [sequence, sha256, endsIn],
  );
}
const begin = (sequence: number, state: string) =>
  running.owner.query('insert into rollout (sequence, plan, state) values ($1, $2, $3)', [
    sequence,
    JSON.stringify({ ...defaultPlan, rings: [] }),
    state,
  ]);
const replica = async (keyFile = online.path) =>
  createTimestamps({
    database: running.cloud.database,
    signing: { key: await readTimestampKey(keyFile), rootFile: join(folder, 'root.json') },
    folder: join(folder, 'served'),
    logger: pino({ level: 'silent' }),
  });
const served = async (sequence: number): Promise<string> =>
  (await fetch(new URL(`/releases/${sequence}/timestamp.jws`, running.cloud.url))).text();
const renewed = async () => (await running.owner.query("select from release_note where what = 'timestamp'")).rowCount;

it('renews what is on offer a day before its end, once however many replicas do it, and serves it in place of the file', async () => {
  await publish(7, '20 hours');
  await begin(7, 'running');
  expect(await served(7)).toBe('as it was published');
  const replicas = await Promise.all([replica(), replica(), replica()]);
  await Promise.all(replicas.map((each) => each.renew()));
  await replicas[0].renew();
  expect(await renewed()).toBe(1);
  const opened = await openReleaseStatement('timestamp', await served(7), await pinnedKeys([online.key]));
  expect(opened).toMatchObject({ ok: true, value: { sequence: 7, manifestSha256: sha256 } });
  const leftMs = opened.ok ? Date.parse(opened.value.expiresAt) - Date.now() : 0;
  expect(leftMs / 3_600_000).toBeGreaterThan(47);
  expect(leftMs / 3_600_000).toBeLessThanOrEqual(48.1);
  const { rows } = await running.owner.query<{ at: Date }>('select timestamp_expires_at as at from release');
  expect(rows[0]?.at.getTime()).toBe(opened.ok ? Date.parse(opened.value.expiresAt) : null);
});

it('renews one that has run out while the cloud was away, and one that is published and not yet rolled out', async () => {
  await publish(7, '-3 days');
  await begin(7, 'paused');
  await publish(9, '1 hour');
  await (await replica()).renew();
  expect(await renewed()).toBe(2);
});

it('leaves alone what has time, what was stopped, and what another release has replaced', async () => {
  await publish(6, '1 hour');
  await begin(6, 'ended');
  await publish(7, '1 hour');
  await begin(7, 'aborted');
  await publish(8, '30 hours');
  await (await replica()).renew();
  expect(await renewed()).toBe(0);
});

it('signs nothing that devices would not believe: a key that the root does not name, or whose number another key stole', async () => {
  await publish(7, '1 hour');
  const stranger = aKey('timestamp', 'stranger');
  const thief = aKey('timestamp', 'thief');
  writeFileSync(thief.path, JSON.stringify({ ...JSON.parse(readFileSync(thief.path, 'utf8')), kid: online.key.kid }));
  for (const { path } of [stranger, thief]) await (await replica(path)).renew();
  expect(await renewed()).toBe(0);
  expect(await served(7)).toBe('as it was published');
});

it('takes no root key, and no file that is none', async () => {
  await expect(readTimestampKey(rootKey.path)).rejects.toThrow(/is a root key/);
  await expect(readTimestampKey(join(folder, 'root.json'))).rejects.toThrow(/holds no key/);
});

it('gives the application no other way to the releases', async () => {
  const { database } = running.cloud;
  await expect(database.directory('select timestamp_jws from release')).rejects.toThrow(/permission denied/);
  await publish(7, '1 hour');
  const { rows } = await running.owner.query<{ at: Date }>('select timestamp_expires_at as at from release');
  const renew = (manifest: string, endedAt: Date | undefined, endsAt: Date) =>
    database.directory<{ kept: boolean }>('select renew_release_timestamp(7, $1, $2, $3, $4) as kept', [
      manifest,
      endedAt,
      randomUUID(),
      endsAt,
    ]);
  const later = new Date(Date.now() + 7_200_000);
  expect(await renew('cd'.repeat(32), rows[0]?.at, later)).toEqual([{ kept: false }]);
  expect(await renew(sha256, new Date(0), later)).toEqual([{ kept: false }]);
  expect(await renew(sha256, rows[0]?.at, new Date(0))).toEqual([{ kept: false }]);
});
