import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Open-Meteo as far as we know it: its forecast and its search for places, with its own wire format and its own words of refusal. */
export interface WeatherServer {
  /** Both services at one address. */
  readonly url: string;
  /** What was asked for, the path with its query. */
  readonly asked: string[];
  /** What the forecast says from now on; merged into an ordinary answer, `current` and `daily` field by field. */
  says: ForecastPart;
  /** Answers instead of the forecast. */
  instead: ((response: ServerResponse) => void) | null;
  stop(): Promise<void>;
}

export interface ForecastPart {
  readonly current?: Readonly<Record<string, unknown>>;
  readonly current_units?: Readonly<Record<string, unknown>>;
  readonly daily?: Readonly<Record<string, unknown>>;
  readonly daily_units?: Readonly<Record<string, unknown>>;
  readonly latitude?: unknown;
  readonly utc_offset_seconds?: unknown;
}

const PLACES = [
  { id: 264371, names: { el: 'Αθήνα', en: 'Athens' }, latitude: 37.98376, longitude: 23.72784, admin1: { el: 'Αττική', en: 'Attica' } },
  {
    id: 734077,
    names: { el: 'Θεσσαλονίκη', en: 'Thessaloniki' },
    latitude: 40.64361,
    longitude: 22.93086,
    admin1: { el: 'Κεντρική Μακεδονία', en: 'Central Macedonia' },
  },
] as const;

export async function startWeatherServer(nowMs: () => number = Date.now): Promise<WeatherServer> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${url.pathname}${url.search}`);
    if (url.pathname === '/v1/forecast')
      return self.instead === null ? json(response, 200, forecast(url, nowMs(), self.says)) : self.instead(response);
    if (url.pathname === '/v1/search') return json(response, 200, places(url));
    return json(response, 404, { error: true, reason: 'Not Found' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: WeatherServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    says: {},
    instead: null,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const OFFSET_SECONDS = 7_200;

function forecast(url: URL, nowMs: number, says: ForecastPart): object {
  const degrees = (name: string) => Number(url.searchParams.get(name));
  const local = new Date(nowMs + OFFSET_SECONDS * 1_000 - (nowMs % 900_000));
  const days = Array.from({ length: Number(url.searchParams.get('forecast_days') ?? 7) }, (_, index) =>
    new Date(local.getTime() + index * 86_400_000).toISOString().slice(0, 10),
  );
  const usual = {
    // The nearest point of the grid is not where one asked.
    latitude: degrees('latitude') + 0.0125,
    longitude: degrees('longitude') - 0.0068,
    generationtime_ms: 0.0817,
    utc_offset_seconds: OFFSET_SECONDS,
    timezone: 'Europe/Athens',
    timezone_abbreviation: 'GMT+2',
    elevation: 87,
    current_units: {
      time: 'iso8601',
      interval: 'seconds',
      temperature_2m: '°C',
      weather_code: 'wmo code',
      is_day: '',
      wind_speed_10m: 'km/h',
      wind_direction_10m: '°',
    },
    current: {
      time: local.toISOString().slice(0, 16),
      interval: 900,
      temperature_2m: 16.7,
      weather_code: 2,
      is_day: 1,
      wind_speed_10m: 24.1,
      wind_direction_10m: 38,
    },
    daily_units: { time: 'iso8601', weather_code: 'wmo code', temperature_2m_max: '°C', temperature_2m_min: '°C' },
    daily: {
      time: days,
      weather_code: days.map((_, index) => [3, 61, 95, 0][index % 4]),
      temperature_2m_max: days.map((_, index) => 18.4 - index),
      temperature_2m_min: days.map((_, index) => 9.6 - index),
    },
  };
  return {
    ...usual,
    ...says,
    current: { ...usual.current, ...says.current },
    current_units: { ...usual.current_units, ...says.current_units },
    daily: { ...usual.daily, ...says.daily },
    daily_units: { ...usual.daily_units, ...says.daily_units },
  };
}

/** It leaves out the list where nothing was found. */
function places(url: URL): object {
  const name = (url.searchParams.get('name') ?? '').toLocaleLowerCase('el');
  const language = url.searchParams.get('language') === 'el' ? 'el' : 'en';
  const found = PLACES.filter(({ names }) => Object.values(names).some((each) => each.toLocaleLowerCase('el').startsWith(name)));
  const results = found.map(({ id, names, latitude, longitude, admin1 }) => ({
    id,
    name: names[language],
    latitude,
    longitude,
    elevation: 70,
    feature_code: 'PPLC',
    country_code: 'GR',
    timezone: 'Europe/Athens',
    population: 664_046,
    country: language === 'el' ? 'Ελλάδα' : 'Greece',
    admin1: admin1[language],
  }));
  return { ...(results.length === 0 ? {} : { results }), generationtime_ms: 0.6 };
}
