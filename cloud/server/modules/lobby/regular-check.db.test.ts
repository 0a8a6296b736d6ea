import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let tenant: PlantedTenant;

beforeAll(async () => {
  running = await runCloud();
  tenant = await plantTenant(running.owner, 'ours');
});
afterAll(async () => running.stop());

const waiting = async () =>
  (
    await running.owner.query<{ key: string; priority: number }>(
      "select key, priority from graphile_worker.jobs where task_identifier = 'lobby.rebuild' and key like $1 order by priority",
      [`%${tenant.buildingId}%`],
    )
  ).rows;

it('the check of a building comes after a change that a person made there, also when both have to wait for it', async () => {
  const office = new TestBrowser(running.cloud.url);
  await office.logIn(tenant.manager);
  // Somebody else has the building for as long as we look: whoever wants it is put back into the queue, again and again.
  const building = [`concierge-job:building:${tenant.buildingId}`];
  await running.owner.query('select pg_advisory_lock(hashtextextended($1, 4))', building);
  await running.owner.query("select graphile_worker.add_job('lobby.check-all', '{}')");
  await expect.poll(async () => (await waiting()).length).toBe(1);
  await office.request('PATCH', `/api/buildings/${tenant.buildingId}`, { postalCode: '11529', version: 1 });
  await expect.poll(async () => (await waiting()).length).toBe(2);
  await delay(500);
  const [first, second] = await waiting();
  expect(first).toEqual({ key: `lobby.rebuild:${tenant.buildingId}`, priority: 0 });
  expect(second?.key).toBe(`lobby.rebuild:${tenant.buildingId}:later`);
  expect(second?.priority).toBeGreaterThan(0);
  await running.owner.query('select pg_advisory_unlock(hashtextextended($1, 4))', building);
});
