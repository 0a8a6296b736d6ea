import type { Language } from '@concierge/contract/text.ts';
import { everywhereStrings } from '@concierge/i18n/everywhere.ts';
import { counted } from './fill.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** «πριν από 5 λεπτά», in the words of the lobby screen. Rounded down: never younger than the unit it names; a clock that runs ahead is «now». */
export function ageWords(ageMs: number, language: Language): string {
  const { age } = everywhereStrings[language];
  if (ageMs < MINUTE_MS) return age.now;
  if (ageMs < HOUR_MS) return counted(age.minute, Math.floor(ageMs / MINUTE_MS), language);
  if (ageMs < 2 * DAY_MS) return counted(age.hour, Math.floor(ageMs / HOUR_MS), language);
  return counted(age.day, Math.floor(ageMs / DAY_MS), language);
}
