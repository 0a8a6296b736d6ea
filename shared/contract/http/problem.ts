import { z } from 'zod';

/** RFC 9457 problem details. `code` is stable for programs, `title` and `detail` are in the reader's language. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    /** Which fields were wrong, as JSON pointers, each with a sentence. */
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    /** For logs and support: the request's id. */
    instance: z.string().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
