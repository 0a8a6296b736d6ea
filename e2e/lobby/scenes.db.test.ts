import { randomUUID } from 'node:crypto';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { sampleScenes } from '@concierge/kiosk-renderer/widgets/samples.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExternalBroker, startExternalBroker } from './external-broker.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

const mosquitto = findMosquitto(process.env['PATH']);

describe('over the embedded broker', () => scenesReachTheScreen(null));

if (mosquitto !== null || process.env['CI'] !== undefined) {
  describe('over mosquitto', () => scenesReachTheScreen(mosquitto ?? 'mosquitto'));
} else {
  describe.skip('over mosquitto (skipped: no mosquitto program was found; install the package mosquitto)', () =>
    scenesReachTheScreen('mosquitto'));
}

function scenesReachTheScreen(program: string | null): void {
  let running: RunningCloud;
  let tenant: PlantedTenant;
  let kiosk: TestKiosk;
  let office: TestBrowser;
  let deviceId = '';
  let config: DisplayConfig;
  let external: ExternalBroker | null = null;

  beforeAll(async () => {
    external = program === null ? null : await startExternalBroker(program);
    running = await runCloud({ environment: external?.environment ?? {} });
    tenant = await plantTenant(running.owner, 'ours');
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
    kiosk = await startKiosk(running, tenant);
    await kiosk.until('the building is shown', ({ phase }) => phase === 'running');
    const { rows } = await running.owner.query<{ id: string }>("select id from device where tenant_id = $1 and name = 'Test kiosk'", [
      tenant.tenantId,
    ]);
    deviceId = rows[0]?.id ?? '';
  });
  afterAll(async () => {
    await forgetKiosk(kiosk);
    await running.stop();
    await external?.stop();
  });

  const path = '/api/kiosk/display-configs';
  async function ask(method: string, rest: string, body: unknown): Promise<DisplayConfig> {
    const reply = await office.request(method, `${path}${rest}`, body);
    expect(reply.status, reply.text).toBeLessThan(300);
    return DisplayConfig.parse(reply.json);
  }
  const namesOf = () => kiosk.state().scenes?.scenes.map(({ name }) => name.el) ?? null;
  const reported = async () => {
    const { rows } = await running.owner.query<{ held: number }>(
      "select (reported ->> 'scenesSequence')::int as held from device where id = $1",
      [deviceId],
    );
    return rows[0]?.held;
  };

  it('shows its own round until somebody arranges another', () => {
    expect(kiosk.state().scenes).toBeNull();
  });

  it('a draft reaches no screen; its publication reaches it within two seconds', async () => {
    config = await ask('POST', '', {
      name: 'Είσοδος',
      buildingId: tenant.buildingId,
      draft: { scenes: sampleScenes, fallbackSceneId: null },
    });
    config = await ask('POST', `/${config.id}/devices`, { assign: [deviceId], release: [] });
    expect(kiosk.state().scenes).toBeNull();
    config = await ask('POST', `/${config.id}/publish`, { version: config.version });
    const tookMs = await kiosk.until('the scenes are held', ({ scenes }) => scenes !== null);
    expect(namesOf()).toEqual(['Σήμερα', 'Το σπίτι']);
    expect(tookMs).toBeLessThan(2_000);
    await expect.poll(reported, { timeout: 5_000 }).toBe(1);
  });

  it('what an older screen does not know costs its own scene and no other', async () => {
    // The office of this version refuses such a widget; a newer one would not.
    await running.owner.query(
      `update display_config_revision set list = jsonb_set(list, '{scenes,0,view,portrait,0,widget}', '"hologram"') where display_config_id = $1`,
      [config.id],
    );
    await running.owner.query('update device_scenes set revision = 0 where device_id = $1', [deviceId]);
    await running.owner.query(
      `select graphile_worker.add_job('lobby.serve-device', json_build_object('tenantId', $1::text, 'buildingId', $2::text, 'subjectId', $3::text))`,
      [tenant.tenantId, tenant.buildingId, deviceId],
    );
    await kiosk.until('the newer arrangement is held', ({ scenes }) => scenes?.sequence === 2);
    expect(namesOf()).toEqual(['Το σπίτι']);
  });

  it('holds it through a restart without a network', async () => {
    await kiosk.stop();
    await running.goDown();
    kiosk = await startKiosk(running, tenant, kiosk.dataFolder);
    expect(kiosk.state()).toMatchObject({ phase: 'running', scenes: { sequence: 2 } });
    await running.comeBack();
    office = new TestBrowser(running.cloud.url);
    await office.logIn(tenant.manager);
    await kiosk.until('it is back', ({ link }) => link === 'online', 20_000);
  });

  it('hangs in another building when it is moved there: nothing of the old one stays', async () => {
    const otherId = randomUUID();
    await running.owner.query(
      "insert into building (tenant_id, id, name_el, address_line_el, city_el, postal_code) values ($1, $2, 'Άλλη πολυκατοικία', 'Οδός 1', 'Αθήνα', '11528')",
      [tenant.tenantId, otherId],
    );
    const version = async () =>
      (await running.owner.query<{ version: number }>('select version from device where id = $1', [deviceId])).rows[0]?.version ?? 0;
    const move = async (buildingId: string) =>
      office.request('POST', `/api/kiosk/devices/${deviceId}/move`, { buildingId, version: await version() });
    expect((await move(randomUUID())).status).toBe(404);
    expect((await move(otherId)).status).toBe(204);
    await kiosk.until('the other building is shown', ({ document }) => document?.building.id === otherId);
    // A programme of the old building alone does not come along.
    expect(kiosk.state().scenes).toBeNull();
    await kiosk.until('it has codes again', ({ qr }) => qr !== null);
    await expect
      .poll(
        async () => {
          const { rows } = await running.owner.query<{ settled: boolean }>(
            `select (reported ->> 'contentSequence')::int = content_sequence and content_sequence > 0 as settled from device where id = $1`,
            [deviceId],
          );
          return rows[0]?.settled;
        },
        { timeout: 5_000 },
      )
      .toBe(true);
    expect((await move(tenant.buildingId)).status).toBe(204);
    await kiosk.until('it is back', ({ document }) => document?.building.id === tenant.buildingId);
    config = await ask('POST', `/${config.id}/devices`, { assign: [deviceId], release: [] });
    await kiosk.until('the scenes are held again', ({ scenes }) => scenes !== null);
  });

  it('goes back to its own round when it is taken away', async () => {
    config = await ask('POST', `/${config.id}/devices`, { assign: [], release: [deviceId] });
    await kiosk.until('its own round is shown', ({ scenes }) => scenes === null);
    await expect.poll(reported, { timeout: 20_000 }).toBeGreaterThan(3);
  });
}
