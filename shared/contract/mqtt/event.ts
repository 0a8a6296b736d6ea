import { z } from 'zod';
import { Instant } from '../text.ts';

/**
 * Something that happened on the device. Sent at least once; `id` tells a repetition. Most are for an operator to know. Two are for the cloud alone, and are neither kept on the device nor
 * noted by the cloud: `connected` says with every connection which run of the agent this is, `time-asked` wants the time, signed, under the event's `id`
 * (docs/adr/0030). `decommissioned` is repeated until the cloud has taken back its word (docs/adr/0017). A cloud that does not know an event passes over it.
 */
export const DeviceEvent = z.strictObject({
  id: z.uuid(),
  event: z.enum([
    'started',
    'cache-recovered',
    'cache-not-durable',
    'cache-durable-again',
    'document-refused',
    'decommissioned',
    'wipe-failed',
    'connected',
    'time-asked',
  ]),
  /**
   * Of `wipe-failed` what stood in the way, e.g. `files-not-erased`. For a refusal the kind of document and the reason, e.g. `content: bad-signature`; never anything out of a document. Of `connected` the run: a UUID that lives as long as the agent's
   * process and is never written down.
   */
  detail: z.string().max(120).nullable(),
  agentVersion: z.string().max(40),
  at: Instant,
});
export type DeviceEvent = z.infer<typeof DeviceEvent>;
