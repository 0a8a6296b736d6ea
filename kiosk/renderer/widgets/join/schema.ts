import { z } from 'zod';

/** The code by which residents join. There is nothing to choose about it. */
export const JoinSettings = z.strictObject({});
export type JoinSettings = z.infer<typeof JoinSettings>;
