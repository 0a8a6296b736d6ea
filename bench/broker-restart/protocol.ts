import { z } from 'zod';

/** What the bench says to a process full of agents' connections, and hears from it. */

export const AgentsOrder = z.discriminatedUnion('kind', [
  /** Opens one connection for each device, with the agent's own waits. Answered when all are up and hold this version of their document. */
  z.strictObject({
    kind: z.literal('start'),
    brokerUrl: z.string(),
    authorityPem: z.string(),
    devices: z.array(z.strictObject({ id: z.string(), keyPem: z.string(), certificatePem: z.string() })),
    version: z.int(),
  }),
  /** Answered when every device is connected and holds this version, or when the time is over. */
  z.strictObject({ kind: z.literal('hold'), version: z.int(), withinMs: z.int() }),
  /** Every device goes, and the process is ready for another `start`. */
  z.strictObject({ kind: z.literal('leave') }),
]);
export type AgentsOrder = z.infer<typeof AgentsOrder>;

export const AgentsHeld = z.strictObject({
  /** When each device had both its connection and the document, as Unix milliseconds; those that never had are missing. */
  settledAtMs: z.array(z.number()),
  /** Attempts that failed since the last answer, of all devices. */
  failedAttempts: z.int(),
});
export type AgentsHeld = z.infer<typeof AgentsHeld>;

/** The document of one device as the bench's cloud publishes it: its version, then filling up to its size. */
export function documentOf(version: number, bytes: number): string {
  return `v${version} `.padEnd(bytes, 'd');
}

export function versionOf(payload: Uint8Array): number {
  return Number(/^v(\d+) /.exec(Buffer.from(payload.subarray(0, 12)).toString('latin1'))?.[1] ?? 0);
}
