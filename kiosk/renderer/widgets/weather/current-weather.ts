import type { WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import type { WidgetFacts } from '../facts.ts';

/** The service's moment may lie a little ahead of a good clock; further, and one of the two is wrong. */
const AHEAD_MS = 30 * 60_000;

export interface CurrentWeather {
  readonly fact: WeatherFact;
  /** Today by the building's calendar; null where the forecast does not know it. */
  readonly today: WeatherFact['days'][number] | null;
  readonly days: WeatherFact['days'];
}

/** The weather while it is one: not older than it says of itself, and never while nobody knows what time it is. */
export function currentWeather({ weather, moment, nowMs }: Pick<WidgetFacts, 'weather' | 'moment' | 'nowMs'>): CurrentWeather | null {
  if (weather === null || moment === null || nowMs === null) return null;
  if (Date.parse(weather.showUntil) <= nowMs || Date.parse(weather.measuredAt) > nowMs + AHEAD_MS) return null;
  return {
    fact: weather,
    today: weather.days.find(({ date }) => date === moment.date) ?? null,
    days: weather.days.filter(({ date }) => date > moment.date),
  };
}
