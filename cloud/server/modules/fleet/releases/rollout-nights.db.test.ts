import { randomUUID } from 'node:crypto';
import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { aRelease, aReport } from '../../../testing/a-report.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../../testing/running-cloud.ts';
import { defaultPlan } from './plan.ts';
import type { RolloutPlan } from './rollout-rules.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';

// Rollouts with quiet hours, told through nights and days: the hours are put around this moment or far from it, and what lies in the past is moved further back.

let running: RunningCloud;
let tenant: PlantedTenant;
let engine: Rollouts;

const runs7 = { running: { sequence: 7, version: '0.7.0' } };

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  engine = engineOn(running.cloud.database);
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

function engineOn(database: Database): Rollouts {
  return createRollouts({ database, outbox: createOutbox({}), logger: pino({ level: 'silent' }) });
}

async function aDevice(): Promise<string> {
  const id = randomUUID();
  await running.owner.query(
    `insert into device (tenant_id, id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display, reported, online, last_seen_at)
     values ($1, $2, $3, 'device', 'serial', 'fingerprint', now() + interval '1 day', '{"language":"el","widthMm":null}', $4, true, now())`,
    [tenant.tenantId, id, tenant.buildingId, JSON.stringify(aReport({ release: aRelease() }))],
  );
  return id;
}

async function say(id: string, release: Partial<DeviceRelease>): Promise<void> {
  const whole = aRelease(release);
  await running.owner.query('update device set reported = $2, online = true, last_seen_at = now() where id = $1', [
    id,
    JSON.stringify(aReport({ release: whole })),
  ]);
  await running.cloud.database.transaction({ tenantId: tenant.tenantId, sessionId: null }, (tx) =>
    engine.heard(tx, { id, buildingId: tenant.buildingId }, whole),
  );
}
const goOff = (...ids: string[]) => running.owner.query('update device set online = false where id = any ($1)', [ids]);

/** A rollout over all devices, by day, for which `count` devices have downloaded the release and wait. */
async function waitingFleet(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) ids.push(await aDevice());
  const plan: RolloutPlan = {
    ...defaultPlan,
    rings: [
      { ring: 0, name: 'all', share: 10_000, soakSeconds: 3_600 },
      { ring: 1, name: 'rest', share: 10_000, soakSeconds: 3_600 },
    ],
    abort: { share: 0.2, least: 2 },
  };
  await running.owner.query('insert into rollout (sequence, plan) values (7, $1)', [JSON.stringify(plan)]);
  await day();
  for (const id of ids) await say(id, { waiting: 7 });
  await engine.look();
  return ids;
}

async function hours(fromHours: number, untilHours: number): Promise<void> {
  const clock = (inHours: number): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Athens', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
      Date.now() + inHours * 3_600_000,
    );
  await running.owner.query("update rollout set plan = plan || jsonb_build_object('quiet', $1::jsonb)", [
    JSON.stringify({ from: clock(fromHours), until: clock(untilHours) }),
  ]);
  await engine.look();
}
const night = () => hours(-1, 2);
const day = () => hours(6, 9);

/** All that has happened happened so much earlier. Who is online is heard of now and then. */
async function pass(passedHours: number): Promise<void> {
  await running.owner.query(
    'update device_release set state_since = state_since - make_interval(hours => $1), allowed_at = allowed_at - make_interval(hours => $1)',
    [passedHours],
  );
  await running.owner.query('update device set last_seen_at = last_seen_at - make_interval(hours => $1) where not online', [passedHours]);
  await engine.look();
}

async function states(): Promise<Record<string, number>> {
  const { rows } = await running.owner.query<{ state: string; count: number }>(
    "select state || case when may_start and state = 'waiting' then ' may start' else '' end as state, count(*)::int from device_release group by 1 order by 1",
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
const counts = async () => (await running.owner.query('select * from rollout_counts((select id from rollout))')).rows[0];
const rollout = async () =>
  (
    await running.owner.query<{ state: string; carried: boolean; reason: string | null }>(
      'select state, carried_at is not null as carried, reason from rollout',
    )
  ).rows[0];

describe('a device that is unplugged while it waits for the night', () => {
  it('is absent: the ring is carried without it, and it takes the release in a night when it is back', async () => {
    const [first = '', second = '', unplugged = ''] = await waitingFleet(3);
    await goOff(unplugged);
    await night();
    expect(await states()).toEqual({ waiting: 1, 'waiting may start': 2 });
    await say(first, runs7);
    await say(second, runs7);
    await engine.look();
    expect(await counts()).toMatchObject({ done: 2, absent: 1, waiting: 0, starting: 0, silent: 0 });
    expect(await rollout()).toMatchObject({ state: 'running', carried: true });
    await day();
    await pass(70);
    expect(await counts()).toMatchObject({ absent: 1, silent: 0 });

    await say(unplugged, { waiting: 7 });
    await night();
    expect(await states()).toEqual({ done: 2, 'waiting may start': 1 });
    await say(unplugged, runs7);
    expect(await states()).toEqual({ done: 3 });
  });

  it('is absent too when it was allowed to start in a night before, and was heard to wait on after that', async () => {
    const ids = await waitingFleet(3);
    await night();
    await day();
    expect(await counts()).toMatchObject({ waiting: 3 });
    await goOff(...ids);
    await pass(70);
    expect(await counts()).toMatchObject({ absent: 3, silent: 0 });
    expect(await rollout()).toMatchObject({ state: 'running' });
  });
});

describe('a release that kills devices before they can say a word', () => {
  it('stops its rollout a day after they were let start, through nights and days', async () => {
    const ids = await waitingFleet(4);
    await night();
    expect(await states()).toEqual({ 'waiting may start': 4 });
    await goOff(...ids.slice(0, 3));
    await say(ids[3] ?? '', runs7);
    await pass(3);
    await day();
    expect(await states()).toEqual({ done: 1, waiting: 3 });
    // Their ring is not carried while nobody knows what became of them.
    expect(await counts()).toMatchObject({ starting: 3, absent: 0, silent: 0 });
    await pass(20);
    await night();
    expect(await states()).toEqual({ done: 1, waiting: 3 });
    expect(await rollout()).toMatchObject({ state: 'running', carried: false });
    await pass(2);
    expect(await rollout()).toMatchObject({
      state: 'aborted',
      reason: '3 of 4 failed (75.0 %), of them 3 by silence; the limit is 20.0 %',
    });
  });

  it('is not made of a pause', async () => {
    await waitingFleet(4);
    await night();
    await running.owner.query("update rollout set state = 'paused'");
    await engine.look();
    await pass(70);
    await running.owner.query("update rollout set state = 'running'");
    await engine.look();
    expect(await states()).toEqual({ 'waiting may start': 4 });
    expect(await counts()).toMatchObject({ starting: 4, silent: 0 });
  });

  it('is not made of devices that somebody unplugged in that very hour, once they are heard of again', async () => {
    const ids = await waitingFleet(4);
    await running.owner.query('update rollout set plan = plan || \'{"abort":{"share":1,"least":99}}\'');
    await night();
    await goOff(...ids);
    await day();
    await pass(30);
    expect(await counts()).toMatchObject({ silent: 4 });
    for (const id of ids) await say(id, { waiting: 7 });
    expect(await counts()).toMatchObject({ silent: 0, waiting: 4 });
    await goOff(...ids);
    expect(await counts()).toMatchObject({ silent: 0, absent: 4 });
    for (const id of ids) await say(id, { waiting: 7 });
    await night();
    // They restart now, and are away for a moment.
    await goOff(...ids);
    expect(await counts()).toMatchObject({ silent: 0, starting: 4 });
  });
});

describe('a pause or an abort', () => {
  it.each(['paused', 'aborted'])('(%s) in the seconds of a look lets nobody start any more, and offers nothing', async (state) => {
    await waitingFleet(2);
    await aDevice();
    await running.owner.query('update rollout set plan = plan || \'{"quiet": null}\'');
    let asked = false;
    const { database } = running.cloud;
    const late = engineOn({
      ...database,
      // The first device's transaction begins just after somebody stopped it.
      async transaction(scope, work) {
        if (!asked) await running.owner.query('update rollout set state = $1', [state]);
        asked = true;
        return database.transaction(scope, work);
      },
    });
    await late.look();
    expect(asked).toBe(true);
    expect(await states()).toEqual({ waiting: 2 });
  });
});
