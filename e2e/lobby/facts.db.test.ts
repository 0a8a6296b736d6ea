import { startWeatherServer, type WeatherServer } from '@concierge/cloud-server/modules/weather/testing/weather-server.ts';
import { type PlantedTenant, plantTenant } from '@concierge/cloud-server/testing/planted-tenant.ts';
import { type RunningCloud, runCloud, TestBrowser } from '@concierge/cloud-server/testing/running-cloud.ts';
import { BuildingAccountReply } from '@concierge/contract/http/building-account.ts';
import { BuildingPlaceReply } from '@concierge/contract/http/weather.ts';
import { findMosquitto } from '@concierge/testing/mosquitto.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExternalBroker, startExternalBroker } from './external-broker.ts';
import { forgetKiosk, startKiosk, type TestKiosk } from './kiosk.ts';

const mosquitto = findMosquitto(process.env['PATH']);
const HOUR_MS = 3_600_000;

describe('over the embedded broker', () => factsReachTheScreen(null));

if (mosquitto !== null || process.env['CI'] !== undefined) {
  describe('over mosquitto', () => factsReachTheScreen(mosquitto ?? 'mosquitto'));
} else {
  describe.skip('over mosquitto (skipped: no mosquitto program was found; install the package mosquitto)', () =>
    factsReachTheScreen('mosquitto'));
}

function factsReachTheScreen(program: string | null): void {
  let server: WeatherServer;
  let running: RunningCloud;
  let ours: PlantedTenant;
  let theirs: PlantedTenant;
  let kiosk: TestKiosk;
  let office: TestBrowser;
  let stranger: TestBrowser;
  let external: ExternalBroker | null = null;

  beforeAll(async () => {
    server = await startWeatherServer();
    external = program === null ? null : await startExternalBroker(program);
    running = await runCloud({
      environment: { ...external?.environment, WEATHER_URL: server.url, WEATHER_PLACES_URL: server.url },
    });
    ours = await plantTenant(running.owner, 'ours');
    theirs = await plantTenant(running.owner, 'theirs');
    office = new TestBrowser(running.cloud.url);
    await office.logIn(ours.manager);
    stranger = new TestBrowser(running.cloud.url);
    await stranger.logIn(theirs.manager);
    kiosk = await startKiosk(running, ours);
    await kiosk.until('the building is shown', ({ phase }) => phase === 'running');
  });
  afterAll(async () => {
    await forgetKiosk(kiosk);
    await running.stop();
    await external?.stop();
    await server.stop();
  });

  const of = (what: string) => `/api/buildings/${ours.buildingId}/${what}`;
  const weather = () => kiosk.state().facts.weather;
  const forecasts = () => server.asked.filter((path) => path.startsWith('/v1/forecast')).length;
  async function placeRow(): Promise<{ failures: number; nextAt: Date } | undefined> {
    const { rows } = await running.owner.query<{ failures: number; nextAt: Date }>(
      'select failures, next_at as "nextAt" from place_weather where latitude = 37.98',
    );
    return rows[0];
  }
  async function askNow(): Promise<void> {
    await running.owner.query("update place_weather set next_at = '-infinity'");
    await running.owner.query("select graphile_worker.add_job('weather.ask', '{}')");
  }

  it('a place of two offices is asked for once, and its weather is on the screen', async () => {
    await kiosk.until('there is weather', ({ facts }) => facts.weather !== null);
    expect(weather()).toMatchObject({
      place: { el: 'Αθήνα' },
      now: { temperatureC: 17, sky: 'cloudy', windBeaufort: 4, windFrom: 'ne' },
      days: [{ highestC: 18, lowestC: 10 }, {}, {}, {}],
    });
    expect(Date.parse(weather()?.showUntil ?? '')).toBe(Date.parse(weather()?.measuredAt ?? '') + 3 * HOUR_MS);
    await expect
      .poll(async () => (await running.owner.query('select from lobby_facts where sequence > 1')).rowCount, { timeout: 5_000 })
      .toBe(2);
    expect(forecasts()).toBe(1);
    await expect
      .poll(
        async () =>
          (await running.owner.query("select from device where name = 'Test kiosk' and (reported ->> 'factsSequence')::int > 1")).rowCount,
        { timeout: 5_000 },
      )
      .toBe(1);
  });

  it('newer weather is news of its own: the content stays the same', async () => {
    const { contentSequence } = kiosk.state();
    server.says = { current: { temperature_2m: -2.6, weather_code: 75, is_day: 0 }, daily: { temperature_2m_min: [-5, -5, -5, -5] } };
    await askNow();
    await kiosk.until('it snows', ({ facts }) => facts.weather?.now.sky === 'snow');
    expect(weather()?.now).toMatchObject({ temperatureC: -3, isDay: false });
    expect(kiosk.state().contentSequence).toBe(contentSequence);
  });

  it('an answer that cannot be the weather changes nothing, and is asked for again later', async () => {
    const before = weather();
    for (const [failures, says] of [
      [1, { current: { temperature_2m: 451 } }],
      [2, { current_units: { temperature_2m: '°F' } }],
    ] as const) {
      server.says = says;
      await askNow();
      await expect.poll(async () => (await placeRow())?.failures, { timeout: 5_000 }).toBe(failures);
    }
    expect((await placeRow())?.nextAt.getTime()).toBeGreaterThan(Date.now() + 5 * 60_000);
    server.instead = (response) => response.end('<!doctype html><title>Σύνδεση</title>');
    await askNow();
    await expect.poll(async () => (await placeRow())?.failures, { timeout: 5_000 }).toBe(3);
    expect(weather()).toEqual(before);
    server.instead = null;
    server.says = {};
    await askNow();
    await kiosk.until('it is mild again', ({ facts }) => facts.weather?.now.temperatureC === 17);
    expect((await placeRow())?.failures).toBe(0);
  });

  it('two replicas that look at once take each place once', async () => {
    const before = forecasts();
    await running.owner.query("update place_weather set next_at = '-infinity'");
    await Promise.all(
      ['one', 'two', 'three', 'four'].map((key) =>
        running.owner.query("select graphile_worker.add_job('weather.ask', '{}', job_key => $1)", [key]),
      ),
    );
    await expect.poll(forecasts, { timeout: 5_000 }).toBe(before + 1);
    await expect
      .poll(async () => (await running.owner.query("select from graphile_worker.jobs where task_identifier = 'weather.ask'")).rowCount)
      .toBe(0);
    expect(forecasts()).toBe(before + 1);
  });

  it('the account is kept by the office, checked, audited, and on the screen within two seconds', async () => {
    const { account } = BuildingAccountReply.parse((await office.request('GET', of('account'))).json);
    const body = { iban: ' gr33 0140 1500 1500 0200 2001 234', holder: 'POLYKATOIKIA AGIAS LAVRAS 14', version: account?.version ?? null };
    for (const wrong of [
      { ...body, iban: 'GR33 0140 1500 1500 0200 2001 235' },
      { ...body, iban: 'GB82 WEST 1234 5698 7654 32' },
      { ...body, holder: 'Πολυκατοικία' },
      { ...body, holder: 'A\nBCD\n002' },
      { ...body, amountCents: 4_200 },
    ])
      expect((await office.request('PUT', of('account'), wrong)).status).toBe(400);
    const iban = validIban(body.iban);
    const put = await office.request('PUT', of('account'), { ...body, iban });
    expect(put.status, put.text).toBe(200);
    const tookMs = await kiosk.until('the account is shown', ({ facts }) => facts.account?.iban === iban);
    expect(tookMs).toBeLessThan(2_000);
    expect(kiosk.state().facts.account).toMatchObject({ holder: body.holder });
    expect((await office.request('PUT', of('account'), { ...body, iban })).status).toBe(409);
    const { rows } = await running.owner.query<{ details: object; actor: string }>(
      "select details, actor_id as actor from audit_event where action = 'building-account.changed'",
    );
    expect(rows).toEqual([{ details: { from: 'GR1601101250000000012300695', to: iban }, actor: ours.manager.id }]);
    expect((await office.request('DELETE', of('account'))).status).toBe(204);
    await kiosk.until('no account is shown', ({ facts }) => facts.account === null);
    expect((await office.request('DELETE', of('account'))).status).toBe(404);
    expect((await office.request('PUT', of('account'), { ...body, iban, version: null })).status).toBe(200);
  });

  it('another office sees none of it, and changes none of it', async () => {
    const holder = 'POLYKATOIKIA AGIAS LAVRAS 14';
    await kiosk.until('the account is shown', ({ facts }) => facts.account?.holder === holder);
    const place = { name: { el: 'Άλλη', en: null }, latitude: 0, longitude: 0, version: 1 };
    const account = { iban: 'GR1601101250000000012300695', holder: 'THIEF', version: 1 };
    for (const [method, path, body] of [
      ['GET', of('account')],
      ['PUT', of('account'), account],
      ['PUT', of('account'), { ...account, version: null }],
      ['DELETE', of('account')],
      ['GET', of('place')],
      ['PUT', of('place'), place],
      ['DELETE', of('place')],
      ['GET', `/api/kiosk/facts/${ours.buildingId}`],
    ] as const)
      expect((await stranger.request(method, path, body)).status, `${method} ${path}`).toBe(404);
    const nobody = new TestBrowser(running.cloud.url);
    for (const path of [of('account'), of('place'), `/api/kiosk/facts/${ours.buildingId}`, '/api/weather/places?name=Athens'])
      expect((await nobody.request('GET', path)).status).toBe(401);
    expect(BuildingAccountReply.parse((await office.request('GET', of('account'))).json).account).toMatchObject({ holder });
    expect(kiosk.state().facts.account?.holder).toBe(holder);
  });

  it('the place is searched for, chosen and taken away', async () => {
    const found = await office.request('GET', '/api/weather/places?name=%CE%98%CE%B5%CF%83');
    expect(found.json).toMatchObject({
      items: [{ name: { el: 'Θεσσαλονίκη', en: 'Thessaloniki' }, region: 'Κεντρική Μακεδονία, Ελλάδα' }],
    });
    const before = BuildingPlaceReply.parse((await office.request('GET', of('place'))).json);
    const body = {
      name: { el: 'Θεσσαλονίκη', en: 'Thessaloniki' },
      latitude: 40.64361,
      longitude: 22.93086,
      version: before.place?.version,
    };
    for (const wrong of [
      { ...body, latitude: 91 },
      { ...body, longitude: null },
      { ...body, name: { el: '', en: null } },
    ])
      expect((await office.request('PUT', of('place'), wrong)).status).toBe(400);
    expect((await office.request('PUT', of('place'), body)).status).toBe(200);
    await kiosk.until('the other place is shown', ({ facts }) => facts.weather?.place.el === 'Θεσσαλονίκη');
    // The town, and nobody's house: two decimals are about a kilometre.
    expect(server.asked.some((path) => path.includes('latitude=40.64&longitude=22.93&'))).toBe(true);
    expect((await office.request('PUT', of('place'), body)).status).toBe(409);
    expect((await office.request('DELETE', of('place'))).status).toBe(204);
    await kiosk.until('no weather is shown', ({ facts }) => facts.weather === null);
    expect((await office.request('PUT', of('place'), { ...body, latitude: 37.98, longitude: 23.73, version: null })).status).toBe(200);
    await kiosk.until('there is weather again', ({ facts }) => facts.weather !== null);
  });

  it('holds it through a restart without a network', async () => {
    const held = kiosk.state().facts;
    await kiosk.stop();
    await running.goDown();
    kiosk = await startKiosk(running, ours, kiosk.dataFolder);
    expect(kiosk.state().facts).toEqual(held);
    await running.comeBack();
    await kiosk.until('it is back', ({ link }) => link === 'online', 20_000);
  });

  it('weather that grew old in the cloud is taken back', async () => {
    server.instead = (response) => response.end('no');
    // As it would be after hours without an answer.
    await running.owner.query(`update place_weather set reading = jsonb_set(reading, '{measuredAt}', to_jsonb($1::text))`, [
      new Date(Date.now() - 3 * HOUR_MS).toISOString(),
    ]);
    await running.owner.query(
      "select graphile_worker.add_job('lobby.refresh-facts', json_build_object('tenantId', $1::text, 'buildingId', $2::text))",
      [ours.tenantId, ours.buildingId],
    );
    await kiosk.until('no weather is held', ({ facts }) => facts.weather === null);
    expect(kiosk.state().facts.account).not.toBeNull();
  });
}

/** The same number with the check digits it should have. */
function validIban(typed: string): string {
  const compact = typed.replaceAll(' ', '').toUpperCase();
  const digits = `${compact.slice(4)}${compact.slice(0, 2)}00`.replaceAll(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return `${compact.slice(0, 2)}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${compact.slice(4)}`;
}
