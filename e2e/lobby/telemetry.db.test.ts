import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { DeviceDetail, DevicePage } from '@concierge/contract/http/fleet.ts';
import { systemTelemetrySources } from '@concierge/kiosk-agent/device/telemetry.ts';
import { layOut, piFour } from '@concierge/kiosk-agent/device/testing/boards.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ExternalBroker, startExternalBroker } from './external-broker.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

/** The same over both brokers; CI installs mosquitto, elsewhere its half says that it was skipped and why. */
const mosquitto = findMosquitto(process.env['PATH']);

describe('over the embedded broker', () => telemetry(null));

if (mosquitto !== null || process.env['CI'] !== undefined) {
  describe('over mosquitto', () => telemetry(mosquitto ?? 'mosquitto'));
} else {
  describe.skip('over mosquitto (skipped: no mosquitto program was found; install the package mosquitto)', () => telemetry('mosquitto'));
}

function telemetry(program: string | null): void {
  let running: RunningCloud;
  let tenant: PlantedTenant;
  let office: TestBrowser;
  let kiosk: TestKiosk;
  let board: string;
  let external: ExternalBroker | null = null;

  beforeAll(async () => {
    external = program === null ? null : await startExternalBroker(program);
    running = await runCloud({ environment: external?.environment ?? {} });
    tenant = await plantTenant(running.owner, 'ours');
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
    board = await mkdtemp(join(tmpdir(), 'concierge-board-'));
    layOut(piFour, board);
    kiosk = await startKiosk(running, tenant, undefined, { telemetrySources: { ...systemTelemetrySources, rootDir: board } });
  });
  afterAll(async () => {
    await forgetKiosk(kiosk);
    await running.stop();
    await external?.stop();
    await rm(board, { recursive: true, force: true });
  });

  const seen = async (): Promise<DeviceDetail> => {
    const page = DevicePage.parse((await office.request('GET', '/api/kiosk/devices?q=kiosk')).json);
    return DeviceDetail.parse((await office.request('GET', `/api/kiosk/devices/${page.items[0]?.id}`)).json);
  };

  it('is told by the agent soon after it connects, and the office sees the board and what is the matter with it', async () => {
    await vi.waitFor(async () => expect((await seen()).telemetry).not.toBeNull(), { timeout: 15_000, interval: 200 });
    const detail = await seen();
    expect(detail.telemetry).toMatchObject({
      clock: 'trusted',
      temperatureCelsius: 63.8,
      power: { underVoltage: 'now', frequencyCapped: 'never', throttled: 'now', softTemperatureLimit: 'never' },
      memory: { totalBytes: 3_885_396 * 1_024 },
      startsLastHour: 1,
    });
    // The disk is this machine's own, and may be full or not.
    expect(detail.alerts).toContain('power');
    expect(detail.history).toContainEqual(expect.objectContaining({ kind: 'power', closedAt: null }));
  });
}
