import { localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** A notice that stands as long as its scene: house rules, a welcome, the hours of the manager. */
export const TextSettings = z.strictObject({
  title: localizedText(80),
  body: localizedText(400).nullable(),
  ground: z.enum(['plain', 'field', 'sand']),
});
export type TextSettings = z.infer<typeof TextSettings>;
