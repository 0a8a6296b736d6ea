import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { field, type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExternalBroker, startExternalBroker } from './external-broker.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

/** The same job over both brokers; CI installs mosquitto, elsewhere its half says that it was skipped and why. */
const mosquitto = findMosquitto(process.env['PATH']);

describe('over the embedded broker', () => mainJob(null));

if (mosquitto !== null || process.env['CI'] !== undefined) {
  describe('over mosquitto', () => mainJob(mosquitto ?? 'mosquitto'));
} else {
  describe.skip('over mosquitto (skipped: no mosquitto program was found; install the package mosquitto)', () => mainJob('mosquitto'));
}

function mainJob(program: string | null): void {
  let running: RunningCloud;
  let tenant: PlantedTenant;
  let kiosk: TestKiosk;
  let office: TestBrowser;
  let offsetMs = 0;
  let external: ExternalBroker | null = null;

  beforeAll(async () => {
    external = program === null ? null : await startExternalBroker(program);
    running = await runCloud({ nowMs: () => Date.now() + offsetMs, environment: external?.environment ?? {} });
    tenant = await plantTenant(running.owner, 'ours');
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
    kiosk = await startKiosk(running, tenant);
  });
  afterAll(async () => {
    await forgetKiosk(kiosk);
    await running.stop();
    await external?.stop();
  });

  const announce = (title: string, extra: object = {}) =>
    office.request('POST', '/api/announcements', {
      buildingId: tenant.buildingId,
      category: 'safety',
      title: { el: title, en: null },
      ...extra,
    });
  const shows = (title: string) => (state: ReturnType<TestKiosk['state']>) =>
    state.document?.announcements.some((one) => one.title.el === title) ?? false;

  describe('the main job, from the office to the lobby', () => {
    it('claims the kiosk and shows the building', async () => {
      const tookMs = await kiosk.until('the building is shown', (state) => state.phase === 'running' && state.link === 'online');
      expect(kiosk.state().document?.building.id).toBe(tenant.buildingId);
      expect(tookMs).toBeLessThan(5_000);
    });

    it('shows an urgent announcement within a second of its commit', async () => {
      const created = await announce('Διαρροή αερίου', { urgent: true });
      expect(created.status).toBe(201);
      const tookMs = await kiosk.until('the announcement is shown', shows('Διαρροή αερίου'), 5_000);
      expect(tookMs).toBeLessThan(1_000);
      expect(kiosk.state().document?.announcements[0]).toMatchObject({ urgent: true, title: { el: 'Διαρροή αερίου' } });
    });

    it('takes a withdrawn one off again', async () => {
      const created = await announce('Λάθος');
      await kiosk.until('it is shown', shows('Λάθος'));
      const { id, version } = idAndVersion(created.json);
      expect((await office.request('PATCH', `/api/announcements/${id}`, { withdrawn: true, version })).status).toBe(200);
      await kiosk.until('it is gone', (state) => !shows('Λάθος')(state));
    });

    it('tells the office which content the kiosk holds', async () => {
      await expect
        .poll(
          async () => {
            const { rows } = await running.owner.query<{ held: number; newest: number; online: boolean }>(
              `select (reported ->> 'contentSequence')::int as held, content_sequence as newest, online from device where tenant_id = $1 and name = 'Test kiosk'`,
              [tenant.tenantId],
            );
            return rows[0]?.online === true && rows[0].held === rows[0].newest;
          },
          { timeout: 5_000 },
        )
        .toBe(true);
    });

    it('changes the display of one screen when the office asks for it', async () => {
      const { rows } = await running.owner.query<{ id: string; version: number }>(
        "select id, version from device where tenant_id = $1 and name = 'Test kiosk'",
        [tenant.tenantId],
      );
      const [device] = rows;
      expect(kiosk.state().display.language).not.toBe('en');
      const display = { language: 'en', widthMm: 600 };
      const changed = await office.request('PATCH', `/api/kiosk/devices/${device?.id}`, { version: device?.version, display });
      expect(changed.status, changed.text).toBe(200);
      await kiosk.until('the display has changed', (state) => state.display.language === 'en');
      expect(kiosk.state().display).toEqual(display);
    });

    it('does not send again what did not change', async () => {
      const { contentSequence: before, confirmedAt: confirmed } = kiosk.state();
      await running.owner.query(
        `select graphile_worker.add_job('lobby.rebuild', json_build_object('tenantId', $1::text, 'buildingId', $2::text))`,
        [tenant.tenantId, tenant.buildingId],
      );
      await kiosk.until('the cloud has vouched again', (state) => state.confirmedAt !== confirmed);
      expect(kiosk.state().contentSequence).toBe(before);
    });

    it('shows nothing of an archived building, here or on its public page, and all of it again when it is brought back', async () => {
      const publicPage = async () =>
        (await new TestBrowser(running.cloud.url).request('GET', `/api/public-info/${tenant.buildingId}`)).status;
      const before = kiosk.state();
      expect(await publicPage()).toBe(200);
      expect((await office.request('DELETE', `/api/buildings/${tenant.buildingId}`)).status).toBe(204);
      await kiosk.until('the building has gone', (state) => state.phase === 'safe' && state.document === null && state.qr === null);
      expect(await publicPage()).toBe(404);
      expect((await office.request('POST', `/api/buildings/${tenant.buildingId}/restore`)).status).toBe(200);
      await kiosk.until('the building is back', (state) => state.phase === 'running' && state.qr !== null);
      expect(kiosk.state().document).toEqual(before.document);
      expect(kiosk.state().contentSequence).toBeGreaterThan(before.contentSequence);
      expect(await publicPage()).toBe(200);
      expect((await office.request('POST', `/api/buildings/${tenant.buildingId}/restore`)).status).toBe(404);
    });

    it('keeps showing the last good building while broker and cloud are gone, and catches up by itself', async () => {
      const shown = kiosk.state().document;
      await running.goDown();
      await external?.pause();
      await kiosk.until('the screen says it is offline', (state) => state.link === 'offline', 15_000);
      expect(kiosk.state()).toMatchObject({ phase: 'running', document: shown });
      expect(kiosk.state().confirmedAt).not.toBeNull();
      // Somebody else's replica changed it meanwhile; ours hears of it when it is back.
      await running.owner.query(
        'insert into announcement (tenant_id, building_id, category, title_el, created_by) values ($1, $2, $3, $4, $5)',
        [tenant.tenantId, tenant.buildingId, 'general', 'Όσο λείπαμε', tenant.manager.id],
      );
      await external?.resume();
      await running.comeBack();
      await running.owner.query(
        `select graphile_worker.add_job('lobby.rebuild', json_build_object('tenantId', $1::text, 'buildingId', $2::text))`,
        [tenant.tenantId, tenant.buildingId],
      );
      await kiosk.until('the screen has caught up', (state) => state.link === 'online' && shows('Όσο λείπαμε')(state), 20_000);
    }, 60_000);

    it('shows it from the cache alone after its process ended, with no network at all', async () => {
      const folder = kiosk.dataFolder;
      await kiosk.stop();
      await running.goDown();
      await external?.pause();
      const again = await startKiosk(running, tenant, folder);
      try {
        await again.until('the cached building is shown', (state) => state.phase === 'running' && state.link === 'offline', 8_000);
        expect(shows('Όσο λείπαμε')(again.state())).toBe(true);
      } finally {
        await again.stop();
        await external?.resume();
        await running.comeBack();
        kiosk = await startKiosk(running, tenant, folder);
      }
    }, 60_000);
  });

  describe('presence, from the screen to the phone', () => {
    const tokenOnScreen = async () => {
      await kiosk.until('a code is shown', (state) => state.qr !== null);
      const url = kiosk.state().qr?.url ?? '';
      expect(url.length).toBeLessThanOrEqual(300);
      return url.split('/').at(-1) ?? '';
    };

    it('proves presence once per browser, to several browsers, and kindly refuses the same link minutes later', async () => {
      const token = await tokenOnScreen();
      const phone = new TestBrowser(running.cloud.url);
      const first = await phone.request('POST', '/api/kiosk/connect', { token });
      expect(first.status).toBe(200);
      for (const secret of tenant.secrets) expect(first.text).not.toContain(secret);
      // Reloading the page is the same proof; another phone may use the code while it shows.
      expect((await phone.request('POST', '/api/kiosk/connect', { token })).json).toEqual(first.json);
      expect((await new TestBrowser(running.cloud.url).request('POST', '/api/kiosk/connect', { token })).status).toBe(200);
      // Without the join session's cookie the code is used up for this browser.
      phone.cookies.delete('nc_join');
      const used = await phone.request('POST', '/api/kiosk/connect', { token });
      expect([used.status, field(used.json, 'code')]).toEqual([409, 'presence-used']);

      offsetMs = 4 * 60_000;
      const late = await new TestBrowser(running.cloud.url).request('POST', '/api/kiosk/connect', { token }, { 'accept-language': 'el' });
      offsetMs = 0;
      expect([late.status, field(late.json, 'code')]).toEqual([410, 'presence-expired']);
      expect(field(late.json, 'title')).toContain('Σαρώστε ξανά');
    });

    it('refuses forged, shifted, foreign and malformed codes without telling anything', async () => {
      const token = await tokenOnScreen();
      const bytes = Buffer.from(token, 'base64url');
      const changed = (index: number) => {
        const copy = Buffer.from(bytes);
        copy[index] = (copy[index] ?? 0) ^ 1;
        return copy.toString('base64url');
      };
      for (const forged of [changed(20), changed(36), changed(5), `${token}x`, 'x', '', "' or 1=1", changed(0)]) {
        const reply = await new TestBrowser(running.cloud.url).request('POST', '/api/kiosk/connect', { token: forged });
        expect([400, 404], `${forged}: ${reply.text}`).toContain(reply.status);
      }
    });

    it('is over for a revoked device', async () => {
      const token = await tokenOnScreen();
      await running.owner.query("update device set revoked_at = now() where name = 'Test kiosk'");
      const reply = await new TestBrowser(running.cloud.url).request('POST', '/api/kiosk/connect', { token });
      await running.owner.query("update device set revoked_at = null where name = 'Test kiosk'");
      expect(field(reply.json, 'code')).toBe('presence-expired');
    });
  });
}

function idAndVersion(json: unknown): { id: string; version: number } {
  return { id: field(json, 'id'), version: Number(JSON.stringify(json).match(/"version":(\d+)/)?.[1]) };
}
