import { z } from 'zod';

/** What a route may ask for. Roles are given these in the cloud's identity module; the office shows only what the reader may do. */
export const Permission = z.enum([
  'building:read',
  'building:write',
  'resident-data:read',
  'resident-data:write',
  'announcement:read',
  'announcement:write',
  'device:read',
  'device:write',
]);
export type Permission = z.infer<typeof Permission>;
