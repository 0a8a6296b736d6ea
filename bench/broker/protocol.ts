import { z } from 'zod';

/** What the bench says to the two processes it starts, and hears from them. */

export const BrokerOrder = z.discriminatedUnion('transport', [
  z.strictObject({ transport: z.literal('tcp') }),
  z.strictObject({
    transport: z.literal('tls'),
    keyPem: z.string(),
    certificatePem: z.string(),
    authorityPem: z.string(),
    /** A free one, where it is left out. */
    port: z.int().optional(),
  }),
]);
export type BrokerOrder = z.infer<typeof BrokerOrder>;

export const BrokerListens = z.strictObject({ port: z.int() });

const Certificate = z.strictObject({ keyPem: z.string(), certificatePem: z.string() });

export const LoadOrder = z.discriminatedUnion('kind', [
  /** Connects the backend and all devices at once; done when every device's subscription is acknowledged. */
  z.strictObject({
    kind: z.literal('connect'),
    devicePort: z.int(),
    backendPort: z.int(),
    deviceIds: z.array(z.string()),
    payloadBytes: z.int(),
    tls: z.strictObject({ authorityPem: z.string(), backend: Certificate, devices: z.array(Certificate) }).nullable(),
  }),
  /** Publishes one retained document for every device; done when every device has its own. */
  z.strictObject({ kind: z.literal('fan-out') }),
  /** Cuts all devices off and connects them again, `parallel` at a time; done when every device has its retained document again. */
  z.strictObject({ kind: z.literal('storm'), parallel: z.int() }),
]);
export type LoadOrder = z.infer<typeof LoadOrder>;
export type ConnectOrder = Extract<LoadOrder, { kind: 'connect' }>;

export const LoadReport = z.strictObject({ tookMs: z.number(), connectionsRetried: z.int() });
export type LoadReport = z.infer<typeof LoadReport>;
