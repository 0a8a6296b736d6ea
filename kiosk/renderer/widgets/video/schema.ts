import { FilmRef } from '@concierge/contract/media.ts';
import { localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** A film of the office's media library. It has no sound. */
export const VideoSettings = z.strictObject({
  media: FilmRef,
  /** What it shows, for whoever cannot see it; null for one that only adorns. */
  alt: localizedText(200).nullable(),
  /** cover fills the box and cuts what is beyond it; contain shows all of it. */
  fit: z.enum(['cover', 'contain']),
  /** once: its scene stands until it has ended. loop: it begins again for as long as its scene stands. */
  plays: z.enum(['once', 'loop']),
});
export type VideoSettings = z.infer<typeof VideoSettings>;
