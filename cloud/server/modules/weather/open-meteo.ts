import { FoundPlace } from '@concierge/contract/http/weather.ts';
import { CalendarDate } from '@concierge/contract/text.ts';
import { failure, type Result, success } from '@concierge/kernel/result.ts';
import { z } from 'zod';
import { beaufortOf, type Reading, skyOf, windFromOf } from './rules.ts';
import type { Coordinates, ServiceFailure, WeatherService } from './service.ts';

const TIMEOUT_MS = 8_000;
/** Its answer to what we ask is about a kilobyte; a page of places about ten. */
const MOST_BYTES = 65_536;
const DAYS = 4;
/** The current values are of the last quarter of an hour. Older, or from later than now, they are not current. */
const OLDEST_MS = 2 * 3_600_000;
const AHEAD_MS = 20 * 60_000;
/** The service answers for the nearest point of its grid. */
const FARTHEST_DEGREES = 1;

const wallClock = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/);
const celsius = z.number().min(-70).max(60);
const code = z.int().min(0).max(99);
const everyDay = <Each extends z.ZodType>(each: Each) => z.array(each).min(1).max(16);

/** What we take of a forecast. Fields that are added to it are no concern of ours; a unit that is not the one we asked for is. */
const Forecast = z.object({
  latitude: z.number(),
  longitude: z.number(),
  utc_offset_seconds: z.int().min(-50_400).max(50_400),
  current_units: z.object({ temperature_2m: z.literal('°C'), wind_speed_10m: z.literal('km/h'), wind_direction_10m: z.literal('°') }),
  current: z.object({
    time: wallClock,
    temperature_2m: celsius,
    weather_code: code,
    is_day: z.union([z.literal(0), z.literal(1)]),
    // The strongest ever measured near the ground was 408.
    wind_speed_10m: z.number().min(0).max(420),
    wind_direction_10m: z.number().min(0).max(360),
  }),
  daily_units: z.object({ temperature_2m_max: z.literal('°C'), temperature_2m_min: z.literal('°C') }),
  daily: z.object({
    time: everyDay(CalendarDate),
    weather_code: everyDay(code),
    temperature_2m_max: everyDay(celsius),
    temperature_2m_min: everyDay(celsius),
  }),
});

const Places = z.object({
  results: z
    .array(
      z.object({
        id: z.int(),
        name: z.string(),
        latitude: z.number(),
        longitude: z.number(),
        country: z.string().optional(),
        admin1: z.string().optional(),
        admin3: z.string().optional(),
      }),
    )
    .max(100)
    .optional(),
});

/** Open-Meteo (open-meteo.com), or a server of one's own that runs its program. Its data is under CC BY 4.0, which the widget names. */
export function createOpenMeteo(deps: {
  weatherUrl: string;
  /** The address of its search for places; undefined where there is none. */
  placesUrl: string | undefined;
  /** What a customer of theirs sends along. */
  apiKey: string | undefined;
  nowMs(): number;
}): WeatherService {
  const { placesUrl } = deps;
  return {
    async read(at) {
      const url = new URL('v1/forecast', deps.weatherUrl);
      url.search = new URLSearchParams({
        latitude: String(at.latitude),
        longitude: String(at.longitude),
        current: 'temperature_2m,weather_code,is_day,wind_speed_10m,wind_direction_10m',
        daily: 'weather_code,temperature_2m_max,temperature_2m_min',
        temperature_unit: 'celsius',
        wind_speed_unit: 'kmh',
        timezone: 'auto',
        forecast_days: String(DAYS),
        ...keyed(),
      }).toString();
      const answered = await askJson(url, Forecast);
      return answered.ok ? readingOf(answered.value, at, deps.nowMs()) : answered;
    },

    search: placesUrl === undefined ? null : (name) => search(placesUrl, name),
  };

  async function search(base: string, name: string): Promise<Result<FoundPlace[], ServiceFailure>> {
    // A place has its name in one language in each answer; the two are put together by its number.
    const [greek, english] = await Promise.all((['el', 'en'] as const).map((language) => askPlaces(base, name, language)));
    if (greek === undefined || english === undefined) throw new Error('two questions have two answers');
    if (!greek.ok) return greek;
    const englishNames = new Map(english.ok ? english.value.map((place) => [place.id, place.name]) : []);
    return success(
      greek.value
        .flatMap(({ id, name: el, latitude, longitude, admin3, admin1, country }) => {
          const en = englishNames.get(id) ?? null;
          const region = [...new Set([admin3, admin1, country].filter((part) => part !== undefined && part !== '' && part !== el))];
          const found = FoundPlace.safeParse({
            name: { el, en: en === el ? null : en },
            region: region.join(', ').slice(0, 200),
            latitude,
            longitude,
          });
          return found.success && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [found.data] : [];
        })
        .slice(0, 10),
    );
  }

  async function askPlaces(base: string, name: string, language: 'el' | 'en') {
    const url = new URL('v1/search', base);
    url.search = new URLSearchParams({ name, count: '10', language, format: 'json', ...keyed() }).toString();
    const answered = await askJson(url, Places);
    return answered.ok ? success(answered.value.results ?? []) : answered;
  }

  function keyed(): Readonly<Record<string, string>> {
    return deps.apiKey === undefined ? {} : { apikey: deps.apiKey };
  }
}

function readingOf(forecast: z.infer<typeof Forecast>, at: Coordinates, nowMs: number): Result<Reading, ServiceFailure> {
  const { current, daily, utc_offset_seconds: offsetSeconds } = forecast;
  if (Math.abs(forecast.latitude - at.latitude) > FARTHEST_DEGREES || Math.abs(forecast.longitude - at.longitude) > FARTHEST_DEGREES)
    return wrong('it is of another place');
  const measuredMs = Date.parse(`${current.time}:00Z`) - offsetSeconds * 1_000;
  if (!(measuredMs >= nowMs - OLDEST_MS && measuredMs <= nowMs + AHEAD_MS)) return wrong('it is not of now');
  const sky = skyOf(current.weather_code);
  if (sky === null) return wrong(`weather code ${current.weather_code}`);
  const days = daily.time.slice(0, DAYS).map((date, index) => {
    const dayCode = daily.weather_code[index];
    const lowest = daily.temperature_2m_min[index];
    const highest = daily.temperature_2m_max[index];
    const daySky = dayCode === undefined ? null : skyOf(dayCode);
    if (daySky === null || lowest === undefined || highest === undefined || lowest > highest) return null;
    return { date, sky: daySky, lowestC: whole(lowest), highestC: whole(highest) };
  });
  const good = days.filter((day) => day !== null);
  if (good.length < days.length || good.some(({ date }, index) => index > 0 && date <= (good[index - 1]?.date ?? '')))
    return wrong('its days do not hold together');
  if (good[0]?.date !== current.time.slice(0, 10)) return wrong('its first day is not today');
  return success({
    measuredAt: new Date(measuredMs).toISOString(),
    now: {
      temperatureC: whole(current.temperature_2m),
      sky,
      isDay: current.is_day === 1,
      windBeaufort: beaufortOf(current.wind_speed_10m),
      windFrom: windFromOf(current.wind_direction_10m),
    },
    days: good,
  });
}

/** Minus nought is nought. */
function whole(value: number): number {
  return Math.round(value) + 0;
}

function wrong(detail: string): { readonly ok: false; readonly error: ServiceFailure } {
  return failure({ kind: 'wrong', detail });
}

/** Asks and parses. Bounded in time and size; what is no JSON of the expected form is no answer. */
async function askJson<Schema extends z.ZodType>(url: URL, schema: Schema): Promise<Result<z.infer<Schema>, ServiceFailure>> {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { accept: 'application/json' },
    });
    const text = await boundedText(response);
    if (text === null) return wrong('its answer is too long');
    if (!response.ok) return failure({ kind: 'refused', detail: `status ${response.status}` });
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? success(parsed.data) : wrong(parsed.error.issues.map(({ path }) => path.join('.')).join(' '));
  } catch (error) {
    if (error instanceof SyntaxError) return wrong('its answer is no JSON');
    return failure({ kind: 'unreachable', detail: error instanceof Error ? error.message : String(error) });
  }
}

async function boundedText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
