import { DeviceDetail } from '@concierge/contract/http/fleet.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox, type Outbox } from '#platform/outbox/outbox.ts';
import { aPicture } from '../../testing/a-picture.ts';
import { aReport } from '../../testing/a-report.ts';
import { plantScreen } from '../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../testing/running-cloud.ts';
import { createReports, DEVICE_NEEDS_SYNC } from './reports.ts';
import { createAlerts } from './telemetry/alerts.ts';
import { createReception } from './telemetry/reception.ts';

const HOUR_MS = 3_600_000;
const nowMs = Date.now();
const hourAgo = new Date(nowMs - HOUR_MS).toISOString();
const [live, repeated] = [{ retained: false }, { retained: true }];

let running: RunningCloud;
let ours: PlantedTenant;
let manager: TestBrowser;
/** What was told of which device, in order. */
const told: string[] = [];

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  manager = new TestBrowser(running.cloud.url);
  expect((await manager.logIn(ours.manager)).status).toBe(200);
});
afterAll(async () => running.stop());
beforeEach(() => {
  told.length = 0;
});

const outbox: Outbox = {
  ...createOutbox({}),
  async emit(_tx, event) {
    told.push(event);
  },
  async announceLive(_tx, { subject }) {
    told.push(subject);
  },
};
const heardReleases: unknown[] = [];
const reports = () =>
  createReports({
    database: running.cloud.database,
    outbox,
    wiped: async () => undefined,
    repeatThatGone: async () => false,
    answered: async () => undefined,
    rollouts: {
      async heard(_tx, _device, release) {
        heardReleases.push(release);
      },
    },
  });
const reception = () => {
  const deps = { database: running.cloud.database, outbox, nowMs: () => nowMs };
  return createReception({ ...deps, alerts: createAlerts(deps) });
};
const aScreen = (online: boolean) => plantScreen(running.owner, ours, nowMs, { online, seenMs: nowMs - HOUR_MS });
const seen = async (id: string) => {
  const { rows } = await running.owner.query<{ online: boolean; since: Date | null; seen: Date; row: string }>(
    'select online, online_since as since, last_seen_at as seen, xmin::text as row from device where id = $1',
    [id],
  );
  const [device] = rows;
  if (device === undefined) throw new Error('it was planted');
  return { ...device, lately: device.seen.getTime() > nowMs - HOUR_MS / 2 };
};
const holds = (id: string, report: ReturnType<typeof aReport>) =>
  running.owner.query('update device set reported = $2 where id = $1', [id, JSON.stringify(report)]);
const status = { agentVersion: '1.0.0' };

describe('a screen that counts as away, because the word that it came back was lost', () => {
  it.each(['a report', 'a picture'])('counts as here when %s of it comes, and is sent what it may lack', async (what) => {
    const id = await aScreen(false);
    if (what === 'a report') await reports().reported(id, aReport({ at: new Date(nowMs + 1_000).toISOString() }), live);
    else await reception().telemetry(id, { ...aPicture, at: new Date(nowMs).toISOString() });
    expect(await seen(id)).toMatchObject({ online: true, since: expect.any(Date), lately: true });
    expect(told).toEqual(['device', DEVICE_NEEDS_SYNC]);
    const detail = DeviceDetail.parse((await manager.request('GET', `/api/kiosk/devices/${id}`)).json);
    expect(detail).toMatchObject({ online: true, state: 'well' });
  });

  it('stays away for what a broker repeats, for a picture that is not the newest, and for what another replica has heard before', async () => {
    const id = await aScreen(false);
    const picture = { ...aPicture, at: new Date(nowMs).toISOString() };
    await reception().telemetry(id, picture);
    await running.owner.query('update device set online = false where id = $1', [id]);
    await reception().telemetry(id, picture);
    await reception().telemetry(id, { ...picture, at: hourAgo });
    const report = aReport({ at: new Date(nowMs + 1_000).toISOString() });
    await reports().reported(id, report, repeated);
    await reports().reported(id, report, live);
    expect(await seen(id)).toMatchObject({ online: false });
  });

  it('was here since it came, whatever else it says', async () => {
    const id = await aScreen(false);
    await reports().status(id, { ...status, online: true }, live);
    const { since } = await seen(id);
    await reports().reported(id, aReport({ at: new Date(nowMs + 1_000).toISOString() }), live);
    await reception().telemetry(id, { ...aPicture, at: new Date(nowMs).toISOString() });
    expect((await seen(id)).since).toEqual(since);
  });
});

describe('what is said a second time', () => {
  it('changes nothing and leads to nothing, a report or a status', async () => {
    const id = await aScreen(true);
    const report = aReport({ at: hourAgo });
    await holds(id, report);
    await running.owner.query('update device set content_sequence = 5 where id = $1', [id]);
    const before = await seen(id);
    await reports().reported(id, report, live);
    await reports().status(id, { ...status, online: true }, repeated);
    expect(await seen(id)).toEqual(before);
    expect([told, heardReleases]).toEqual([[], []]);
    await reports().reported(id, { ...report, paintedSequence: 1 }, live);
    expect(told).toEqual(['device', DEVICE_NEEDS_SYNC]);
  });

  it('by its broker, is no sign of life, and still tells whether it is there', async () => {
    const [gone, here] = [await aScreen(false), await aScreen(true)];
    await reports().status(gone, { ...status, online: true }, repeated);
    await reports().status(here, { ...status, online: false }, repeated);
    await reports().reported(here, aReport({ at: new Date(nowMs + 1_000).toISOString() }), repeated);
    expect([await seen(gone), await seen(here)]).toMatchObject([
      { online: true, lately: false },
      { online: false, lately: false },
    ]);
    await reports().status(gone, { ...status, online: false }, live);
    expect(await seen(gone)).toMatchObject({ online: false, lately: true });
    await running.owner.query('update device set last_seen_at = $2 where id = $1', [gone, hourAgo]);
    await reports().status(gone, { ...status, online: false }, live);
    expect(await seen(gone)).toMatchObject({ online: false, lately: false });
  });
});
