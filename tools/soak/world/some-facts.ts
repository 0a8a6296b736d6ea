import type { FactsClaims, WeatherFact } from '@concierge/contract/mqtt/facts.ts';
import { instant } from '@concierge/kiosk-agent/testing/documents.ts';
import type { Random } from '../random.ts';

const DAY_MS = 86_400_000;
const SKIES = ['clear', 'cloudy', 'rain', 'storm'] as const;

/** What a cloud might say of a building besides its content. The weather's place carries the mark, the account has none: it is in the document, and no widget of the soak shows it. */
export function someFacts(random: Random, trueMs: number, showUntilMs: number, mark: string): FactsClaims['facts'] {
  const weather: WeatherFact = {
    place: { el: `${mark} Αθήνα`, en: random.chance(0.5) ? `${mark} Athens` : null },
    measuredAt: instant(trueMs),
    showUntil: instant(showUntilMs),
    now: {
      temperatureC: random.between(-5, 40),
      sky: random.pick(SKIES),
      isDay: random.chance(0.5),
      windBeaufort: random.between(0, 9),
      windFrom: 'n',
    },
    days: Array.from({ length: random.between(1, 4) }, (_, index) => ({
      date: new Date(trueMs + index * DAY_MS).toISOString().slice(0, 10),
      sky: random.pick(SKIES),
      lowestC: 2,
      highestC: random.between(5, 30),
    })),
  };
  return { weather, account: { iban: 'GR1601101250000000012300695', holder: 'POLYKATOIKIA' } };
}
