import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRelease, aReport } from '../../testing/a-report.ts';
import { plantScreen } from '../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let manager: TestBrowser;
let otherBuildingId: string;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  manager = new TestBrowser(running.cloud.url);
  expect((await manager.logIn(ours.manager)).status).toBe(200);
  otherBuildingId = randomUUID();
  const { rows } = await running.owner.query<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
     where table_name = 'building' and table_schema = 'public' and is_generated = 'NEVER' and column_name not in ('id')`,
  );
  const columns = rows[0]?.columns ?? '';
  await running.owner.query(`insert into building (id, ${columns}) select $1, ${columns} from building where id = $2`, [
    otherBuildingId,
    ours.buildingId,
  ]);
});
afterAll(async () => running.stop());

const aScreen = () => plantScreen(running.owner, ours, Date.now(), {});
const move = async (id: string, buildingId = otherBuildingId) => {
  const { rows } = await running.owner.query<{ version: number }>('select version from device where id = $1', [id]);
  return (await manager.request('POST', `/api/kiosk/devices/${id}/move`, { buildingId, version: rows[0]?.version })).status;
};
const audited = async (id: string) =>
  (
    await running.owner.query<{ action: string; building: string; details: unknown; by: string }>(
      `select action, building_id as building, details, actor_id as by from audit_event where subject_id = $1 and action like 'device.%' order by building_id = $2 desc`,
      [id, ours.buildingId],
    )
  ).rows;

describe('a screen that is moved', () => {
  it('is written down in both buildings, by whom and from where to where; where it hangs already, nothing is', async () => {
    const id = await aScreen();
    expect(await move(id, ours.buildingId)).toBe(204);
    expect(await audited(id)).toEqual([]);
    expect(await move(id)).toBe(204);
    const entry = { action: 'device.moved', by: ours.manager.id, details: { from: ours.buildingId, to: otherBuildingId } };
    expect(await audited(id)).toEqual([
      { ...entry, building: ours.buildingId },
      { ...entry, building: otherBuildingId },
    ]);
  });

  it.each([
    ['waiting', false],
    ['waiting', true],
    ['trial', true],
  ])('keeps the release that it has (%s, may start: %s), although it has said nothing yet in the new building', async (state, start) => {
    const id = await aScreen();
    await running.owner.query('update device set reported = $2 where id = $1', [id, JSON.stringify(aReport({ release: aRelease() }))]);
    await running.owner.query(
      'insert into device_release (tenant_id, device_id, rollout_id, sequence, state, may_start) values ($1, $2, $3, 7, $4, $5)',
      [ours.tenantId, id, randomUUID(), state, start],
    );
    expect(await move(id)).toBe(204);
    const [target] = await running.cloud.database.transaction({ tenantId: ours.tenantId, sessionId: null }, (tx) =>
      running.cloud.fleet.nextDesiredOfDevice(tx, id),
    );
    expect(target).toMatchObject({ buildingId: otherBuildingId, release: { sequence: 7, start } });
  });
});

describe('a screen that is changed', () => {
  it('is written down with what was changed, once, and not when somebody was quicker', async () => {
    const id = await aScreen();
    const change = async () =>
      (await manager.request('PATCH', `/api/kiosk/devices/${id}`, { version: 1, name: 'Πυλωτή', placement: null })).status;
    expect([await change(), await change()]).toEqual([200, 409]);
    expect(await audited(id)).toEqual([
      { action: 'device.changed', building: ours.buildingId, by: ours.manager.id, details: { fields: ['name', 'placement'] } },
    ]);
  });
});
