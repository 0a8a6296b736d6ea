import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOpenMeteo } from './open-meteo.ts';
import type { WeatherService } from './service.ts';
import { type ForecastPart, json, startWeatherServer, type WeatherServer } from './testing/weather-server.ts';

const nowMs = Date.UTC(2026, 10, 21, 12, 7);
const athens = { latitude: 37.98, longitude: 23.73 };
let server: WeatherServer;
let service: WeatherService;

beforeAll(async () => {
  server = await startWeatherServer(() => nowMs);
  service = createOpenMeteo({ weatherUrl: server.url, placesUrl: server.url, apiKey: 'secret-of-ours', nowMs: () => nowMs });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.says = {};
  server.instead = null;
  server.asked.length = 0;
});

describe('a forecast', () => {
  it('is read in our words', async () => {
    expect(await service.read(athens)).toEqual({
      ok: true,
      value: {
        measuredAt: '2026-11-21T12:00:00.000Z',
        now: { temperatureC: 17, sky: 'cloudy', isDay: true, windBeaufort: 4, windFrom: 'ne' },
        days: [
          { date: '2026-11-21', sky: 'overcast', lowestC: 10, highestC: 18 },
          { date: '2026-11-22', sky: 'rain', lowestC: 9, highestC: 17 },
          { date: '2026-11-23', sky: 'storm', lowestC: 8, highestC: 16 },
          { date: '2026-11-24', sky: 'clear', lowestC: 7, highestC: 15 },
        ],
      },
    });
    const [question = ''] = server.asked;
    const asked = new URL(question, server.url);
    expect(asked.pathname).toBe('/v1/forecast');
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      latitude: '37.98',
      longitude: '23.73',
      temperature_unit: 'celsius',
      wind_speed_unit: 'kmh',
      apikey: 'secret-of-ours',
    });
  });

  it('knows no minus nought', async () => {
    server.says = { current: { temperature_2m: -0.3 } };
    const read = await service.read(athens);
    expect(read.ok && Object.is(read.value.now.temperatureC, 0)).toBe(true);
  });

  it.each<[string, ForecastPart]>([
    ['no number', { current: { temperature_2m: null } }],
    ['a number in letters', { current: { temperature_2m: '17' } }],
    ['a heat nobody survives', { current: { temperature_2m: 451 } }],
    ['a huge number', { current: { temperature_2m: 1e308 } }],
    ['Fahrenheit', { current_units: { temperature_2m: '°F' } }],
    ['Fahrenheit for the days', { daily_units: { temperature_2m_max: '°F' } }],
    ['miles', { current_units: { wind_speed_10m: 'mp/h' } }],
    ['a wind from nowhere', { current: { wind_direction_10m: 361 } }],
    ['a wind that blows backwards', { current: { wind_speed_10m: -3 } }],
    ['a code nobody knows', { current: { weather_code: 42 } }],
    ['neither day nor night', { current: { is_day: 2 } }],
    ['yesterday’s weather', { current: { time: '2026-11-20T14:00' } }],
    ['tomorrow’s weather', { current: { time: '2026-11-22T14:00' } }],
    ['no time', { current: { time: 'noon' } }],
    ['an offset no zone has', { utc_offset_seconds: 1e9 }],
    ['another place', { latitude: -33.9 }],
    ['days that begin tomorrow', { daily: { time: ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'] } }],
    ['the same day twice', { daily: { time: ['2026-11-21', '2026-11-21', '2026-11-22', '2026-11-23'] } }],
    ['no days', { daily: { time: [] } }],
    ['fewer temperatures than days', { daily: { temperature_2m_max: [18] } }],
    ['a low above the high', { daily: { temperature_2m_min: [30, 30, 30, 30] } }],
    ['more days than there are', { daily: { time: Array.from({ length: 400 }, () => '2026-11-21') } }],
  ])('with %s is none', async (_what, says) => {
    server.says = says;
    expect(await service.read(athens)).toMatchObject({ ok: false, error: { kind: 'wrong' } });
  });

  it.each([
    ['NaN', '{"latitude":NaN}'],
    ['a page', '<!doctype html><title>Please log in to this Wi-Fi</title>'],
    ['half of it', '{"latitude":37.9'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a flood', JSON.stringify({ latitude: 'x'.repeat(100_000) })],
  ])('that is %s is none', async (_what, text) => {
    server.instead = (response) => json(response, 200, text);
    expect(await service.read(athens)).toMatchObject({ ok: false, error: { kind: 'wrong' } });
  });

  it('is not looked for where the service points', async () => {
    server.instead = (response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' });
      response.end();
    };
    expect(await service.read(athens)).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  });

  it('is refused in the service’s words, and our key is in none of ours', async () => {
    server.instead = (response) =>
      json(response, 429, { error: true, reason: 'Hourly API request limit exceeded. Please try again in the next hour.' });
    expect(await service.read(athens)).toEqual({ ok: false, error: { kind: 'refused', detail: 'status 429' } });
    const nobody = createOpenMeteo({
      weatherUrl: 'http://127.0.0.1:9/',
      placesUrl: undefined,
      apiKey: 'secret-of-ours',
      nowMs: () => nowMs,
    });
    const unreachable = await nobody.read(athens);
    expect(unreachable).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
    expect(JSON.stringify(unreachable)).not.toContain('secret-of-ours');
    expect(nobody.search).toBeNull();
  });
});

describe('the search for places', () => {
  it('puts the names of both languages together', async () => {
    expect(await service.search?.('Αθήν')).toEqual({
      ok: true,
      value: [{ name: { el: 'Αθήνα', en: 'Athens' }, region: 'Αττική, Ελλάδα', latitude: 37.98376, longitude: 23.72784 }],
    });
    expect(server.asked.map((path) => new URL(path, server.url).searchParams.get('language'))).toEqual(
      expect.arrayContaining(['el', 'en']),
    );
  });

  it('finds nothing where there is nothing', async () => expect(await service.search?.('Ατλαντίδα')).toEqual({ ok: true, value: [] }));
});
