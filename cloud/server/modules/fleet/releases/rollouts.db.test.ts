import { randomUUID } from 'node:crypto';
import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { aRelease, aReport } from '../../../testing/a-report.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../../testing/running-cloud.ts';
import { defaultPlan } from './plan.ts';
import type { RolloutPlan } from './rollout-rules.ts';
import { moveRollout } from './rollout-store.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let engine: Rollouts;
let other: Rollouts;

const plan: RolloutPlan = {
  ...defaultPlan,
  rings: [{ ring: 0, name: 'all', share: 10_000, soakSeconds: 0 }],
  abort: { share: 0.2, least: 2 },
  atOnce: 4,
  quiet: null,
};

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  const deps = { database: running.cloud.database, outbox: createOutbox({}), logger: pino({ level: 'silent' }) };
  engine = createRollouts(deps);
  other = createRollouts(deps);
  await running.owner.query(
    `insert into release (sequence, version, manifest_sha256, targets, earliest_sequence, timestamp_expires_at)
     values (7, '0.7.0', repeat('0', 64), '[{"arch":"arm64","shell":"chromium","bytes":1000,"unpackedBytes":2000}]', 0, now() + interval '1 day')`,
  );
});
afterAll(async () => running.stop());
beforeEach(async () => {
  await running.owner.query('delete from device_release');
  await running.owner.query('delete from rollout');
  await running.owner.query('update device set revoked_at = now() where revoked_at is null');
});

const reported = (release: DeviceRelease | undefined, clock: Reported['clock'] = 'trusted'): Reported =>
  aReport({ clock, ...(release === undefined ? {} : { release }) });

async function aDevice(
  tenant: PlantedTenant,
  change: {
    say?: Partial<DeviceRelease> | null;
    clock?: Reported['clock'];
    online?: boolean;
    seenSecondsAgo?: number;
    leaving?: boolean;
  } = {},
): Promise<string> {
  const id = randomUUID();
  const say = change.say === null ? undefined : aRelease(change.say);
  await running.owner.query(
    `insert into device (tenant_id, id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display, reported, online, last_seen_at, leaving_at)
     values ($1, $2, $3, 'device', 'serial', 'fingerprint', now() + interval '1 day', '{"language":"el","widthMm":null}', $4, $5, now() - make_interval(secs => $6), $7)`,
    [
      tenant.tenantId,
      id,
      tenant.buildingId,
      JSON.stringify(reported(say, change.clock)),
      change.online ?? true,
      change.seenSecondsAgo ?? 0,
      change.leaving === true ? new Date() : null,
    ],
  );
  return id;
}
async function devices(count: number, change: Parameters<typeof aDevice>[1] = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) ids.push(await aDevice(at % 2 === 0 ? ours : theirs, change));
  return ids;
}

async function start(change: Partial<RolloutPlan> = {}): Promise<string> {
  const { rows } = await running.owner.query<{ id: string }>('insert into rollout (sequence, plan) values (7, $1) returning id', [
    JSON.stringify({ ...plan, ...change }),
  ]);
  return rows[0]?.id ?? '';
}

async function states(): Promise<Record<string, number>> {
  const { rows } = await running.owner.query<{ state: string; count: number }>(
    "select state || case when may_start then ' may start' else '' end || coalesce(' ' || reason, '') as state, count(*)::int from device_release group by 1 order by 1",
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function say(deviceId: string, release: Partial<DeviceRelease>): Promise<void> {
  const tenant = await running.owner.query<{ id: string; buildingId: string }>(
    'select tenant_id as id, building_id as "buildingId" from device where id = $1',
    [deviceId],
  );
  const { id: tenantId = '', buildingId = '' } = tenant.rows[0] ?? {};
  const whole = aRelease(release);
  await running.owner.query('update device set reported = $2 where id = $1', [deviceId, JSON.stringify(reported(whole))]);
  await running.cloud.database.transaction({ tenantId, sessionId: null }, (tx) => engine.heard(tx, { id: deviceId, buildingId }, whole));
}
const rollout = async () =>
  (
    await running.owner.query<{ state: string; ring: number; reason: string | null; settled: boolean }>(
      'select state, ring, reason, settled_at is not null as settled from rollout',
    )
  ).rows[0];
const later = async (seconds: number) =>
  running.owner.query('update device_release set state_since = state_since - make_interval(secs => $1)', [seconds]);

const wallClock = (timeZone: string, inMs: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(Date.now() + inMs);

describe('an offer', () => {
  it('goes to so many at once, across tenants', async () => {
    await devices(7);
    await start();
    await engine.look();
    expect(await states()).toEqual({ offered: 4 });
    await engine.look();
    expect(await states()).toEqual({ offered: 4 });
  });

  it('is not made to those who cannot take it, and says why', async () => {
    await aDevice(ours, { clock: 'estimated' });
    await aDevice(ours, { say: { freeMebibytes: 0 } });
    await aDevice(ours, { say: { onTrial: true } });
    await aDevice(ours, { say: { arch: 'x64' } });
    await aDevice(ours, { say: { rolledBack: { sequence: 7, reason: 'nothing-painted' } } });
    // Not even looked at: away, silent for hours, leaving, of before there were releases, with a later one.
    await aDevice(ours, { online: false });
    await aDevice(ours, { seenSecondsAgo: 4_000 });
    await aDevice(ours, { leaving: true });
    await aDevice(ours, { say: null });
    await aDevice(ours, { say: { running: { sequence: 8, version: '0.8.0' } } });
    await start();
    await engine.look();
    expect(await states()).toEqual({
      'passed-over clock-not-trusted': 1,
      'passed-over failed-before': 1,
      'passed-over no-room': 1,
      'passed-over on-trial': 1,
      'passed-over other-kind': 1,
    });
  });

  it('is made a while later to those who can then, and does not wait behind those who cannot', async () => {
    const blocked = await devices(6, { clock: 'unknown' });
    await start();
    await engine.look();
    await aDevice(theirs);
    await engine.look();
    expect(await states()).toEqual({ offered: 1, 'passed-over clock-not-trusted': 6 });
    await running.owner.query('update device set reported = $2 where id = $1', [blocked[0], JSON.stringify(reported(aRelease()))]);
    await engine.look();
    expect(await states()).toMatchObject({ offered: 1 });
    await later(700);
    await engine.look();
    expect(await states()).toEqual({ offered: 2, 'passed-over clock-not-trusted': 5 });
  });

  it('goes to the rings so far, and to whom the operator has put into them', async () => {
    const [pinned] = await devices(6);
    await running.owner.query(
      'insert into device_release (tenant_id, device_id, pinned_ring) select tenant_id, id, 0 from device where id = $1',
      [pinned],
    );
    const rings = [0, 10_000].map((share, ring) => ({ ring, name: `ring ${ring}`, share, soakSeconds: 3_600 }));
    await start({ rings });
    await engine.look();
    expect(await states()).toEqual({ offered: 1 });
    await say(pinned ?? '', { running: { sequence: 7, version: '0.7.0' } });
    await engine.look();
    await engine.look();
    // The lab soaks.
    expect([await rollout(), await states()]).toMatchObject([{ ring: 0 }, { done: 1 }]);
    await running.owner.query("update rollout set carried_at = carried_at - interval '1 hour'");
    await engine.look();
    await engine.look();
    expect([await rollout(), await states()]).toMatchObject([{ ring: 1 }, { done: 1, offered: 4 }]);
  });

  it('is made once by two engines that look at the same moment', async () => {
    await devices(40);
    await start({ atOnce: 40 });
    await Promise.all([engine.look(), other.look(), engine.look(), other.look()]);
    expect(await states()).toEqual({ offered: 40 });
    const { rows } = await running.owner.query<{ count: number }>(
      "select count(*)::int as count from graphile_worker.jobs where task_identifier = 'lobby.serve-device' and attempts > 1",
    );
    expect(rows[0]?.count).toBe(0);
  });

  it('reaches the device in its desired state, and leaves it with the rollout', async () => {
    const id = await aDevice(ours);
    await start();
    await engine.look();
    const target = async () =>
      running.cloud.database.transaction(
        { tenantId: ours.tenantId, sessionId: null },
        async (tx) => (await running.cloud.fleet.nextDesiredOfDevice(tx, id))[0]?.release,
      );
    expect(await target()).toEqual({ sequence: 7, start: false });
    // An image of before there were releases was put into it: it would refuse a desired state with a word that it does not know.
    await running.owner.query('update device set reported = $2 where id = $1', [id, JSON.stringify(reported(undefined))]);
    expect(await target()).toBeNull();
    await running.owner.query('update device set reported = $2 where id = $1', [id, JSON.stringify(reported(aRelease()))]);
    await running.owner.query("update rollout set state = 'aborted'");
    await engine.look();
    expect(await states()).toEqual({ withdrawn: 1 });
    expect(await target()).toBeNull();
  });
});

describe('a start', () => {
  it('is allowed in quiet hours of the building only, and no longer after them', async () => {
    const [first = ''] = await devices(2);
    await start({ quiet: { from: wallClock('Europe/Athens', 3_600_000), until: wallClock('Europe/Athens', 7_200_000) } });
    await engine.look();
    await say(first, { waiting: 7 });
    await engine.look();
    expect(await states()).toEqual({ offered: 1, waiting: 1 });
    await running.owner.query("update building set time_zone = 'Etc/GMT-4'");
    await running.owner.query("update rollout set plan = plan || jsonb_build_object('quiet', $1::jsonb)", [
      JSON.stringify({ from: wallClock('Etc/GMT-4', -3_600_000), until: wallClock('Etc/GMT-4', 3_600_000) }),
    ]);
    await engine.look();
    expect(await states()).toEqual({ offered: 1, 'waiting may start': 1 });
    await running.owner.query("update building set time_zone = 'Etc/GMT+8'");
    await engine.look();
    await running.owner.query("update building set time_zone = 'Europe/Athens'");
    expect(await states()).toEqual({ offered: 1, waiting: 1 });
  });

  it('is allowed to so many at once, and to none while the rollout is paused', async () => {
    const ids = await devices(6);
    await start({ atOnce: 6 });
    await engine.look();
    for (const id of ids) await say(id, { waiting: 7 });
    await running.owner.query('update rollout set plan = plan || \'{"atOnce": 2}\'');
    await engine.look();
    expect(await states()).toEqual({ waiting: 4, 'waiting may start': 2 });
    await running.owner.query("update rollout set state = 'paused'");
    await engine.look();
    expect(await states()).toEqual({ waiting: 6 });
  });
});

describe('a rollout', () => {
  it('settles when all have taken it and soaked, and offers it to those that come later', async () => {
    const ids = await devices(3);
    await start();
    await engine.look();
    for (const id of ids) await say(id, { running: { sequence: 7, version: '0.7.0' } });
    await engine.look();
    await engine.look();
    expect(await rollout()).toMatchObject({ state: 'running', settled: true });
    await aDevice(theirs);
    await engine.look();
    expect(await states()).toEqual({ done: 3, offered: 1 });
  });

  it('stops when too many fail, and takes the rest back', async () => {
    const ids = await devices(4);
    await start();
    await engine.look();
    await say(ids[0] ?? '', { rolledBack: { sequence: 7, reason: 'cloud-not-reached' } });
    await engine.look();
    expect(await rollout()).toMatchObject({ state: 'running' });
    await say(ids[1] ?? '', { refused: { sequence: 7, reason: 'altered-bytes' } });
    await say(ids[2] ?? '', { refused: { sequence: 7, reason: 'unreachable' } });
    await engine.look();
    await engine.look();
    expect(await rollout()).toMatchObject({
      state: 'aborted',
      reason: '2 of 2 failed (100.0 %), of them 0 by silence; the limit is 20.0 %',
    });
    expect(await states()).toEqual({ 'failed altered-bytes': 1, 'failed cloud-not-reached': 1, withdrawn: 1, 'withdrawn unreachable': 1 });
  });

  it('counts a device that fell silent, but not one that waits for the night', async () => {
    const ids = await devices(4);
    await start({ quiet: { from: '00:00', until: '00:01' } });
    await engine.look();
    await say(ids[0] ?? '', { waiting: 7 });
    await say(ids[1] ?? '', { waiting: 7 });
    await running.owner.query("update building set time_zone = 'Nowhere/Atall'");
    await later(86_300);
    // A reason that changes is no sign of progress.
    await say(ids[2] ?? '', { refused: { sequence: 7, reason: 'unreachable' } });
    await engine.look();
    expect(await rollout()).toMatchObject({ state: 'running' });
    await later(200);
    await engine.look();
    await running.owner.query("update building set time_zone = 'Europe/Athens'");
    expect(await rollout()).toMatchObject({ state: 'aborted', reason: expect.stringContaining('2 by silence') });
  });

  it('moves once, however many engines have decided the same', async () => {
    const id = await start({ rings: [0, 1, 2].map((ring) => ({ ring, name: `ring ${ring}`, share: 0, soakSeconds: 0 })) });
    const moves = Array.from({ length: 6 }, () => moveRollout(running.cloud.database, { id, ring: 0 }, 'advance', null));
    expect((await Promise.all(moves)).filter(Boolean)).toHaveLength(1);
    expect(await rollout()).toMatchObject({ ring: 1 });
  });

  it('keeps what a device gave up as given up, until it runs it after all', async () => {
    const id = await aDevice(ours);
    await start({ abort: { share: 1, least: 99 } });
    await engine.look();
    await say(id, { rolledBack: { sequence: 7, reason: 'starts-used-up' } });
    await say(id, { waiting: 7 });
    expect(await states()).toEqual({ 'failed starts-used-up': 1 });
    await say(id, { running: { sequence: 7, version: '0.7.0' } });
    expect(await states()).toEqual({ done: 1 });
  });

  it("shows a tenant nothing of another's, and the application cannot start one", async () => {
    await devices(2);
    await start();
    await engine.look();
    const rows = await running.cloud.database.read<{ count: number }>(
      { tenantId: ours.tenantId, sessionId: null },
      { text: 'select count(*)::int as count from device_release' },
    );
    expect(rows).toEqual([{ count: 1 }]);
    for (const attempt of [
      "insert into rollout (sequence, plan) values (7, '{}')",
      "update rollout set state = 'running'",
      'delete from release',
      'select from release_note',
    ])
      await expect(running.cloud.database.directory(attempt), attempt).rejects.toMatchObject({ code: '42501' });
    await expect(running.cloud.database.directory("select move_rollout(gen_random_uuid(), 0, 'start', null)")).rejects.toThrow();
  });
});
