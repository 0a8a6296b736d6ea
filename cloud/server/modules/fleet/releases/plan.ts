import { z } from 'zod';
import type { RolledOutRelease, RolloutPlan } from './rollout-rules.ts';

const WallClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const seconds = z.int().nonnegative().max(2_592_000);

/** A plan as it is kept with its rollout. Whoever starts one is held to it, and whoever reads one relies on it. */
export const Plan: z.ZodType<RolloutPlan> = z
  .strictObject({
    rings: z
      .array(
        z.strictObject({
          ring: z.int().nonnegative().max(9),
          name: z.string().min(1).max(20),
          share: z.int().nonnegative().max(10_000),
          soakSeconds: seconds,
        }),
      )
      .min(1)
      .max(10),
    abort: z.strictObject({ share: z.number().min(0).max(1), least: z.int().positive().max(1_000_000) }),
    silentAfterSeconds: seconds.min(1),
    onlineWithinSeconds: seconds.min(1),
    lookAgainAfterSeconds: seconds,
    atOnce: z.int().positive().max(10_000),
    quiet: z
      .strictObject({ from: WallClock, until: WallClock })
      .refine(({ from, until }) => from !== until, { error: 'quiet hours begin and end at different times' })
      .nullable(),
  })
  .refine(({ rings }) => rings.every(({ ring, share }, at) => ring === at && share >= (rings[at - 1]?.share ?? 0)), {
    error: 'rings are numbered from 0, and none is smaller than the one before it',
  });

export const Targets: z.ZodType<RolledOutRelease['targets']> = z
  .array(z.object({ arch: z.string(), shell: z.string(), bytes: z.int(), unpackedBytes: z.int() }))
  .max(8);

/** What holds where the operator says nothing. */
export const defaultPlan: Omit<RolloutPlan, 'rings'> = {
  abort: { share: 0.05, least: 3 },
  silentAfterSeconds: 86_400,
  onlineWithinSeconds: 3_600,
  lookAgainAfterSeconds: 600,
  atOnce: 100,
  quiet: { from: '02:00', until: '05:00' },
};
