import { randomUUID } from 'node:crypto';
import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { aRelease, aReport } from '../../../testing/a-report.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../../testing/running-cloud.ts';
import { endDevice } from '../end-device.ts';
import { defaultPlan } from './plan.ts';
import type { RolloutPlan } from './rollout-rules.ts';
import { askerOf, leftovers, rolloutCounts } from './rollout-store.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';

// What stops a rollout, what must not, and what becomes of what was offered.

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let engine: Rollouts;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
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

async function devicesOf(tenant: PlantedTenant, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID()).sort();
  for (const id of ids)
    await running.owner.query(
      `insert into device (tenant_id, id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display, reported, online, last_seen_at)
       values ($1, $2, $3, 'device', 'serial', 'fingerprint', now() + interval '1 day', '{"language":"el","widthMm":null}', $4, true, now())`,
      [tenant.tenantId, id, tenant.buildingId, JSON.stringify(aReport({ release: aRelease() }))],
    );
  return ids;
}

async function start(change: Partial<RolloutPlan> = {}): Promise<string> {
  const plan: RolloutPlan = {
    ...defaultPlan,
    rings: [{ ring: 0, name: 'all', share: 10_000, soakSeconds: 0 }],
    abort: { share: 0.2, least: 2 },
    atOnce: 20,
    quiet: null,
    ...change,
  };
  const { rows } = await running.owner.query<{ id: string }>('insert into rollout (sequence, plan) values (7, $1) returning id', [
    JSON.stringify(plan),
  ]);
  return rows[0]?.id ?? '';
}

async function say(tenant: PlantedTenant, id: string | undefined, release: Partial<DeviceRelease>): Promise<void> {
  if (id === undefined) throw new Error('it was planted');
  const whole = aRelease(release);
  await running.owner.query('update device set reported = $2 where id = $1', [id, JSON.stringify(aReport({ release: whole }))]);
  await running.cloud.database.transaction({ tenantId: tenant.tenantId, sessionId: null }, (tx) =>
    engine.heard(tx, { id, buildingId: tenant.buildingId }, whole),
  );
}
const failed: Partial<DeviceRelease> = { rolledBack: { sequence: 7, reason: 'nothing-painted' } };

const rollouts = async () =>
  (await running.owner.query<{ state: string; reason: string | null }>('select state, reason from rollout order by started_at')).rows;
const stateOf = async (id: string | undefined) =>
  (await running.owner.query<{ state: string }>('select state from device_release where device_id = $1', [id])).rows[0]?.state;

describe('a rollout', () => {
  it('is held and not stopped by one office that has no most of the ring, and stopped by the second one that tells the same', async () => {
    const [lying, others] = [await devicesOf(ours, 4), await devicesOf(theirs, 5)];
    const id = await start();
    await engine.look();
    for (const device of lying.slice(0, 3)) await say(ours, device, failed);
    await engine.look();
    const [counts] = await rolloutCounts(askerOf(running.cloud.database), id);
    expect(counts).toMatchObject({ members: 9, failed: 3, failingTenants: 1, ofFailing: 4 });
    expect(await rollouts()).toEqual([{ state: 'running', reason: null }]);
    await say(theirs, others[0], failed);
    await engine.look();
    expect(await rollouts()).toEqual([{ state: 'aborted', reason: expect.stringContaining('4 of 4 failed') }]);
  });

  it('is stopped by one office where most of the ring is its own', async () => {
    const own = await devicesOf(ours, 3);
    await devicesOf(theirs, 2);
    await start();
    await engine.look();
    for (const device of own.slice(0, 2)) await say(ours, device, failed);
    await engine.look();
    expect(await rollouts()).toMatchObject([{ state: 'aborted' }]);
  });

  it('is stopped although a device of an earlier one cannot be told anything, and the others are told', async () => {
    const [spoilt, well] = [await devicesOf(ours, 1), await devicesOf(theirs, 1)];
    await start();
    await engine.look();
    await running.owner.query("update rollout set state = 'aborted'");
    const [bad] = await devicesOf(theirs, 1);
    const second = await start({ abort: { share: 0, least: 1 } });
    await running.owner.query(
      "insert into device_release (tenant_id, device_id, rollout_id, sequence, state) values ($1, $2, $3, 7, 'failed')",
      [theirs.tenantId, bad, second],
    );
    const { database } = running.cloud;
    let tried = 0;
    await engineOn({
      ...database,
      transaction(scope, work) {
        tried += 1;
        return scope.tenantId === ours.tenantId ? Promise.reject(new Error('somebody spoilt his row')) : database.transaction(scope, work);
      },
    }).look();
    expect(tried).toBe(2);
    expect((await rollouts()).map(({ state }) => state)).toEqual(['aborted', 'aborted']);
    expect([await stateOf(spoilt[0]), await stateOf(well[0])]).toEqual(['offered', 'withdrawn']);
  });
});

describe('that a device failed', () => {
  it('is written down once, with the release and why, however often it says so', async () => {
    const [id = ''] = await devicesOf(ours, 1);
    await start({ abort: { share: 1, least: 99 } });
    await engine.look();
    for (let times = 0; times < 3; times += 1) await say(ours, id, failed);
    const { rows } = await running.owner.query(
      `select actor_kind as kind, actor_id as by, building_id as building, details from audit_event where subject_id = $1 and action = 'device.release-failed'`,
      [id],
    );
    const details = { sequence: 7, running: 6, version: '0.6.0', reason: 'nothing-painted' };
    expect(rows).toEqual([{ kind: 'device', by: id, building: ours.buildingId, details }]);
  });
});

describe('what was offered', () => {
  it('is taken back first from those that may start, and nothing of devices that have ended', async () => {
    const [first = '', ended = '', gone = '', late = ''] = await devicesOf(ours, 4);
    await start();
    await engine.look();
    for (const id of [ended, late]) await say(ours, id, { waiting: 7 });
    await engine.look();
    await running.owner.query("update rollout set state = 'aborted'");
    // As rows were left by devices that ended before this was seen to.
    await running.owner.query('update device set revoked_at = now() where id = any ($1)', [[ended, gone]]);
    expect((await leftovers(running.cloud.database, 10)).map(({ deviceId }) => deviceId)).toEqual([late, first]);
    await engine.look();
    expect([await stateOf(late), await stateOf(first)]).toEqual(['withdrawn', 'withdrawn']);
    expect(await leftovers(running.cloud.database, 10)).toEqual([]);
  });

  it('ends with the device', async () => {
    const [ending = '', staying] = await devicesOf(ours, 2);
    await start();
    await engine.look();
    await running.cloud.database.transaction({ tenantId: ours.tenantId, sessionId: null }, (tx) =>
      endDevice(tx, createOutbox({}), { kind: 'system', id: null }, { id: ending, buildingId: ours.buildingId }, 'device.revoked'),
    );
    expect([await stateOf(ending), await stateOf(staying)]).toEqual(['withdrawn', 'offered']);
  });
});
