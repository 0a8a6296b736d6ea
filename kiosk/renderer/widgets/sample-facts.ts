import type { ShownFacts } from '@concierge/contract/kiosk/screen.ts';

/** Friday 21 November 2025, 10:42 in Athens: the hour of all samples. */
export const SAMPLE_NOW_MS = Date.UTC(2025, 10, 21, 8, 42, 20);

/** What widgets show besides the document on an ordinary day. The account is the example of the IBAN registry. */
export const sampleFacts = {
  weather: {
    place: { el: 'Αθήνα', en: 'Athens' },
    measuredAt: '2025-11-21T08:30:00.000Z',
    showUntil: '2025-11-21T11:30:00.000Z',
    now: { temperatureC: 17, sky: 'cloudy', isDay: true, windBeaufort: 4, windFrom: 'ne' },
    days: [
      { date: '2025-11-21', sky: 'cloudy', lowestC: 11, highestC: 18 },
      { date: '2025-11-22', sky: 'rain', lowestC: 9, highestC: 14 },
      { date: '2025-11-23', sky: 'storm', lowestC: 8, highestC: 12 },
      { date: '2025-11-24', sky: 'clear', lowestC: 5, highestC: 15 },
    ],
  },
  account: { iban: 'GR1601101250000000012300695', holder: 'POLYKATOIKIA AGIAS LAVRAS 14' },
} as const satisfies { readonly weather: ShownFacts['weather']; readonly account: Omit<NonNullable<ShownFacts['account']>, 'qr'> };
