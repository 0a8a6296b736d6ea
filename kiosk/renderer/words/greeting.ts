import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { partOfDay } from '../light/daylight.ts';

/** From this hour on «Καλησπέρα» is “Good evening”; before it, “Good afternoon”. Greek has one word for both. */
const ENGLISH_EVENING_HOUR = 18;

export function greetingAt(hour: number, language: Language): string {
  const { greeting } = lobbyStrings[language];
  return language === 'en' && hour >= ENGLISH_EVENING_HOUR ? greeting.night : greeting[partOfDay(hour)];
}
