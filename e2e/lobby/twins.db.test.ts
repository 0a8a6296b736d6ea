import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { DeviceDetail, DevicePage, FleetCounts } from '@concierge/contract/http/fleet.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExternalBroker, startExternalBroker } from './external-broker.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

/** Two real agents on copies of one data directory, on boards that say the same serial. Over both brokers, because it is the broker that cuts one off for the other. */
const mosquitto = findMosquitto(process.env['PATH']);
const boardSerial = '10000000c0ffee42';

describe('over the embedded broker', () => twins(null));

// `npm run verify -- --long`: what the cloud makes of it is the same, and the conformance tests hold both brokers to cutting one off.
const isLong = process.env['CONCIERGE_LONG'] !== undefined;
if (isLong && (mosquitto !== null || process.env['CI'] !== undefined)) {
  describe('over mosquitto', () => twins(mosquitto ?? 'mosquitto'));
} else {
  const why = isLong ? 'no mosquitto program was found; install the package mosquitto' : 'it comes with --long';
  describe.skip(`over mosquitto (skipped: ${why})`, () => twins('mosquitto'));
}

function twins(program: string | null): void {
  let running: RunningCloud;
  let ours: PlantedTenant;
  let office: TestBrowser;
  let first: TestKiosk;
  let copied: string;
  let external: ExternalBroker | null = null;

  beforeAll(async () => {
    external = program === null ? null : await startExternalBroker(program);
    running = await runCloud({ environment: external?.environment ?? {} });
    ours = await plantTenant(running.owner, 'ours');
    office = new TestBrowser(running.cloud.url);
    await office.logIn(ours.manager);
    first = await startKiosk(running, ours, undefined, { boardSerial });
    await first.until('it shows its building', ({ phase }) => phase === 'running');
    // The card is copied while nothing is written to it, as by somebody who took it out.
    await first.stop();
    copied = await mkdtemp(join(tmpdir(), 'concierge-kiosk-copy-'));
    await cp(first.dataFolder, copied, { recursive: true });
    first = await startKiosk(running, ours, first.dataFolder, { boardSerial });
  });
  afterAll(async () => {
    await forgetKiosk(first);
    await running.stop();
    await external?.stop();
  });

  const id = async (): Promise<string> =>
    DevicePage.parse((await office.request('GET', '/api/kiosk/devices?q=kiosk')).json).items[0]?.id ?? '';
  const seen = async (): Promise<DeviceDetail> =>
    DeviceDetail.parse((await office.request('GET', `/api/kiosk/devices/${await id()}`)).json);
  const found = async () => (await seen()).history.filter(({ kind }) => kind === 'twin');

  it('one that is started anew, however often, is no twin of itself', async () => {
    for (let starts = 0; starts < 3; starts += 1) {
      await first.stop();
      first = await startKiosk(running, ours, first.dataFolder, { boardSerial });
      await first.until('it is there', ({ link }) => link === 'online');
    }
    expect((await seen()).alerts).not.toContain('twin');
    expect(await found()).toEqual([]);
  });

  it('a copy that the hardware cannot tell apart is noticed, told once, and closed by a person', async () => {
    const copy = await startKiosk(running, ours, copied, { boardSerial });
    try {
      await vi.waitFor(async () => expect((await seen()).alerts).toContain('twin'), { timeout: 30_000, interval: 100 });
      // They go on cutting each other off, and it stays one alert.
      for (let cuts = 0; cuts < 5; cuts += 1) {
        const { confirmedAt: before } = first.state();
        await first.until('it is back, and told anew what is current', ({ confirmedAt }) => confirmedAt !== before);
      }
      expect(await found()).toMatchObject([{ kind: 'twin', closedAt: null, acknowledgedAt: null }]);
      const counts = FleetCounts.parse((await office.request('GET', '/api/kiosk/fleet')).json);
      expect(counts.alerts.twin).toBe(1);
      expect(DevicePage.parse((await office.request('GET', '/api/kiosk/devices?alert=twin')).json).items).toHaveLength(1);
      // What the two show meanwhile is the building's.
      for (const kiosk of [first, copy]) expect(kiosk.state().phase).toBe('running');
    } finally {
      await forgetKiosk(copy);
    }

    // It does not go by itself when the second machine does, and pictures of the first do not take it away.
    await first.until('the first is there again', ({ link }) => link === 'online');
    await vi.waitFor(async () => expect((await seen()).telemetry).not.toBeNull(), { timeout: 15_000, interval: 200 });
    expect((await seen()).alerts).toContain('twin');

    const close = async () => (await office.request('POST', `/api/kiosk/devices/${await id()}/alerts/twin/close`)).status;
    expect(await close()).toBe(204);
    expect(await close()).toBe(404);
    expect((await seen()).alerts).not.toContain('twin');
    expect(await found()).toMatchObject([{ closedAt: expect.any(String) }]);
    // The first one's next connection is no news.
    await first.stop();
    first = await startKiosk(running, ours, first.dataFolder, { boardSerial });
    await first.until('it is there', ({ link }) => link === 'online');
    // What it measured after it came back is told after that it came back.
    const before = (await seen()).telemetryReceivedAt;
    await vi.waitFor(async () => expect((await seen()).telemetryReceivedAt).not.toBe(before), { timeout: 30_000, interval: 200 });
    expect((await seen()).alerts).not.toContain('twin');
    const audited = await running.owner.query<{ action: string; actor_kind: string }>(
      `select action, actor_kind from audit_event where details ->> 'kind' = 'twin' order by id`,
    );
    expect(audited.rows).toEqual([
      { action: 'device.alert-opened', actor_kind: 'system' },
      { action: 'device.alert-closed', actor_kind: 'user' },
    ]);
  }, 90_000);
}
