import type { Language } from '@concierge/contract/text.ts';
import { endingStrings } from '@concierge/i18n/endings.ts';
import { fill } from './fill.ts';

const LOCALE = { el: 'el-GR', en: 'en-GB' } as const;

/** `Παρ 21 Νοε`, with the year where it is not the current one. */
export function dayWords(ms: number, language: Language, timeZone: string, nowMs: number): string {
  const { weekday, date } = dayParts(ms, language, timeZone, nowMs);
  return `${weekday} ${date}`;
}

/** `Παρ 21 Νοε, 18:05`. */
export function momentWords(ms: number, language: Language, timeZone: string, nowMs: number): string {
  return `${dayWords(ms, language, timeZone, nowMs)}, ${clockWords(ms, timeZone)}`;
}

/**
 * When something ends, «έως Παρ 21 Νοε, 18:05». An end at midnight is told by the day it closes, «έως το τέλος του Σαββάτου 21 Νοε»: «Κυρ 22 Νοε, 00:00»
 * is the same moment, and people read it as Sunday.
 */
export function endWords(ms: number, language: Language, timeZone: string, nowMs: number): string {
  const { at, endOfDay, weekdays } = endingStrings[language];
  if (clockWords(ms, timeZone) !== '00:00') return fill(at, { moment: momentWords(ms, language, timeZone, nowMs) });
  const { weekday } = dayParts(ms - 1, 'en', timeZone, nowMs);
  const { date } = dayParts(ms - 1, language, timeZone, nowMs);
  return fill(endOfDay, { weekday: weekdays[weekday] ?? weekday, date });
}

/** 24 hours, `09:05`. */
export function clockWords(ms: number, timeZone: string): string {
  return formatter('en', timeZone, 'clock').format(ms);
}

/** A calendar date `2026-11-21` as `21/11/2026`; it has no zone and is never shifted by one. */
export function dateWords(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${month}/${year}`;
}

function dayParts(ms: number, language: Language, timeZone: string, nowMs: number): { weekday: string; date: string } {
  const parts = formatter(language, timeZone, 'day').formatToParts(ms);
  const part = (type: 'weekday' | 'day' | 'month') => (parts.find((each) => each.type === type)?.value ?? '').replace('.', '');
  const year = (at: number) => formatter(language, timeZone, 'year').format(at);
  const date = `${part('day')} ${part('month')}`;
  return { weekday: part('weekday'), date: year(ms) === year(nowMs) ? date : `${date} ${year(ms)}` };
}

const SHAPES = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  year: { year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 32;

function formatter(language: Language, timeZone: string, shape: keyof typeof SHAPES): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${shape}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  const made = new Intl.DateTimeFormat(LOCALE[language], { ...SHAPES[shape], timeZone: knownZone(timeZone) });
  formatters.set(key, made);
  return made;
}

/** Where a building names a zone this browser does not know, the house is in Greece. */
export function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'Europe/Athens';
  }
}
