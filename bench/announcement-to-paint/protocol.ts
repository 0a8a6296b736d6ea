import { z } from 'zod';

/** What the bench says to a process full of kiosks, and hears from it. */

export const KiosksOrder = z.discriminatedUnion('kind', [
  /** Starts one kiosk for each token; the first serves its page when asked to. Answered when all are online and show the building. */
  z.strictObject({
    kind: z.literal('start'),
    cloudUrl: z.url(),
    claimTokens: z.array(z.string()),
    dataFolder: z.string(),
    rendererFolder: z.string(),
    firstServesPage: z.boolean(),
  }),
  /** From now on the kiosks watch for the announcement. Answered at once. */
  z.strictObject({ kind: z.literal('watch'), title: z.string() }),
  /** Answered when every kiosk has it, and the one with a page has painted it. */
  z.strictObject({ kind: z.literal('wait') }),
]);
export type KiosksOrder = z.infer<typeof KiosksOrder>;

export const KiosksReady = z.strictObject({ pageUrl: z.string().nullable() });
export const KiosksWatch = z.strictObject({ watching: z.literal(true) });
export const KiosksSaw = z.strictObject({
  /** When each kiosk held the announcement, as Unix milliseconds. */
  heldAtMs: z.array(z.number()),
  /** Of the kiosk with a page: when it held the announcement, and when its page had reported the frame with it. */
  page: z.strictObject({ heldAtMs: z.number(), paintedAtMs: z.number() }).nullable(),
});
export type KiosksSaw = z.infer<typeof KiosksSaw>;
