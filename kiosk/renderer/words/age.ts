import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { counted } from './plural.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Fresh data needs no word; from here on the screen says how old it is. */
export const AGE_WORTH_SAYING_MS = HOUR_MS;

/** «πριν από 5 λεπτά»: rounded down, so that the screen never makes its data younger than the unit it names. */
export function ageWords(ageMs: number, language: Language): string {
  const { age } = lobbyStrings[language];
  if (ageMs < MINUTE_MS) return age.now;
  if (ageMs < HOUR_MS) return counted(age.minute, Math.floor(ageMs / MINUTE_MS), language);
  // Up to two days hours are more exact than "one day".
  if (ageMs < 2 * DAY_MS) return counted(age.hour, Math.floor(ageMs / HOUR_MS), language);
  return counted(age.day, Math.floor(ageMs / DAY_MS), language);
}
