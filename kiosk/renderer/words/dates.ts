import type { Language } from '@concierge/contract/text.ts';

/** Where a document names a zone this browser does not know, the house is in Greece. */
const FALLBACK_ZONE = 'Europe/Athens';
const LOCALE = { el: 'el-GR', en: 'en-GB' } as const;

/** The building's wall clock at an instant. */
export interface LocalTime {
  /** 24 hours, `09:05`. */
  readonly clock: string;
  /** `Παρ 21 Νοε`. */
  readonly day: string;
  readonly hour: number;
  readonly minuteOfDay: number;
}

export function localTime(nowMs: number, timeZone: string, language: Language): LocalTime {
  const clock = formatter(LOCALE.en, timeZone, 'clock').format(nowMs);
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const parts = formatter(LOCALE[language], timeZone, 'day').formatToParts(nowMs);
  const part = (type: 'weekday' | 'day' | 'month') => (parts.find((each) => each.type === type)?.value ?? '').replace('.', '');
  return { clock, day: `${part('weekday')} ${part('day')} ${part('month')}`, hour, minuteOfDay: hour * 60 + minute };
}

/** `Παρ 21 Νοε` of a calendar date, `YYYY-MM-DD`. */
export function calendarDay(date: string, language: Language): string {
  return localTime(Date.parse(`${date}T12:00:00Z`), 'UTC', language).day;
}

const SHAPES = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making a formatter costs more than using it a hundred times. A screen has one zone and two languages, so few are kept. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATTERS = 16;

function formatter(locale: string, timeZone: string, shape: keyof typeof SHAPES): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${shape}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  const made = new Intl.DateTimeFormat(locale, { ...SHAPES[shape], timeZone: isTimeZone(timeZone) ? timeZone : FALLBACK_ZONE });
  formatters.set(key, made);
  return made;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone });
    return true;
  } catch {
    return false;
  }
}
