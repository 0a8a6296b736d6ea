import { randomUUID } from 'node:crypto';
import { DisplayConfig, DisplayConfigPage, DisplayConfigRevisionList } from '@concierge/contract/http/display-configs.ts';
import { DeviceDetail } from '@concierge/contract/http/fleet.ts';
import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aReport } from '../../../testing/a-report.ts';
import { plantColleague } from '../../../testing/planted-colleague.ts';
import { plantScreen } from '../../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '../../../testing/running-cloud.ts';
import { MAX_CONFIGS } from './display-configs.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;

const plain = { durationSeconds: null, priority: 'normal', schedule: null, mostDataAgeHours: null } as const;
const cell = { columns: 6, rows: 4, row: 0 };
const samples: SceneList = {
  scenes: [
    { ...plain, id: randomUUID(), name: { el: 'Ανακοινώσεις', en: null }, view: { kind: 'standard', standard: 'announcements' } },
    {
      ...plain,
      id: randomUUID(),
      name: { el: 'Το σπίτι', en: 'The house' },
      view: {
        kind: 'layout',
        portrait: [
          { ...cell, id: randomUUID(), widget: 'clock', column: 0, settings: { shows: 'both' } },
          { ...cell, id: randomUUID(), widget: 'join', column: 6, settings: {} },
        ],
        landscape: [],
      },
    },
  ],
  fallbackSceneId: null,
};

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  manager = new TestBrowser(running.cloud.url);
  expect((await manager.logIn(ours.manager)).status).toBe(200);
});
afterAll(async () => running.stop());

const path = '/api/kiosk/display-configs';
async function created(draft: SceneList = samples, buildingId: string | null = ours.buildingId): Promise<DisplayConfig> {
  const reply = await manager.request('POST', path, { name: 'Είσοδος', buildingId, draft });
  expect(reply.status, reply.text).toBe(201);
  return DisplayConfig.parse(reply.json);
}
async function send(method: string, config: { id: string }, rest: string, body?: unknown) {
  return manager.request(method, `${path}/${config.id}${rest}`, body);
}
/** A screen in another building of our office. */
async function plantNextDoor(): Promise<string> {
  const buildingId = randomUUID();
  await running.owner.query(
    `insert into building (tenant_id, id, name_el, address_line_el, postal_code, city_el) values ($1, $2, 'Δίπλα', 'Οδός 2', '11251', 'Αθήνα')`,
    [ours.tenantId, buildingId],
  );
  return plantScreen(running.owner, { ...ours, buildingId }, Date.now(), {});
}
const renamed = (name: string): SceneList => ({
  ...samples,
  scenes: samples.scenes.map((scene) => ({ ...scene, name: { el: name, en: null } })),
});

describe('a display configuration', () => {
  it('goes from a draft to a revision, and back to an earlier one', async () => {
    const draft = await created();
    expect(draft).toMatchObject({ published: null, hasChanges: true, sceneCount: 2, deviceCount: 0 });
    const first = DisplayConfig.parse((await send('POST', draft, '/publish', { version: draft.version })).json);
    expect(first).toMatchObject({ published: { revision: 1 }, hasChanges: false });
    const changed = DisplayConfig.parse((await send('PATCH', draft, '', { draft: renamed('Άλλο'), version: first.version })).json);
    expect(changed).toMatchObject({ published: { revision: 1 }, hasChanges: true });
    const second = DisplayConfig.parse((await send('POST', draft, '/publish', { version: changed.version })).json);
    const back = DisplayConfig.parse((await send('POST', draft, '/revert', { revision: 1, version: second.version })).json);
    expect(back).toMatchObject({ published: { revision: 2 }, hasChanges: true, draft: samples });
    const { items } = DisplayConfigRevisionList.parse((await send('GET', draft, '/revisions')).json);
    expect(items.map(({ revision }) => revision)).toEqual([2, 1]);
    // A draft that comes to be what is published has no changes any more.
    const same = DisplayConfig.parse((await send('PATCH', draft, '', { draft: renamed('Άλλο'), version: back.version })).json);
    expect(same.hasChanges).toBe(false);
  });

  it('answers a version that somebody overtook with a conflict, and changes nothing', async () => {
    const draft = await created();
    const [one, other] = await Promise.all([
      send('PATCH', draft, '', { draft: renamed('Α'), version: draft.version }),
      send('PATCH', draft, '', { draft: renamed('Β'), version: draft.version }),
    ]);
    expect(new Set([one.status, other.status])).toEqual(new Set([200, 409]));
    expect((await send('POST', draft, '/publish', { version: draft.version })).status).toBe(409);
    expect(DisplayConfig.parse((await send('GET', draft, '')).json).published).toBeNull();
  });

  it('refuses what a screen could not show, and says where', async () => {
    const [, second] = samples.scenes;
    if (second === undefined || second.view.kind !== 'layout') throw new Error('the second sample is a layout');
    const [first, ...rest] = second.view.portrait;
    const broken = (placement: object): unknown => ({
      ...samples,
      scenes: [{ ...second, view: { ...second.view, portrait: [{ ...first, ...placement }, ...rest] } }],
    });
    const fireworks = await manager.request('POST', path, { name: 'Α', buildingId: null, draft: broken({ widget: 'fireworks' }) });
    expect(fireworks.status).toBe(400);
    expect(fireworks.json).toMatchObject({
      errors: [{ pointer: '/draft/scenes/0/view/portrait/0/widget', message: expect.stringContaining('στοιχείο') }],
    });
    const settings = await manager.request('POST', path, {
      name: 'Α',
      buildingId: null,
      draft: broken({ settings: { shows: 'everything' } }),
    });
    expect(settings.json).toMatchObject({ errors: [{ pointer: '/draft/scenes/0/view/portrait/0/settings/shows' }] });
    const schedules = [
      { from: '2026-12-01', to: '2026-11-01', weekdays: [1], hours: null },
      { from: null, to: null, weekdays: [], hours: null },
      { from: null, to: null, weekdays: [1, 1], hours: null },
      { from: null, to: null, weekdays: [8], hours: null },
      { from: null, to: null, weekdays: [1], hours: { from: '25:00', to: '26:00' } },
    ];
    for (const schedule of schedules) {
      const reply = await manager.request('POST', path, {
        name: 'Α',
        buildingId: null,
        draft: { ...samples, scenes: samples.scenes.map((scene) => ({ ...scene, schedule })) },
      });
      expect(reply.status, JSON.stringify(schedule)).toBe(400);
    }
    const unknownFallback = await manager.request('POST', path, {
      name: 'Α',
      buildingId: null,
      draft: { ...samples, fallbackSceneId: randomUUID() },
    });
    expect(unknownFallback.status).toBe(400);
  });

  it('is told of on a screen’s page: which it is, which publication of it, and whether that has arrived', async () => {
    const screen = await plantScreen(running.owner, ours, Date.now(), {});
    const programmeNow = async () => DeviceDetail.parse((await manager.request('GET', `/api/kiosk/devices/${screen}`)).json).programme;
    /** The arrangement that the cloud makes of a revision, by its number. */
    const arranged = async (revision: number): Promise<number> => {
      const made = 'select sequence from device_scenes where device_id = $1 and revision = $2';
      const find = () => running.owner.query<{ sequence: number }>(made, [screen, revision]);
      await vi.waitFor(async () => expect((await find()).rows).toHaveLength(1), 10_000);
      return (await find()).rows[0]?.sequence ?? 0;
    };
    const says = (scenesSequence: number) =>
      running.owner.query('update device set reported = $2 where id = $1', [screen, aReport({ scenesSequence })]);

    expect(await programmeNow()).toBeNull();
    const config = await created();
    expect((await send('POST', config, '/devices', { assign: [screen], release: [] })).status).toBe(200);
    expect(await programmeNow()).toEqual({ id: config.id, name: 'Είσοδος', revision: null, arrived: false });
    const first = DisplayConfig.parse((await send('POST', config, '/publish', { version: config.version })).json);
    expect(await programmeNow()).toMatchObject({ revision: 1, arrived: false });
    const sequence = await arranged(1);
    await says(sequence - 1);
    expect(await programmeNow()).toMatchObject({ revision: 1, arrived: false });
    await says(sequence);
    expect(await programmeNow()).toMatchObject({ revision: 1, arrived: true });
    await send('POST', config, '/publish', { version: first.version });
    expect(await programmeNow()).toMatchObject({ revision: 2, arrived: false });
    await says(await arranged(2));
    expect(await programmeNow()).toMatchObject({ revision: 2, arrived: true });
  });

  it('is given to screens of its building only, and is not removed while one shows it', async () => {
    const config = await created();
    const given = DisplayConfig.parse((await send('POST', config, '/devices', { assign: [ours.deviceId], release: [] })).json);
    expect(given).toMatchObject({ deviceIds: [ours.deviceId], deviceCount: 1 });
    // The editor draws what the smallest of them shows.
    const { rows } = await running.owner.query(`select (display ->> 'widthMm')::int as width from device where id = $1`, [ours.deviceId]);
    expect(given.screenWidthsMm).toEqual([rows[0]?.width]);
    const inUse = await send('DELETE', config, '');
    expect([inUse.status, field(inUse.json, 'code')]).toEqual([409, 'scenes-in-use']);
    expect((await send('POST', config, '/devices', { assign: [], release: [ours.deviceId] })).status).toBe(200);
    expect((await send('DELETE', config, '')).status).toBe(204);
    expect((await send('GET', config, '')).status).toBe(404);
  });

  it('is not held by a screen that leaves: nobody could give that one anything else', async () => {
    const config = await created();
    const leaving = await plantScreen(running.owner, ours, Date.now(), {});
    expect((await send('POST', config, '/devices', { assign: [ours.deviceId, leaving], release: [] })).status).toBe(200);
    await running.owner.query('update device set leaving_at = now() where id = $1', [leaving]);
    // The one that stays holds it as before.
    expect((await send('DELETE', config, '')).status).toBe(409);
    expect((await send('POST', config, '/devices', { assign: [], release: [ours.deviceId] })).status).toBe(200);
    const removed = await send('DELETE', config, '');
    expect(removed.status, removed.text).toBe(204);
  });

  it('of one building hangs in no screen of another, not even beside one of its own', async () => {
    const nextDoor = await plantNextDoor();
    const config = await created();
    const wearing = async () =>
      (await running.owner.query('select id, display_config_id from device where tenant_id = $1 order by id', [ours.tenantId])).rows;
    const before = await wearing();
    for (const assign of [[nextDoor], [ours.deviceId, nextDoor]]) {
      const reply = await send('POST', config, '/devices', { assign, release: [] });
      expect([reply.status, field(reply.json, 'code')], reply.text).toEqual([422, 'scenes-of-other-building']);
    }
    expect(await wearing()).toEqual(before);
    const shared = await created(samples, null);
    const given = DisplayConfig.parse((await send('POST', shared, '/devices', { assign: [ours.deviceId, nextDoor], release: [] })).json);
    expect(given.deviceCount).toBe(2);
    // What hangs there may be taken away, whatever the programme is for.
    await running.owner.query('update device set display_config_id = $2 where id = $1', [nextDoor, config.id]);
    expect((await send('POST', config, '/devices', { assign: [], release: [nextDoor] })).status).toBe(200);
    await send('POST', shared, '/devices', { assign: [], release: [ours.deviceId] });
  });

  it('another office’s screens and configurations are as if they were not there', async () => {
    const config = await created();
    for (const assign of [[theirs.deviceId], [ours.deviceId, theirs.deviceId], [randomUUID()]])
      expect((await send('POST', config, '/devices', { assign, release: [] })).status).toBe(404);
    expect(DisplayConfig.parse((await send('GET', config, '')).json).deviceIds).toEqual([]);
    const page = DisplayConfigPage.parse((await manager.request('GET', path)).json);
    expect(page.items.map(({ id }) => id)).not.toContain(theirs.displayConfigId);
    expect((await manager.request('POST', path, { name: 'Α', buildingId: theirs.buildingId, draft: samples })).status).toBe(404);
  });

  it('belongs to nobody who has a say in one building only, unless it is for that building', async () => {
    const internal = new TestBrowser(running.cloud.url);
    expect((await internal.logIn(await plantColleague(running.owner, ours, 'internal_manager'))).status).toBe(200);
    const shared = await created(samples, null);
    expect((await internal.request('GET', `${path}/${shared.id}`)).status).toBe(200);
    expect((await internal.request('PATCH', `${path}/${shared.id}`, { name: 'Δικό μου', version: shared.version })).status).toBe(403);
    expect((await internal.request('POST', path, { name: 'Α', buildingId: null, draft: samples })).status).toBe(403);
  });
});

it('an office has only so many display configurations', async () => {
  await running.owner.query(
    `insert into display_config (tenant_id, name, draft) select $1, 'Γέμισμα', '{"scenes":[],"fallbackSceneId":null}' from generate_series(1, $2)`,
    [theirs.tenantId, MAX_CONFIGS - 1],
  );
  const greedy = new TestBrowser(running.cloud.url);
  await greedy.logIn(theirs.manager);
  const refused = await greedy.request('POST', path, { name: 'Άλλο ένα', buildingId: null, draft: samples });
  expect([refused.status, field(refused.json, 'code'), field(refused.json, 'detail')]).toEqual([
    400,
    'invalid-fields',
    expect.stringContaining(`${MAX_CONFIGS} προγράμματα`),
  ]);
  await created();
});
