import { z } from 'zod';

export const ClockSettings = z.strictObject({ shows: z.enum(['time', 'date', 'both']) });
export type ClockSettings = z.infer<typeof ClockSettings>;
