import { randomUUID } from 'node:crypto';
import { DeviceDetail, DevicePage, FleetBuildingPage, FleetCounts } from '@concierge/contract/http/fleet.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { aPicture } from '../../../testing/a-picture.ts';
import { aRelease } from '../../../testing/a-report.ts';
import { plantScreen, type ScreenPart } from '../../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../../testing/running-cloud.ts';
import { createAlerts } from './alerts.ts';
import { createReception } from './reception.ts';

const HOUR_MS = 3_600_000;

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;
const nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  manager = new TestBrowser(running.cloud.url);
  expect((await manager.logIn(ours.manager)).status).toBe(200);
});
afterAll(async () => running.stop());
beforeEach(async () => {
  // What the planted one and those of the last test would be is not the story here.
  await running.owner.query('update device set revoked_at = now() where tenant_id = $1', [ours.tenantId]);
});

const aScreen = (part: ScreenPart = {}) => plantScreen(running.owner, ours, nowMs, part);

async function tells(deviceId: string, part: Partial<Telemetry> = {}): Promise<void> {
  const deps = { database: running.cloud.database, outbox: createOutbox({}), nowMs: () => nowMs };
  await createReception({ ...deps, alerts: createAlerts(deps) }).telemetry(deviceId, {
    ...aPicture,
    at: new Date(nowMs).toISOString(),
    ...part,
  });
}

const list = async (query = ''): Promise<DevicePage> => {
  const reply = await manager.request('GET', `/api/kiosk/devices?${query}`);
  expect(reply.status, reply.text).toBe(200);
  return DevicePage.parse(reply.json);
};
const idsOf = async (query = '') => (await list(query)).items.map((device) => device.id);

describe('finding screens among many', () => {
  it('by name, place, serial and the building, without accents and case, every word', async () => {
    const id = await aScreen({ name: 'Είσοδος Αλκμάνος', placement: 'δίπλα στα γραμματοκιβώτια' });
    await aScreen({ name: 'Πυλωτή' });
    const building = ours.publicTexts[0] ?? '';
    for (const q of ['εισοδος', 'ΑΛΚΜΆΝΟΣ', 'γραμματ', `SERIAL-${id.slice(0, 8)}`, `εισοδος ${building.toUpperCase()}`])
      expect(await idsOf(`q=${encodeURIComponent(q)}`), q).toEqual([id]);
    for (const q of ['%', '_', 'εισοδος πυλωτη', "'; drop table device; --"])
      expect(await idsOf(`q=${encodeURIComponent(q)}`), q).toEqual([]);
    expect((await list(`q=${encodeURIComponent(building)}`)).items).toHaveLength(2);
  });

  it('by state, alert, version and building, and counts what there is', async () => {
    const hot = await aScreen({ version: '2.0.0' });
    await tells(hot, { temperatureCelsius: 91 });
    const gone = await aScreen({ online: false, seenMs: nowMs - HOUR_MS });
    const well = await aScreen();
    await tells(well);
    expect(await idsOf('state=trouble')).toEqual([hot]);
    expect(await idsOf('alert=offline')).toEqual([gone]);
    expect(await idsOf('version=2.0.0')).toEqual([hot]);
    expect(await idsOf(`buildingId=${ours.buildingId}&state=well`)).toEqual([well]);
    const counts = FleetCounts.parse((await manager.request('GET', '/api/kiosk/fleet?state=well')).json);
    expect(counts).toEqual({
      total: 3,
      states: { trouble: 1, offline: 1, new: 0, leaving: 0, well: 1 },
      alerts: { hot: 1, offline: 1 },
      versions: [
        { version: '1.0.0', count: 2 },
        { version: '2.0.0', count: 1 },
      ],
      rings: ['lab', 'early', 'half', 'all'].map((name, ring) => ({ ring, name, count: 0 })),
      withoutRing: 3,
      standings: { none: 3 },
    });
    const buildings = FleetBuildingPage.parse((await manager.request('GET', '/api/kiosk/fleet/buildings')).json);
    expect(buildings.items).toEqual([
      { buildingId: ours.buildingId, name: { el: ours.publicTexts[0], en: null }, total: 3, trouble: 1, offline: 1 },
    ]);
  });

  it('counts what another choice would find, whatever is chosen of the same kind, and the rest by it', async () => {
    const hot = await aScreen({ version: '2.0.0' });
    await tells(hot, { temperatureCelsius: 91 });
    await aScreen({ online: false, seenMs: nowMs - HOUR_MS });
    await running.owner.query('insert into device_release (tenant_id, device_id, pinned_ring) values ($1, $2, 1)', [ours.tenantId, hot]);
    await running.owner.query(`update device set reported = reported || jsonb_build_object('release', $2::jsonb) where id = $1`, [
      hot,
      JSON.stringify(aRelease()),
    ]);
    const counts = async (query: string) => FleetCounts.parse((await manager.request('GET', `/api/kiosk/fleet?${query}`)).json);
    const alerts = { hot: 1, offline: 1 };
    expect(await counts('alert=hot')).toMatchObject({ total: 1, alerts, versions: [{ version: '2.0.0', count: 1 }] });
    const both = ['1.0.0', '2.0.0'];
    expect((await counts('version=2.0.0')).versions.map(({ version }) => version).sort()).toEqual(both);
    expect(await counts('version=2.0.0')).toMatchObject({ total: 1, alerts: { hot: 1 }, withoutRing: 0 });
    const all = await counts('');
    for (const ring of ['1', 'none'])
      expect(await counts(`ring=${ring}`)).toMatchObject({
        total: 1,
        rings: all.rings,
        withoutRing: 1,
        alerts: { [ring === '1' ? 'hot' : 'offline']: 1 },
      });
    for (const standing of Object.keys(all.standings)) expect((await counts(`standing=${standing}`)).standings).toEqual(all.standings);
  });

  it('by version, in the order of its numbers, and what comes before a version before it', async () => {
    const versions = ['0.9.0', '0.10.0', '0.10.0-rc1', '1.0', '0.9', 'of-my-own', '0.9.12345678901'];
    const ids = new Map<string, string>();
    for (const version of versions) ids.set(await aScreen({ version }), version);
    const silent = await aScreen();
    await running.owner.query('update device set reported = null where id = $1', [silent]);
    const inTurn: (string | undefined)[] = [];
    let cursor: string | null = null;
    do {
      const page: DevicePage = await list(`sort=version&direction=desc&limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
      inTurn.push(...page.items.map(({ id }) => ids.get(id)));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(inTurn.slice(0, 4)).toEqual(['1.0', '0.10.0', '0.10.0-rc1', '0.9.12345678901']);
    expect(new Set(inTurn.slice(4, 6))).toEqual(new Set(['0.9', '0.9.0']));
    expect(inTurn.slice(6)).toEqual(['of-my-own', undefined]);
  });

  it.each(['name', 'state', 'lastSign', 'temperature', 'version'])(
    'page by page by %s, each screen once, either way round',
    async (sort) => {
      const ids: string[] = [];
      for (let index = 0; index < 11; index += 1) {
        const id = await aScreen({
          name: `Οθόνη ${index % 3}`,
          seenMs: nowMs - (index % 4) * HOUR_MS,
          online: index % 5 > 0,
          version: `1.${index % 2}.0`,
        });
        if (index % 2 === 0) await tells(id, { temperatureCelsius: 40 + (index % 3) * 20 });
        ids.push(id);
      }
      for (const direction of ['asc', 'desc']) {
        const found: string[] = [];
        let cursor: string | null = null;
        do {
          const page: DevicePage = await list(`sort=${sort}&direction=${direction}&limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
          found.push(...page.items.map((device) => device.id));
          cursor = page.nextCursor;
        } while (cursor !== null && found.length < 50);
        expect([...found].sort()).toEqual([...ids].sort());
      }
    },
  );

  it('does not take what was measured long ago for how it is now', async () => {
    const [cool, gone] = [await aScreen(), await aScreen({ online: false, seenMs: nowMs - 504 * HOUR_MS })];
    await tells(cool, { temperatureCelsius: 41 });
    await tells(gone, { temperatureCelsius: 88 });
    await running.owner.query(`update device_health set received_at = now() - interval '3 weeks' where device_id = $1`, [gone]);
    const hottest = (await list('sort=temperature&direction=desc')).items.map(({ id, temperatureCelsius }) => [id, temperatureCelsius]);
    expect(hottest).toEqual([
      [cool, 41],
      [gone, null],
    ]);
    const detail = DeviceDetail.parse((await manager.request('GET', `/api/kiosk/devices/${gone}`)).json);
    expect(detail).toMatchObject({ temperatureCelsius: null, telemetry: { temperatureCelsius: 88 } });
  });

  it('page by page while screens come and go: none that stayed is lost or told twice', async () => {
    const stay: string[] = [];
    for (let index = 0; index < 9; index += 1) stay.push(await aScreen({ name: `Ν${index}` }));
    const goes = await aScreen({ name: 'Ν0α' });
    const first = await list('limit=4');
    await running.owner.query('update device set revoked_at = now() where id = $1', [goes]);
    await aScreen({ name: 'Α νέα' });
    const late = await aScreen({ name: 'Ν8α' });
    const rest = await list(`limit=50&cursor=${first.nextCursor}`);
    const found = [...first.items, ...rest.items].map((device) => device.id);
    expect(found.filter((id) => stay.includes(id)).sort()).toEqual([...stay].sort());
    expect(new Set(found).size).toBe(found.length);
    expect(found).toContain(late);
  });

  it('refuses cursors that were made for something else, and filters nobody knows', async () => {
    const cursor = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString('base64url');
    const id = randomUUID();
    for (const query of [
      `cursor=${cursor(['x', id])}&sort=temperature`,
      `cursor=${cursor(['9'.repeat(40), id])}&sort=lastSign`,
      `cursor=${cursor(['1; drop', id])}&sort=state`,
      `cursor=${cursor(['x'])}`,
      'sort=serial',
      'state=nonsense',
      'alert=nonsense',
      'nonsense=1',
    ])
      expect((await manager.request('GET', `/api/kiosk/devices?${query}`)).status, query).toBe(400);
    expect(await idsOf(`buildingId=${theirs.buildingId}`)).toEqual([]);
  });
});

describe('the file for spreadsheets', () => {
  it('holds all pages of what was asked for, and nothing that a spreadsheet would carry out', async () => {
    for (let index = 0; index < 1_003; index += 1) await aScreen({ name: `Ω${String(index).padStart(4, '0')}` });
    await aScreen({ name: '=cmd|/C calc', placement: '+1;"2"' });
    const reply = await manager.request('GET', '/api/kiosk/devices.csv', undefined, { 'accept-language': 'el' });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(reply.headers.get('content-disposition')).toContain('attachment');
    const lines = reply.text.split('\r\n');
    expect(lines).toHaveLength(1_003 + 1 + 2);
    expect(lines[0]).toMatch(/^(\ufeff)?Οθόνη;Θέση;/);
    expect(lines[1]).toMatch(/^'=cmd\|\/C calc;"'\+1;""2""";/);
    for (const line of lines) expect(line.replaceAll('\ufeff', '')).not.toMatch(/(^|;)"?[=+\-@\t]/);
  });

  it('speaks the language of the page that asks, before the browser’s', async () => {
    await aScreen({ name: 'Α' });
    const reply = await manager.request('GET', '/api/kiosk/devices.csv?language=en&state=well', undefined, { 'accept-language': 'el' });
    expect(reply.text.replace('\ufeff', '').split('\r\n')[0]).toMatch(/^Screen,Place,Building/);
  });

  it('tells of each machine what it measured last, when that was, and nothing that is no longer so', async () => {
    const told = await aScreen({ name: 'Α' });
    const old = await aScreen({ name: 'Β', online: false });
    await aScreen({ name: 'Γ' });
    await running.owner.query('update device set display_config_id = $2 where id = $1', [told, ours.displayConfigId]);
    const power = { ...aPicture.power, underVoltage: 'since-boot', frequencyCapped: 'now' } as const;
    const storage = { ...aPicture.storage, lifeUsedPercent: 20 };
    for (const id of [told, old]) await tells(id, { temperatureCelsius: 63.8, power, storage, clock: 'estimated' });
    await running.owner.query(`update device_health set received_at = now() - interval '21 minutes' where device_id = $1`, [old]);
    const measuredAt = new Date(nowMs).toISOString();
    const { rows } = await running.owner.query<{ name: string }>('select name from display_config where id = $1', [ours.displayConfigId]);
    const [first, second, third] = await fileIn('el');
    expect(first).toMatchObject({
      'Πρόγραμμα οθόνης': rows[0]?.name,
      'Ώρα μέτρησης': measuredAt,
      'Θερμοκρασία °C': '63,8',
      'Ελεύθερος χώρος MiB': '3072',
      'Διαθέσιμη μνήμη MiB': '2048',
      Τροφοδοσία: 'ήταν χαμηλή μετά την εκκίνηση',
      Ταχύτητα: 'μειωμένη τώρα',
      'Φθορά κάρτας %': '20',
      'Εγγραφές από την εκκίνηση MiB': '5120',
      'Ώρες σε λειτουργία': '24',
      Ρολόι: 'κατ’ εκτίμηση',
    });
    const nothing = { 'Θερμοκρασία °C': '', 'Ελεύθερος χώρος MiB': '', Τροφοδοσία: '', Ταχύτητα: '', 'Ώρες σε λειτουργία': '', Ρολόι: '' };
    expect(second).toMatchObject({ Οθόνη: 'Β', 'Ώρα μέτρησης': measuredAt, ...nothing });
    expect(third).toMatchObject({ Οθόνη: 'Γ', 'Ώρα μέτρησης': '', ...nothing });
    expect((await fileIn('en'))[0]).toMatchObject({
      'Temperature °C': '63.8',
      'Power supply': 'was low after the start',
      Clock: 'estimated',
    });
  });

  /** The lines, each by the names above them. */
  async function fileIn(language: 'el' | 'en'): Promise<Record<string, string | undefined>[]> {
    const { text } = await manager.request('GET', `/api/kiosk/devices.csv?language=${language}`);
    const [names = [], ...lines] = text
      .replace('\ufeff', '')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(language === 'el' ? ';' : ','));
    return lines.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index]])));
  }
});
