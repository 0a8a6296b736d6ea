import { randomUUID } from 'node:crypto';
import {
  DeviceDetail,
  DeviceHistory,
  DevicePage,
  FleetCounts,
  FleetThresholds,
  FleetThresholdsRow,
} from '@concierge/contract/http/fleet.ts';
import { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { Telemetry } from '@concierge/contract/mqtt/telemetry.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database, type Transaction } from '#platform/database/database.ts';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { aPicture } from '../../../testing/a-picture.ts';
import { aRelease, aReport } from '../../../testing/a-report.ts';
import { plantScreen, type ScreenPart } from '../../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../../testing/running-cloud.ts';
import { noteReported, noteStatus } from '../heard-store.ts';
import { createAlerts } from './alerts.ts';
import { fleetClock } from './clock.ts';
import { createReception } from './reception.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let running: RunningCloud;
let ours: PlantedTenant;
let theirs: PlantedTenant;
let manager: TestBrowser;
let stranger: TestBrowser;
/** Logged in by the real time. */
let always: TestBrowser;
let database: Database;
let nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud({ nowMs: () => nowMs });
  ours = await plantTenant(running.owner, 'ours');
  theirs = await plantTenant(running.owner, 'theirs');
  always = await signedIn(ours);
  stranger = await signedIn(theirs);
  database = running.cloud.database;
});
afterAll(async () => running.stop());
beforeEach(async () => {
  nowMs = Date.now();
  manager = always;
  await running.owner.query('delete from device_alert');
  await running.owner.query('delete from device_hour');
  await running.owner.query('delete from device_sample');
  await running.owner.query('delete from device_health where device_id <> all ($1)', [[ours.deviceId, theirs.deviceId]]);
  // What the planted ones would be is not the story here.
  await running.owner.query('update device set revoked_at = now() where id <> $1', [theirs.deviceId]);
});

async function signedIn(tenant: PlantedTenant): Promise<TestBrowser> {
  const browser = new TestBrowser(running.cloud.url);
  expect((await browser.logIn(tenant.manager)).status).toBe(200);
  return browser;
}

/** Moves the clock of the cloud; a session does not live that long, so one logs in again. */
async function later(ms: number): Promise<void> {
  nowMs += ms;
  manager = await signedIn(ours);
}

const aScreen = ({ tenant = ours, ...part }: ScreenPart & { tenant?: PlantedTenant } = {}) =>
  plantScreen(running.owner, tenant, nowMs, part);

const parts = () => ({ database, outbox: createOutbox({}), nowMs: () => nowMs });
const alerts = () => createAlerts(parts());
const tells = (deviceId: string, part: Partial<Telemetry> = {}, atMs = nowMs) =>
  createReception({ ...parts(), alerts: alerts() }).telemetry(deviceId, { ...aPicture, at: new Date(atMs).toISOString(), ...part });

const live = { retained: false };
const noted = <Noted>(work: (tx: Transaction) => Promise<Noted>) =>
  database.transaction({ tenantId: ours.tenantId, sessionId: null }, work);

const list = async (query = ''): Promise<DevicePage> => {
  const reply = await manager.request('GET', `/api/kiosk/devices?${query}`);
  expect(reply.status, reply.text).toBe(200);
  return DevicePage.parse(reply.json);
};
const idsOf = async (query = '') => (await list(query)).items.map((device) => device.id);
const detailOf = async (id: string) => DeviceDetail.parse((await manager.request('GET', `/api/kiosk/devices/${id}`)).json);
const openRows = async () =>
  (
    await running.owner.query<{ kind: string; count: number }>(
      'select kind, count(*)::int as count from device_alert where tenant_id = $1 and closed_at is null group by kind order by kind',
      [ours.tenantId],
    )
  ).rows;
const audited = async (action: string, id: string) =>
  (
    await running.owner.query<{ count: number }>('select count(*)::int as count from audit_event where action = $1 and subject_id = $2', [
      action,
      id,
    ])
  ).rows[0]?.count;

describe('what holds of a screen', () => {
  it('is decided from the clock when somebody reads, whether a job has run or not', async () => {
    const id = await aScreen({ online: false, seenMs: nowMs - 9 * MINUTE_MS });
    expect(await detailOf(id)).toMatchObject({ state: 'offline', alerts: [], history: [] });
    await later(2 * MINUTE_MS);
    expect(await detailOf(id)).toMatchObject({ state: 'offline', alerts: ['offline'] });
    expect(await idsOf('alert=offline')).toEqual([id]);
  });

  it.each<[string, ScreenPart, Partial<Telemetry> | null, string, string[]]>([
    ['well', {}, {}, 'well', []],
    ['never seen, claimed now', { online: false, seenMs: null, claimedMs: Date.now() }, null, 'new', []],
    ['never seen, claimed yesterday', { online: false, seenMs: null }, null, 'new', ['offline']],
    ['leaving, and long gone', { online: false, seenMs: 0, leaving: true }, null, 'leaving', []],
    ['its certificate ends', { certificateMs: Date.now() + 3 * DAY_MS }, {}, 'trouble', ['certificate']],
    ['hot', {}, { temperatureCelsius: 91 }, 'trouble', ['hot']],
    ['knows no time', {}, { clock: 'unknown' }, 'trouble', ['clock']],
  ])('%s', async (_name, part, telemetry, state, kinds) => {
    const id = await aScreen(part);
    if (telemetry !== null) await tells(id, telemetry);
    expect(await detailOf(id)).toMatchObject({ state, alerts: kinds });
  });

  it('does not go by a picture that is old', async () => {
    const id = await aScreen();
    await tells(id, { temperatureCelsius: 91 });
    await later(21 * MINUTE_MS);
    expect((await detailOf(id)).alerts).toEqual(['offline']);
  });

  it('is offline when it has been silent, though no broker has told that it went', async () => {
    const id = await aScreen({ online: true, seenMs: nowMs - 19 * MINUTE_MS });
    expect(await detailOf(id)).toMatchObject({ state: 'well', online: true, alerts: [] });
    await later(2 * MINUTE_MS);
    expect(await detailOf(id)).toMatchObject({ state: 'offline', online: false, alerts: ['offline'] });
    await tells(id);
    expect(await detailOf(id)).toMatchObject({ state: 'well', online: true, alerts: [] });
  });

  it('tells since when it drifts, through everything that changes what is wanted and what is there', async () => {
    const id = await aScreen();
    const change = (set: string) => running.owner.query(`update device set ${set} where id = $1`, [id]);
    expect((await detailOf(id)).driftSince).toBeNull();
    await change('desired_sequence = 1');
    const since = (await detailOf(id)).driftSince;
    expect(since).not.toBeNull();
    await change('desired_sequence = 2, content_sequence = 4');
    await change(`reported = reported || '{"desiredSequence":2}'`);
    expect(await detailOf(id)).toMatchObject({ driftSince: since, unconfirmedSince: since });
    await later(16 * MINUTE_MS);
    expect((await detailOf(id)).alerts).toEqual(['drift']);
    await change(`reported = reported || '{"contentSequence":4}'`);
    expect(await detailOf(id)).toMatchObject({ driftSince: null, unconfirmedSince: null, alerts: [] });
  });

  it('does not drift in the minutes after it came back', async () => {
    const id = await aScreen({ online: false });
    await running.owner.query("update device set content_sequence = 4, drift_since = now() - interval '2 days' where id = $1", [id]);
    await noted((tx) => noteStatus(tx, id, true, live));
    expect((await detailOf(id)).alerts).toEqual([]);
    await later(16 * MINUTE_MS);
    expect((await detailOf(id)).alerts).toEqual(['drift']);
  });

  it('drifts too where it does not take its arrangement', async () => {
    const id = await aScreen();
    await running.owner.query(
      `insert into device_scenes (tenant_id, device_id, sequence, building_id, revision, jws, issued_at) values ($1, $2, 4, $3, 1, 'of no matter here', $4)`,
      [ours.tenantId, id, ours.buildingId, new Date(nowMs)],
    );
    const holds = (sequence: number) =>
      running.owner.query(`update device set reported = reported || jsonb_build_object('scenesSequence', $2::int) where id = $1`, [
        id,
        sequence,
      ]);
    expect(await detailOf(id)).toMatchObject({ driftSince: null });
    await holds(3);
    // What it shows is the newest all the same.
    expect(await detailOf(id)).toMatchObject({ driftSince: new Date(nowMs).toISOString(), unconfirmedSince: null, alerts: [] });
    await later(16 * MINUTE_MS);
    expect((await detailOf(id)).alerts).toEqual(['drift']);
    await holds(4);
    expect(await detailOf(id)).toMatchObject({ driftSince: null, alerts: [] });
  });

  it('is heard again after its clock was ahead', async () => {
    const id = await aScreen();
    const at = (ms: number) => new Date(ms).toISOString();
    await noted((tx) => noteReported(tx, id, aReport({ at: at(nowMs + 10 * 365 * DAY_MS) }), live));
    expect(await noted((tx) => noteReported(tx, id, aReport({ at: at(nowMs), agentVersion: '2.0.0' }), live))).not.toBeNull();
    expect(await noted((tx) => noteReported(tx, id, aReport({ at: at(nowMs - 1), agentVersion: '1.0.0' }), live))).toBeNull();
    expect((await detailOf(id)).reported).toMatchObject({ at: at(nowMs), agentVersion: '2.0.0' });
  });

  it('is refused where it says a number that nothing could be compared with', async () => {
    const id = await aScreen();
    const runs = (sequence: number) => ({ release: aRelease({ running: { sequence, version: '9.0.0' } }) });
    for (const said of [
      runs(2 ** 31),
      runs(-1),
      runs(0.5),
      { desiredSequence: 2 ** 31 },
      { contentSequence: 2 ** 53 - 1 },
      { scenesSequence: 2 ** 31 },
    ]) {
      expect(Reported.safeParse(aReport(said)).success).toBe(false);
      await expect(noted((tx) => noteReported(tx, id, aReport(said), live))).rejects.toThrow(
        /device_says_sequences_that_fit|out of range for type integer/,
      );
    }
    await noted((tx) => noteReported(tx, id, aReport(runs(2 ** 31 - 1)), live));
    expect((await detailOf(id)).reported?.release?.running.sequence).toBe(2 ** 31 - 1);
  });
});

describe('pictures', () => {
  it('are kept once however often they are heard, the newest is the newest, and late ones go into the history only', async () => {
    const id = await aScreen();
    await Promise.all(Array.from({ length: 6 }, () => tells(id, { temperatureCelsius: 60 })));
    await tells(id, { temperatureCelsius: 70 }, nowMs - 20 * MINUTE_MS);
    const detail = await detailOf(id);
    expect(detail.telemetry?.temperatureCelsius).toBe(60);
    const { rows } = await running.owner.query('select temperature_decidegrees as t from device_sample where device_id = $1 order by at', [
      id,
    ]);
    expect(rows).toEqual([{ t: 700 }, { t: 600 }]);
  });

  it('of a screen that is unknown or revoked are kept nowhere', async () => {
    await tells(randomUUID());
    await tells(ours.deviceId);
    expect((await running.owner.query('select from device_sample')).rowCount).toBe(0);
  });

  it('make a history of at most 300 points, the worst of each', async () => {
    const id = await aScreen();
    for (let back = 0; back < 30; back += 1) {
      const atMs = nowMs;
      await tells(
        id,
        { temperatureCelsius: 50 + back, power: { ...aPicture.power, underVoltage: back === 3 ? 'now' : 'since-boot' } },
        atMs,
      );
      nowMs += 5 * MINUTE_MS;
    }
    await later(0);
    for (const range of ['day', 'week', 'quarter']) {
      const reply = await manager.request('GET', `/api/kiosk/devices/${id}/history?range=${range}`);
      const history = DeviceHistory.parse(reply.json);
      expect(history.points.length).toBe(range === 'day' ? 30 : history.points.length);
      expect(Math.max(...history.points.map((point) => point.temperatureCelsius ?? 0))).toBe(79);
      expect(history.points.filter((point) => point.power)).toHaveLength(1);
    }
  });

  it('are forgotten when they are as old as they are kept', async () => {
    const id = await aScreen();
    await tells(id);
    const jobs = fleetClock({ ...parts(), alerts: alerts(), tenantIds: async () => [ours.tenantId, theirs.tenantId] });
    const forget = async () => jobs.find((job) => job.task === 'fleet.forget-history')?.run({});
    const kept = async (table: string) => (await running.owner.query(`select from ${table}`)).rowCount;
    for (const [later, samples, hours] of [
      [47 * HOUR_MS, 1, 1],
      [2 * HOUR_MS, 0, 1],
      [89 * DAY_MS, 0, 0],
    ] as const) {
      nowMs += later;
      await forget();
      expect([await kept('device_sample'), await kept('device_hour')]).toEqual([samples, hours]);
    }
  });
});

describe('alerts', () => {
  it('are opened once and closed once by two jobs at once, each audited once', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 60; index += 1) ids.push(await aScreen({ online: false, seenMs: nowMs - HOUR_MS }));
    const [one, two] = [createDatabaseOfItsOwn(), createDatabaseOfItsOwn()];
    try {
      const jobs = [one, two].map((each) => createAlerts({ ...parts(), database: each }));
      await Promise.all([...jobs, ...jobs].map((job) => job.settleTenant(ours.tenantId)));
      expect(await openRows()).toEqual([{ kind: 'offline', count: 60 }]);
      for (const id of ids) expect(await audited('device.alert-opened', id)).toBe(1);
      await running.owner.query('update device set online = true, last_seen_at = now() where id = any ($1)', [ids]);
      await Promise.all([...jobs, ...jobs].map((job) => job.settleTenant(ours.tenantId)));
      expect(await openRows()).toEqual([]);
      for (const id of ids) expect(await audited('device.alert-closed', id)).toBe(1);
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
  });

  it('are written down in bounded steps, however many there are', async () => {
    for (let index = 0; index < 450; index += 1) await aScreen({ online: false, seenMs: 0 });
    await alerts().settleTenant(ours.tenantId);
    expect(await openRows()).toEqual([{ kind: 'offline', count: 450 }]);
  });

  it('of a picture come with it, and go with the next; those of a revoked screen are closed', async () => {
    const id = await aScreen();
    await tells(id, { temperatureCelsius: 91 });
    expect(await openRows()).toEqual([{ kind: 'hot', count: 1 }]);
    nowMs += 5 * MINUTE_MS;
    await tells(id, { temperatureCelsius: 60 });
    expect(await openRows()).toEqual([]);
    const other = await aScreen({ online: false, seenMs: 0 });
    await alerts().settleTenant(ours.tenantId);
    await running.owner.query('update device set revoked_at = now() where id = $1', [other]);
    await alerts().settleTenant(ours.tenantId);
    expect(await openRows()).toEqual([]);
  });

  it('are acknowledged by somebody, once, even before a job has written them down', async () => {
    const id = await aScreen({ online: false, seenMs: nowMs - HOUR_MS });
    const path = `/api/kiosk/devices/${id}/alerts/offline/acknowledge`;
    const replies = await Promise.all(Array.from({ length: 4 }, () => manager.request('POST', path)));
    expect(replies.map((reply) => reply.status)).toEqual([204, 204, 204, 204]);
    const [alert, ...more] = (await detailOf(id)).history;
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ kind: 'offline', closedAt: null });
    expect(alert?.acknowledgedAt).not.toBeNull();
    expect(alert?.acknowledgedBy).toMatch(/^ManagerName-/);
    expect(await audited('device.alert-acknowledged', id)).toBe(1);
    expect((await manager.request('POST', path.replace('offline', 'hot'))).status).toBe(404);
    expect((await manager.request('POST', path.replace('offline', 'nonsense'))).status).toBe(400);
  });

  it("of another tenant's screens are nobody else's", async () => {
    const id = await aScreen({ online: false, seenMs: nowMs - HOUR_MS });
    expect((await stranger.request('POST', `/api/kiosk/devices/${id}/alerts/offline/acknowledge`)).status).toBe(404);
    for (const path of [id, `${id}/history`]) expect((await stranger.request('GET', `/api/kiosk/devices/${path}`)).status).toBe(404);
    expect(DevicePage.parse((await stranger.request('GET', '/api/kiosk/devices')).json).items.map((each) => each.id)).toEqual([
      theirs.deviceId,
    ]);
    expect((await stranger.request('GET', '/api/kiosk/devices.csv')).text).not.toContain(id);
    expect(FleetCounts.parse((await stranger.request('GET', '/api/kiosk/fleet')).json).total).toBe(1);
  });

  it('follow thresholds, which two people do not change over each other', async () => {
    const id = await aScreen({ online: false, seenMs: nowMs - HOUR_MS });
    const read = async () => FleetThresholdsRow.parse((await manager.request('GET', '/api/kiosk/fleet/thresholds')).json);
    const { version } = await read();
    const thresholds = FleetThresholds.parse({ offlineMinutes: 120 });
    const put = (body: unknown) => manager.request('PUT', '/api/kiosk/fleet/thresholds', body);
    const told = (await audited('fleet.thresholds-changed', ours.tenantId)) ?? 0;
    expect((await put({ thresholds, version })).status).toBe(200);
    expect((await put({ thresholds, version })).status).toBe(409);
    expect(await audited('fleet.thresholds-changed', ours.tenantId)).toBe(told + 1);
    expect((await detailOf(id)).alerts).toEqual([]);
    expect((await put({ thresholds: { ...thresholds, offlineMinutes: 0 }, version: version + 1 })).status).toBe(400);
    expect((await put({ thresholds: FleetThresholds.parse({}), version: version + 1 })).status).toBe(200);
    expect((await detailOf(id)).alerts).toEqual(['offline']);
    expect(FleetThresholdsRow.parse((await stranger.request('GET', '/api/kiosk/fleet/thresholds')).json).version).toBe(1);
  });
});

/** Another replica's connections. */
function createDatabaseOfItsOwn(): Database {
  return createDatabase({ url: running.appUrl, logger: pino({ level: 'silent' }) });
}
