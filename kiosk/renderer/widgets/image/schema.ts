import { PictureRef } from '@concierge/contract/media.ts';
import { localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** A picture of the office's media library. */
export const ImageSettings = z.strictObject({
  media: PictureRef,
  /** What it says, for whoever cannot see it; null for a picture that only adorns. */
  alt: localizedText(200).nullable(),
  /** cover fills the box and cuts what is beyond it; contain shows all of it. */
  fit: z.enum(['cover', 'contain']),
});
export type ImageSettings = z.infer<typeof ImageSettings>;
