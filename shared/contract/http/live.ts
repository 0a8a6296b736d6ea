import { z } from 'zod';
import { Uuid } from '../text.ts';

/**
 * GET /api/live sends these as server-sent events: which rows of which kind changed, so a screen reads them again. No content travels here, so nothing can leak past
 * the permission of the read.
 */
export const LiveEvent = z.strictObject({
  subject: z.enum([
    'building',
    'apartment',
    'occupancy',
    'weight-table',
    'announcement',
    'device',
    'device-batch',
    'display-config',
    'plan',
  ]),
  id: Uuid,
  buildingId: Uuid.nullable(),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
