import { z } from 'zod';

/** What the bench says to the process that makes the load, and to the one that is the baseline. */

export const LoadOrder = z.strictObject({
  url: z.url(),
  path: z.string(),
  cookie: z.string(),
  connections: z.int(),
  durationSeconds: z.number(),
});
export type LoadOrder = z.infer<typeof LoadOrder>;

export const LoadReport = z.strictObject({
  requestsPerSecond: z.number(),
  latencyMedianMs: z.number(),
  latencyP99Ms: z.number(),
  /** Answers that were not 2xx, and requests without one. */
  failures: z.int(),
});
export type LoadReport = z.infer<typeof LoadReport>;

export const BaselineOrder = z.strictObject({ databaseUrl: z.string(), tenantId: z.uuid(), connections: z.int() });
export type BaselineOrder = z.infer<typeof BaselineOrder>;

export const BaselineListens = z.strictObject({ url: z.url() });
