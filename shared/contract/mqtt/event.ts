import { z } from 'zod';
import { Instant } from '../text.ts';

/** Something that happened on the device and an operator should know. Sent at least once; `id` tells a repetition. */
export const DeviceEvent = z.strictObject({
  id: z.uuid(),
  event: z.enum(['started', 'cache-recovered', 'cache-not-durable', 'cache-durable-again', 'document-refused', 'decommissioned']),
  /** For a refusal the kind of document and the reason, e.g. `content: bad-signature`; never anything out of a document. */
  detail: z.string().max(120).nullable(),
  agentVersion: z.string().max(40),
  at: Instant,
});
export type DeviceEvent = z.infer<typeof DeviceEvent>;
