import { randomUUID } from 'node:crypto';
import { DeviceDetail } from '@concierge/contract/http/fleet.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbox } from '#platform/outbox/outbox.ts';
import { aPicture } from '../../../testing/a-picture.ts';
import { plantScreen } from '../../../testing/planted-screen.ts';
import { type PlantedTenant, plantTenant } from '../../../testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '../../../testing/running-cloud.ts';
import { createAlerts } from '../telemetry/alerts.ts';
import { createReception } from '../telemetry/reception.ts';
import { createTwins } from './twins.ts';

let running: RunningCloud;
let ours: PlantedTenant;
let manager: TestBrowser;
let stranger: TestBrowser;
const nowMs = Date.now();

beforeAll(async () => {
  running = await runCloud();
  ours = await plantTenant(running.owner, 'ours');
  manager = new TestBrowser(running.cloud.url);
  stranger = new TestBrowser(running.cloud.url);
  await manager.logIn(ours.manager);
  await stranger.logIn((await plantTenant(running.owner, 'theirs')).manager);
});
afterAll(async () => running.stop());

const deps = (atMs = nowMs) => ({
  database: running.cloud.database,
  outbox: createOutbox({}),
  logger: pino({ level: 'silent' }),
  nowMs: () => atMs,
});
const aScreen = (leaving = false) => plantScreen(running.owner, ours, nowMs, { leaving });
const runs = [randomUUID(), randomUUID()];
const inTurns = [0, 1, 0, 1].map((index) => ({ id: randomUUID(), run: runs[index] ?? '' }));

async function takeTurns(deviceId: string, twins = createTwins(deps()), hellos = inTurns): Promise<void> {
  for (const { run } of hellos) await twins.connected(deviceId, { id: randomUUID(), run });
}
async function detail(deviceId: string): Promise<DeviceDetail> {
  const reply = await manager.request('GET', `/api/kiosk/devices/${deviceId}`);
  expect(reply.status, reply.text).toBe(200);
  return DeviceDetail.parse(reply.json);
}
const close = async (deviceId: string, kind = 'twin', by = manager) =>
  (await by.request('POST', `/api/kiosk/devices/${deviceId}/alerts/${kind}/close`)).status;

describe('two machines with one identity', () => {
  it('are told of a screen that never said how it fares, and its first picture leaves it at that', async () => {
    const id = await aScreen();
    await takeTurns(id);
    expect(await detail(id)).toMatchObject({ alerts: ['twin'], state: 'trouble', telemetry: null, telemetryReceivedAt: null });
    const telemetry = { ...aPicture, at: new Date(nowMs).toISOString(), temperatureCelsius: 91 };
    await createReception({ ...deps(), alerts: createAlerts(deps()) }).telemetry(id, telemetry);
    const after = await detail(id);
    expect(after.telemetry?.temperatureCelsius).toBe(91);
    expect([...after.alerts].sort()).toEqual(['hot', 'twin']);
    expect(after.history.map(({ kind }) => kind).sort()).toEqual(['hot', 'twin']);
  });

  it('stay told while pictures grow old', async () => {
    const id = await aScreen();
    const telemetry = { ...aPicture, at: new Date(nowMs).toISOString(), temperatureCelsius: 91 };
    await createReception({ ...deps(), alerts: createAlerts(deps()) }).telemetry(id, telemetry);
    await takeTurns(id);
    await running.owner.query(`update device_health set received_at = now() - interval '1 hour' where device_id = $1`, [id]);
    expect((await detail(id)).alerts).toEqual(['twin']);
  });

  it('are opened once by two replicas that hear the same at once', async () => {
    const id = await aScreen();
    await Promise.all([takeTurns(id, createTwins(deps())), takeTurns(id, createTwins(deps())), takeTurns(id, createTwins(deps()))]);
    expect((await detail(id)).history).toHaveLength(1);
  });

  it('are not made of messages that a broker brings a second time', async () => {
    const id = await aScreen();
    const twins = createTwins(deps());
    for (const hello of [...inTurns.slice(0, 2), ...inTurns.slice(0, 2), ...inTurns.slice(0, 2)]) await twins.connected(id, hello);
    expect((await detail(id)).alerts).toEqual([]);
  });

  it('are not opened again by what was heard before they were settled, and are by what is heard after', async () => {
    const id = await aScreen();
    await takeTurns(id, createTwins(deps(nowMs - 60_000)));
    expect(await close(id)).toBe(204);
    await takeTurns(id, createTwins(deps(nowMs - 30_000)));
    expect((await detail(id)).alerts).toEqual([]);
    await takeTurns(id, createTwins(deps(Date.now() + 1_000)));
    const { history } = await detail(id);
    expect(history).toMatchObject([
      { kind: 'twin', closedAt: null },
      { kind: 'twin', closedAt: expect.any(String) },
    ]);
  });

  it('are nothing of a screen that is unknown, revoked or leaving', async () => {
    const leaving = await aScreen(true);
    const revoked = await aScreen();
    await running.owner.query('update device set revoked_at = now() where id = $1', [revoked]);
    for (const id of [leaving, revoked, randomUUID()]) await takeTurns(id);
    const noted = await running.owner.query('select from device_health where device_id = any ($1)', [[leaving, revoked]]);
    expect(noted.rowCount).toBe(0);
  });

  it('are closed only by who looks after the screen, and nothing else is closed by hand', async () => {
    const id = await aScreen();
    await takeTurns(id);
    expect(await close(id, 'twin', stranger)).toBe(404);
    expect(await close(id, 'hot')).toBe(400);
    expect(await close(randomUUID())).toBe(404);
    expect(
      (await new TestBrowser(running.cloud.url).request('POST', `/api/kiosk/devices/${id}/alerts/twin/close`)).status,
    ).toBeGreaterThanOrEqual(401);
    expect((await detail(id)).alerts).toEqual(['twin']);
    expect(new Set(await Promise.all([close(id), close(id)]))).toEqual(new Set([204, 404]));
  });
});
