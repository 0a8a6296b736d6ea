import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let tenant: PlantedTenant;
const deviceIds = Array.from({ length: 40 }, () => randomUUID());

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
  for (const id of deviceIds) {
    await running.owner.query(
      `insert into device (tenant_id, id, building_id, name, serial, certificate_fingerprint, certificate_expires_at, display)
       values ($1, $2, $3, 'one of many', 'serial', $4, now() + interval '1 day', '{"language":"el","widthMm":null}')`,
      [tenant.tenantId, id, tenant.buildingId, createHash('sha256').update(id).digest('hex')],
    );
  }
});
afterAll(async () => running.stop());

it('many devices of one building are served while its document changes, without ever waiting for each other in a circle', async () => {
  const office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
  const add = async (task: string, payload: object) =>
    running.owner.query('select graphile_worker.add_job($1, $2::json, max_attempts => 1)', [
      task,
      JSON.stringify({ tenantId: tenant.tenantId, buildingId: tenant.buildingId, ...payload }),
    ]);
  for (let round = 0; round < 6; round += 1) {
    await office.request('POST', '/api/announcements', {
      buildingId: tenant.buildingId,
      category: 'general',
      title: { el: `Γύρος ${round}`, en: null },
    });
    // In the order in which everybody locks them. As if all of them were new: each is behind, and is brought up to date by itself while the building's rebuild touches them all.
    await running.owner.query('update device set content_sequence = 0 where id in (select id from device order by id for update)');
    for (const subjectId of deviceIds.toSorted(() => Math.random() - 0.5)) await add('lobby.serve-device', { subjectId });
    await add('lobby.rebuild', {});
  }
  const waiting = async () => (await running.owner.query('select from graphile_worker.jobs where attempts < max_attempts')).rowCount;
  await expect.poll(waiting, { timeout: 25_000 }).toBe(0);
  const { rows } = await running.owner.query<{ error: string }>(
    'select last_error as error from graphile_worker.jobs where last_error is not null',
  );
  expect(rows).toEqual([]);
  const { rows: deadlocks } = await running.owner.query<{ count: number }>(
    'select deadlocks::int as count from pg_stat_database where datname = current_database()',
  );
  expect(deadlocks).toEqual([{ count: 0 }]);
}, 40_000);
