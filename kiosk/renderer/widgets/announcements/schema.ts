import { z } from 'zod';

/** The building's announcements by their titles. */
export const AnnouncementsSettings = z.strictObject({ most: z.int().min(1).max(8) });
export type AnnouncementsSettings = z.infer<typeof AnnouncementsSettings>;
