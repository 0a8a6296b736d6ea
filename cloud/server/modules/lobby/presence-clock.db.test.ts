import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud } from '../../testing/running-cloud.ts';
import { presenceClock } from './presence-clock.ts';

const HOUR_MS = 3_600_000;

let running: RunningCloud;
const tenants: PlantedTenant[] = [];

beforeAll(async () => {
  running = await runCloud();
  for (const name of ['ours', 'theirs']) tenants.push(await plantTenant(running.owner, name));
  await running.owner.query('delete from presence_proof');
});
afterAll(async () => running.stop());

const proofs = async () =>
  (
    await running.owner.query<{ slot: string; tenant: string }>(
      'select tenant_id as tenant, slot from presence_proof order by tenant_id, slot',
    )
  ).rows;

it('proofs of presence are forgotten a day after their join session, in every office and however many they are', async () => {
  const nowMs = Date.now();
  for (const { tenantId, deviceId, buildingId } of tenants) {
    const plant = async (firstSlot: number, count: number, hoursAgo: number) =>
      running.owner.query(
        `insert into presence_proof (tenant_id, device_id, building_id, slot, browser_hash, join_hash, join_until)
         select $1, $2, $3, n, '\\x01', '\\x02', $6 from generate_series($4::int, $4::int + $5 - 1) n`,
        [tenantId, deviceId, buildingId, firstSlot, count, new Date(nowMs - hoursAgo * HOUR_MS)],
      );
    await plant(1, 5_003, 25);
    await plant(100_001, 1, 23);
    await plant(100_002, 1, -0.25);
  }
  const { database, identity } = running.cloud;
  await presenceClock({ database, tenantIds: identity.tenantIds, nowMs: () => nowMs }).run(undefined);
  expect(await proofs()).toEqual(
    tenants
      .map(({ tenantId }) => tenantId)
      .toSorted()
      .flatMap((tenant) => ['100001', '100002'].map((slot) => ({ tenant, slot }))),
  );
});
