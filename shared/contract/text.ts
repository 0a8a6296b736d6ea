import { z } from 'zod';

export const Language = z.enum(['el', 'en']).meta({ id: 'Language' });
export type Language = z.infer<typeof Language>;

/** A text people read. Greek is always there; English where somebody wrote it. */
export function localizedText(maxLength: number) {
  return z.strictObject({ el: z.string().trim().min(1).max(maxLength), en: z.string().trim().min(1).max(maxLength).nullable() });
}
export type LocalizedText = { el: string; en: string | null };

/** An instant on the wire: ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it. */
export const Instant = z.iso.datetime({ precision: 3 }).meta({ id: 'Instant' });

/** A calendar date in the building's time zone, `YYYY-MM-DD`. */
export const CalendarDate = z.iso.date().meta({ id: 'CalendarDate' });

export const Uuid = z.uuid();
