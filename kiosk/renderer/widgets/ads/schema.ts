import { PictureRef } from '@concierge/contract/media.ts';
import { CalendarDate, localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** Pictures that somebody pays for, each for its days. The screen always says what they are. */
export const AdsSettings = z.strictObject({
  campaigns: z
    .array(
      z
        .strictObject({
          media: PictureRef,
          /** What it says, and for whom, for those who cannot see it. */
          alt: localizedText(200),
          /** The first and the last day by the building's calendar. There is none without an end. */
          from: CalendarDate,
          until: CalendarDate,
        })
        .refine(({ from, until }) => from <= until, { path: ['until'], error: 'the last day is not before the first' }),
    )
    .min(1)
    .max(8),
});
export type AdsSettings = z.infer<typeof AdsSettings>;
