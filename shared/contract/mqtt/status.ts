import { z } from 'zod';

/** Presence. The device publishes `online: true` after connecting and registers `online: false` as its will. */
export const DeviceStatus = z.strictObject({ online: z.boolean(), agentVersion: z.string().max(40) });
export type DeviceStatus = z.infer<typeof DeviceStatus>;
