import type { Sky, WeatherFact, WindFrom } from '@concierge/contract/mqtt/facts.ts';

/** What a weather service says of a place at one moment, in our words. The place's name is the building's. */
export type Reading = Pick<WeatherFact, 'measuredAt' | 'now' | 'days'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The sky changes within hours; after this a reading is a memory. */
export const SHOWN_FOR_MS = 3 * HOUR_MS;
/** The service makes its current values anew every quarter of an hour. */
export const ASK_AGAIN_MS = 30 * MINUTE_MS;
const FIRST_RETRY_MS = 5 * MINUTE_MS;
const LONGEST_RETRY_MS = 2 * HOUR_MS;

/** How long to wait after this many failures in a row: twice as long each time, and never the same moment for all places. `random` is from 0 to 1. */
export function retryInMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(10, Math.max(0, failures - 1)));
  return Math.round(full * (0.75 + random / 2));
}

/** The next question after a good answer, spread so that places do not ask as one. */
export function askAgainInMs(random: number): number {
  return Math.round(ASK_AGAIN_MS * (0.9 + random / 5));
}

/** What a building's screens are told; null when the reading is too old to be told. */
export function weatherFact(place: WeatherFact['place'], reading: Reading, nowMs: number): WeatherFact | null {
  const untilMs = Date.parse(reading.measuredAt) + SHOWN_FOR_MS;
  return untilMs <= nowMs ? null : { place, ...reading, showUntil: new Date(untilMs).toISOString() };
}

/** WMO code table 4677 as forecasts use it; null for a code that is none of these. */
export function skyOf(code: number): Sky | null {
  return SKIES[code] ?? null;
}

const SKIES: Readonly<Record<number, Sky>> = {
  0: 'clear',
  1: 'fair',
  2: 'cloudy',
  3: 'overcast',
  45: 'fog',
  48: 'fog',
  51: 'drizzle',
  53: 'drizzle',
  55: 'drizzle',
  56: 'sleet',
  57: 'sleet',
  61: 'rain',
  63: 'rain',
  65: 'heavy-rain',
  66: 'sleet',
  67: 'sleet',
  71: 'snow',
  73: 'snow',
  75: 'snow',
  77: 'snow',
  80: 'rain',
  81: 'rain',
  82: 'heavy-rain',
  85: 'snow',
  86: 'snow',
  95: 'storm',
  96: 'storm',
  99: 'storm',
};

/** The least speed of each force from 1 to 12, in km/h (WMO-No. 306, code table 1100). */
const BEAUFORT_KMH = [1, 6, 12, 20, 29, 39, 50, 62, 75, 89, 103, 118] as const;

/** The force of a wind on Beaufort's scale, by which Greeks speak of it. */
export function beaufortOf(kmh: number): number {
  const rounded = Math.round(kmh);
  return BEAUFORT_KMH.filter((least) => rounded >= least).length;
}

/** The eighth of the compass the wind comes from. */
export function windFromOf(degrees: number): WindFrom {
  return (['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const)[Math.round(degrees / 45) % 8] ?? 'n';
}
