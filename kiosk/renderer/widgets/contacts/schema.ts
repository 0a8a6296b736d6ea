import { localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** Whom to call. Numbers of services and of the office; what a person's own number is nobody can tell from it, so the form says that it is not for those. */
export const ContactsSettings = z.strictObject({
  title: localizedText(40),
  contacts: z
    .array(
      z.strictObject({
        name: localizedText(40),
        number: z
          .string()
          .trim()
          .regex(/^\+?\d(?:[ \d]{1,18}\d)$/),
      }),
    )
    .min(1)
    .max(8),
});
export type ContactsSettings = z.infer<typeof ContactsSettings>;
