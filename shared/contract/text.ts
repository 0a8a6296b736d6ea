import { z } from 'zod';

export const Language = z.enum(['el', 'en']).meta({ id: 'Language' });
export type Language = z.infer<typeof Language>;

/** A text people read. Greek is always there; English where somebody wrote it. */
export function localizedText(maxLength: number) {
  return z.strictObject({ el: readableText(maxLength), en: readableText(maxLength).nullable() });
}
export type LocalizedText = { el: string; en: string | null };

/** An instant on the wire: ISO 8601 in UTC with milliseconds, as `Date.toISOString` writes it. */
export const Instant = z.iso.datetime({ precision: 3 }).meta({ id: 'Instant' });

/** A calendar date in the building's time zone, `YYYY-MM-DD`. */
export const CalendarDate = z.iso.date().meta({ id: 'CalendarDate' });

/** RFC 9562 lets people send upper case; it is compared in one form. */
export const Uuid = z.uuid().toLowerCase();

/** Something to be seen, and nothing that changes how the rest is seen: no control characters but the end of a line, none that turn the direction of writing (Unicode UAX #9). */
function readableText(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/[\p{L}\p{N}\p{P}\p{S}]/u)
    .regex(/^(?:[\n\r\t]|[^\p{Cc}\u202a-\u202e\u2066-\u2069])*$/u);
}
