import { CalendarDate, localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** Days to know of. One that is past is not shown any more, whether or not anybody takes it out. */
export const EventsSettings = z.strictObject({
  title: localizedText(40),
  events: z
    .array(
      z.strictObject({
        date: CalendarDate,
        time: z
          .string()
          .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
          .nullable(),
        name: localizedText(80),
      }),
    )
    .max(12),
});
export type EventsSettings = z.infer<typeof EventsSettings>;
