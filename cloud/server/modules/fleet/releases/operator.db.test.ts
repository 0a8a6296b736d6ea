import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../../testing/running-cloud.ts';
import { defaultPlan } from './plan.ts';
import type { RolloutPlan } from './rollout-rules.ts';

const program = fileURLToPath(new URL('../../../manage-releases.ts', import.meta.url));
let running: RunningCloud;
let tenant: PlantedTenant;

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  await running.owner.query(
    `insert into release (sequence, version, manifest_sha256, targets, earliest_sequence, timestamp_expires_at)
     values (7, '0.7.0', repeat('0', 64), '[{"arch":"arm64","shell":"chromium","bytes":1000,"unpackedBytes":2000}]', 0, now() + interval '1 day')`,
  );
});
afterAll(async () => running.stop());
beforeEach(async () => {
  await running.owner.query('delete from rollout');
});

const operate = (...argv: string[]) => {
  const env = { ...process.env, DATABASE_URL: running.ownerUrl, DATABASE_OWNER_URL: running.ownerUrl };
  return promisify(execFile)(process.execPath, [program, ...argv], { env }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
};

it('tries without doing, starts, pauses, goes on, stops, and notes who did it', async () => {
  expect(await operate('rollout', 'start', '--sequence', '7', '--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Would be: Rollout .* begins with ring lab\.\n$/),
  });
  expect((await running.owner.query('select from rollout')).rowCount).toBe(0);
  expect(await operate('rollout', 'start', '--sequence', '9')).toMatchObject({ code: 65, stderr: 'Release 9 is not published.\n' });
  expect(
    await operate('rollout', 'start', '--sequence', '7', '--quiet', '23:00-04:30', '--abort-share', '2.5%', '--silent-after', '2d'),
  ).toMatchObject({ code: 0 });
  const { rows } = await running.owner.query<{ plan: RolloutPlan }>('select plan from rollout');
  expect(rows[0]?.plan).toMatchObject({
    quiet: { from: '23:00', until: '04:30' },
    abort: { share: 0.025, least: 3 },
    silentAfterSeconds: 172_800,
  });
  expect(await operate('rollout', 'start', '--sequence', '7')).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('Another rollout goes on'),
  });
  expect((await operate('rollout', 'pause')).code).toBe(0);
  expect((await operate('rollout', 'pause')).code).toBe(65);
  expect((await operate('rollout', 'resume')).code).toBe(0);
  expect(await operate('rollout', 'abort', '--reason', 'a colour was wrong')).toMatchObject({ code: 0 });
  expect(JSON.parse((await operate('rollout', 'status', '--json')).stdout)).toMatchObject({
    state: 'aborted',
    reason: 'a colour was wrong',
    sequence: 7,
  });
  const notes = await running.owner.query<{ what: string; by: string }>(
    // The engine's own looks come in between once a minute.
    "select what, noted_by as by from release_note where what <> 'rollout-advance' order by id desc limit 4",
  );
  expect(notes.rows.map(({ what }) => what)).toEqual(['rollout-abort', 'rollout-resume', 'rollout-pause', 'rollout-start']);
  expect(notes.rows[0]?.by).toMatch(/^operator \S/);
}, 60_000);

it('starts the next in place of one that has settled', async () => {
  const plan = { ...defaultPlan, rings: [{ ring: 0, name: 'all', share: 10_000, soakSeconds: 0 }] };
  await running.owner.query('insert into rollout (sequence, plan) values (7, $1)', [JSON.stringify(plan)]);
  await running.owner.query('update rollout set settled_at = now()');
  expect((await operate('rollout', 'start', '--sequence', '7')).code).toBe(0);
  expect((await running.owner.query('select state from rollout order by started_at')).rows).toEqual([
    { state: 'ended' },
    { state: 'running' },
  ]);
});

it('goes on after a pause of days without taking those that had an offer for silent', async () => {
  const plan = { ...defaultPlan, rings: [{ ring: 0, name: 'all', share: 10_000, soakSeconds: 0 }] };
  const { rows } = await running.owner.query<{ id: string }>(
    "insert into rollout (sequence, plan, state) values (7, $1, 'paused') returning id",
    [JSON.stringify(plan)],
  );
  await running.owner.query(
    `insert into device_release (tenant_id, device_id, rollout_id, sequence, state, state_since) values ($1, $2, $3, 7, 'offered', now() - interval '3 days')
     on conflict (tenant_id, device_id) do update set rollout_id = excluded.rollout_id, sequence = 7, state = 'offered', state_since = excluded.state_since`,
    [tenant.tenantId, tenant.deviceId, rows[0]?.id],
  );
  await running.owner.query(
    `update device set reported = coalesce(reported, '{}') || '{"release":{"running":{"sequence":6,"version":"0.6.0"}}}' where id = $1`,
    [tenant.deviceId],
  );
  const counts = async () => (await running.owner.query('select downloading, silent from rollout_counts($1)', [rows[0]?.id])).rows;
  expect(await counts()).toEqual([{ downloading: 0, silent: 1 }]);
  expect((await operate('rollout', 'resume')).code).toBe(0);
  expect(await counts()).toEqual([{ downloading: 1, silent: 0 }]);
});

it('publishes no number below one that is published, and says so before it reads a file', async () => {
  const publish = (sequence: string) => operate('publish', '--sequence', sequence, '--from', 'nowhere', '--root', 'nowhere.json');
  expect(await publish('6')).toEqual({
    code: 65,
    stdout: '',
    stderr: 'Release 7 is published, and devices that run it refuse a lower number. Build this one again as 8 or higher.\n',
  });
  for (const number of ['7', '8'])
    expect(await publish(number)).toMatchObject({ code: 65, stderr: expect.stringContaining('nowhere.json') });
});

it('keeps rings that no plan allows out, and pins only what is there', async () => {
  expect(await operate('ring', 'set', '--ring', '0', '--name', 'lab', '--share', '60%', '--soak', '1h')).toMatchObject({ code: 65 });
  expect(await operate('ring', 'pin', '--device', randomUUID(), '--ring', '0')).toMatchObject({ code: 65 });
  const id = tenant.deviceId;
  expect(await operate('ring', 'pin', '--device', id, '--ring', '7')).toMatchObject({ code: 65 });
  expect(await operate('ring', 'pin', '--device', id, '--ring', '0', '--json')).toMatchObject({
    code: 0,
    stdout: `{"device":"${id}","ring":0}\n`,
  });
  const pinned = async () =>
    (await running.owner.query<{ ring: number | null }>('select pinned_ring as ring from device_release where device_id = $1', [id]))
      .rows[0]?.ring;
  expect(await pinned()).toBe(0);
  expect(await operate('ring', 'unpin', '--device', id)).toMatchObject({ code: 0 });
  expect(await pinned()).toBeNull();
});

describe('while devices have answered', { timeout: 60_000 }, () => {
  const plan = { ...defaultPlan, rings: [{ ring: 0, name: 'lab', share: 10_000, soakSeconds: 0 }], abort: { share: 1, least: 99 } };
  const failed = async (reason: string, retryCount = 0): Promise<void> => {
    await running.owner.query("insert into rollout (sequence, plan, state) values (7, $1, 'paused')", [JSON.stringify(plan)]);
    await running.owner.query('delete from device_release_event');
    await running.owner.query(
      `insert into device_release (tenant_id, device_id, rollout_id, sequence, state, reason, retried_rollout_id, retry_count)
       select $1, $2, id, 7, 'failed', $3, id, $4::int from rollout
       on conflict (tenant_id, device_id) do update set rollout_id = excluded.rollout_id, sequence = 7, state = 'failed', reason = $3, retried_rollout_id = excluded.retried_rollout_id, retry_count = $4::int`,
      [tenant.tenantId, tenant.deviceId, reason, retryCount],
    );
    await running.owner.query(
      `update device set reported = coalesce(reported, '{}') || '{"release":{"running":{"sequence":6,"version":"0.6.0"}}}' where id = $1`,
      [tenant.deviceId],
    );
  };

  it('shows a table by ring and by reason, and the same for programs', async () => {
    await failed('disk-full');
    const { stdout } = await operate('status');
    const lines = stdout.split('\n');
    const header = lines.find((line) => line.startsWith('RING')) ?? '';
    const ring = lines.find((line) => line.startsWith('0 lab')) ?? '';
    // A number stands under the end of its column's name.
    expect(ring.slice(0, header.indexOf('FAILED') + 6).trimEnd()).toMatch(/1$/);
    expect(stdout).toMatch(/DEVICES +STATE +REASON\n +1 +failed +disk-full/);
    expect(JSON.parse((await operate('status', '--json')).stdout)).toMatchObject({ rings: [{ ring: 0, name: 'lab', failed: 1 }] });
  });

  it('lets them be asked again: tried first, once, noted, and not without end', async () => {
    await failed('disk-full');
    expect(await operate('retry', '--failed-with', 'disk-full', '--dry-run')).toMatchObject({
      code: 0,
      stdout: 'Would be: One device is asked again when the engine looks next.\n',
    });
    const state = async () =>
      (await running.owner.query<{ state: string | null }>('select state from device_release where device_id = $1', [tenant.deviceId]))
        .rows[0]?.state;
    expect(await state()).toBe('failed');
    expect((await operate('retry', '--failed-with', 'cloud-not-reached')).code).toBe(65);
    expect((await operate('retry', '--device', tenant.deviceId)).code).toBe(0);
    expect(await state()).toBeNull();
    expect((await operate('retry', '--device', tenant.deviceId)).code).toBe(65);
    expect((await running.owner.query("select from device_release_event where what = 'retried' and by_user is null")).rowCount).toBe(1);
    expect((await running.owner.query("select from release_note where what = 'retry'")).rowCount).toBe(1);
    await running.owner.query('delete from rollout');
    await failed('disk-full', 3);
    expect((await operate('retry', '--failed-with', 'disk-full')).code).toBe(65);
    expect(await operate('retry', '--failed-with', 'nothing-painted')).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('do not try'),
    });
  });
});

it.each([
  [['retry'], 64],
  [['retry', '--device', 'x', '--failed-with', 'disk-full'], 64],
  [['rollout', 'begin'], 64],
  [['rollout', 'start', '--sequence', 'seven'], 64],
  [['rollout', 'start', '--sequence', '7', '--quiet', 'night'], 64],
  [['rollout', 'start', '--sequence', '7', '--quiet', '25:00-26:00'], 65],
  [['rollout', 'start', '--sequence', '7', '--abort-share', '5'], 64],
  [['publish', '--sequence', '7'], 64],
  [['rollout', 'status', '--verbose'], 64],
])('says what it does not understand: %j', async (argv, code) => {
  expect((await operate(...argv)).code).toBe(code);
});
