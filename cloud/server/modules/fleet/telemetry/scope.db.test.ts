import { randomUUID } from 'node:crypto';
import { PreauthorisationPage } from '@concierge/contract/http/device-batches.ts';
import { FleetRelease } from '@concierge/contract/http/device-releases.ts';
import { DisplayConfigPage } from '@concierge/contract/http/display-configs.ts';
import { DevicePage, FleetBuildingPage, FleetCounts, FleetGroupList } from '@concierge/contract/http/fleet.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aReport } from '../../../testing/a-report.ts';
import { plantColleague } from '../../../testing/planted-colleague.ts';
import { plantScreen } from '../../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../../testing/running-cloud.ts';

// One office with two buildings, a screen in each. Somebody of the first building must not learn that there is a second screen; whoever only reads must not give commands.

let running: RunningCloud;
let ours: PlantedTenant;
let there: { readonly buildingId: string; readonly deviceId: string };
let here: string;
let manager: TestBrowser;
let internal: TestBrowser;
let staff: TestBrowser;

const THERE = { building: 'Απέναντι 7', screen: 'Πυλωτή απέναντι', version: '9.8.7' } as const;

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  // The planted screen goes to the other building, with all that is planted about it: its commands, what it brought, its history.
  there = { buildingId: randomUUID(), deviceId: ours.deviceId };
  await running.owner.query(
    `insert into building (tenant_id, id, name_el, address_line_el, city_el, postal_code) values ($1, $2, $3, 'Οδός', 'Αθήνα', '11528')`,
    [ours.tenantId, there.buildingId, THERE.building],
  );
  await running.owner.query('update device set building_id = $2, name = $3, last_seen_at = now(), reported = $4 where id = $1', [
    there.deviceId,
    there.buildingId,
    THERE.screen,
    JSON.stringify(aReport({ agentVersion: THERE.version })),
  ]);
  here = await plantScreen(running.owner, ours, Date.now(), { name: 'Είσοδος' });
  manager = await signedIn(ours.manager);
  internal = await signedIn(await plantColleague(running.owner, ours, 'internal_manager'));
  staff = await signedIn(await plantColleague(running.owner, ours, 'office_staff'));
});
afterAll(async () => running.stop());

async function signedIn(account: { email: string; password: string }): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(account)).status).toBe(200);
  return browser;
}

const fleet = '/api/kiosk/fleet';
const devices = '/api/kiosk/devices';
const read = async (path: string, by = internal) => {
  const reply = await by.request('GET', path);
  expect(reply.status, `${path}: ${reply.text}`).toBe(200);
  return reply;
};
const idsOf = async (path: string, by = internal) => DevicePage.parse((await read(path, by)).json).items.map(({ id }) => id);

describe('somebody of one building', () => {
  it.each([
    `${devices}`,
    `${devices}?sort=temperature&direction=desc`,
    `${devices}?sort=lastSign&direction=asc`,
    `${devices}?version=${THERE.version}`,
    `${devices}?q=${encodeURIComponent(THERE.screen)}`,
    `${devices}?q=${encodeURIComponent(THERE.building)}`,
    `${devices}.csv`,
    `${devices}.csv?q=${encodeURIComponent(THERE.building)}`,
    fleet,
    `${fleet}?version=${THERE.version}`,
    `${fleet}/groups?by=state`,
    `${fleet}/groups?by=ring`,
    `${fleet}/buildings`,
    `${fleet}/release`,
  ])('learns nothing of the other by %s', async (path) => {
    const { text } = await read(path);
    for (const part of [there.deviceId, there.buildingId, ...Object.values(THERE)]) expect(text).not.toContain(part);
  });

  it('finds and counts the screen of that building, and the office both', async () => {
    expect(await idsOf(devices)).toEqual([here]);
    expect((await idsOf(devices, manager)).toSorted()).toEqual([here, there.deviceId].toSorted());
    expect((await read(`${devices}.csv`)).text.trimEnd().split('\r\n')).toHaveLength(2);
    for (const [who, count] of [
      [internal, 1],
      [manager, 2],
    ] as const) {
      const counts = FleetCounts.parse((await read(fleet, who)).json);
      expect(counts.total).toBe(count);
      expect(Object.values(counts.states).reduce((sum, each) => sum + each)).toBe(count);
      expect(counts.versions).toHaveLength(count);
      for (const by of ['state', 'ring']) {
        const groups = FleetGroupList.parse((await read(`${fleet}/groups?by=${by}`, who)).json).items;
        expect(groups.reduce((sum, { total }) => sum + total, 0)).toBe(count);
      }
      const buildings = FleetBuildingPage.parse((await read(`${fleet}/buildings`, who)).json).items;
      expect(buildings.reduce((sum, { total }) => sum + total, 0)).toBe(count);
      const { standings } = FleetRelease.parse((await read(`${fleet}/release`, who)).json);
      expect(Object.values(standings).reduce((sum, each) => sum + each)).toBe(count);
    }
  });

  it('learns from what the whole office has in common only of the screens of that building', async () => {
    const draft = { scenes: [], fallbackSceneId: null };
    const configs = '/api/kiosk/display-configs';
    const made = await running.owner.query<{ id: string }>(
      `insert into display_config (tenant_id, name, draft) values ($1, 'Για όλους', $2) returning id`,
      [ours.tenantId, JSON.stringify(draft)],
    );
    const configId = made.rows[0]?.id ?? '';
    await running.owner.query('update device set display_config_id = $2 where tenant_id = $1', [ours.tenantId, configId]);
    await running.owner.query(`update device set display = display || '{"widthMm": 1234}' where id = $1`, [there.deviceId]);
    const one = await read(`${configs}/${configId}`);
    const list = await read(configs);
    for (const { text } of [one, list]) for (const part of [there.deviceId, '1234']) expect(text).not.toContain(part);
    expect(one.json).toMatchObject({ deviceIds: [here], deviceCount: 1 });
    expect(DisplayConfigPage.parse(list.json).items.find(({ id }) => id === configId)?.deviceCount).toBe(1);
    expect((await read(`${configs}/${configId}`, manager)).json).toMatchObject({ deviceCount: 2 });
    expect((await read(`${configs}/${configId}`, manager)).text).toContain('1234');
    await running.owner.query('update device set display_config_id = null where tenant_id = $1', [ours.tenantId]);
  });

  it('sees of a machine of their batch that hangs, or will hang, in the other building only how it stands', async () => {
    await running.owner.query('update device_batch set building_id = $2 where id = $1', [ours.batchId, ours.buildingId]);
    await running.owner.query(
      `insert into device_preauthorisation (tenant_id, batch_id, serial, number, building_id, device_id, claimed_at) values
         ($1, $2, 'went-there', 2, $3, $4, now()), ($1, $2, 'goes-there', 3, $5, null, null), ($1, $2, 'is-here', 4, $3, $6, now())`,
      [ours.tenantId, ours.batchId, ours.buildingId, there.deviceId, there.buildingId, here],
    );
    const serials = `/api/kiosk/device-batches/${ours.batchId}/serials`;
    const pages = [await read(serials), await read(`${serials}/went-there`), await read('/api/kiosk/expected-devices?state=open')];
    for (const { text } of pages) for (const part of [there.deviceId, there.buildingId, THERE.screen]) expect(text).not.toContain(part);
    const machines = async (by: TestBrowser) =>
      Object.fromEntries(PreauthorisationPage.parse((await read(serials, by)).json).items.map((row) => [row.serial, row]));
    expect(await machines(internal)).toMatchObject({
      'went-there': { state: 'claimed', buildingId: null, device: null },
      'goes-there': { state: 'open', buildingId: null },
      'is-here': { state: 'claimed', device: { id: here } },
    });
    expect(await machines(manager)).toMatchObject({
      'went-there': { buildingId: there.buildingId, device: { id: there.deviceId } },
      'goes-there': { buildingId: there.buildingId },
    });
  });

  it('is told of the other building and its screen that there is none', async () => {
    const one = `${devices}/${there.deviceId}`;
    for (const path of [
      `${devices}?buildingId=${there.buildingId}`,
      `${devices}.csv?buildingId=${there.buildingId}`,
      `${fleet}?buildingId=${there.buildingId}`,
      `${fleet}/groups?by=ring&buildingId=${there.buildingId}`,
      `${fleet}/buildings?buildingId=${there.buildingId}`,
      `${fleet}/release?buildingId=${there.buildingId}`,
      one,
      `${one}/history?range=quarter`,
      `${one}/release`,
    ]) {
      const mine = await internal.request('GET', path);
      expect(mine.status, path).toBe(404);
      expect(mine.text).not.toContain(there.deviceId);
      expect((await manager.request('GET', path)).status, path).toBe(200);
    }
  });
});

describe('commands', () => {
  it('are neither given, nor listed, nor is what they brought shown to who only reads', async () => {
    for (const who of [staff, internal]) {
      for (const deviceId of [here, there.deviceId]) {
        const path = `${devices}/${deviceId}/commands`;
        for (const reply of [
          await who.request('POST', path, { command: 'identify' }),
          await who.request('GET', path),
          await who.request('GET', `${path}/${ours.commandId}/result`),
          await who.request('POST', `${devices}/${deviceId}/alerts/hot/acknowledge`),
        ])
          expect(reply.status, reply.text).toBe(403);
      }
    }
    const asked = await running.owner.query('select from device_command where id <> $1', [ours.commandId]);
    expect(asked.rowCount).toBe(0);
    expect((await staff.request('GET', `${devices}/${there.deviceId}`)).status).toBe(200);
  });
});
