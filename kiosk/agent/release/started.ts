import { z } from 'zod';
import type { BootRelease } from './boot-chooser.ts';

/** What the launcher says it started, as it travels in the environment. Launcher and release may be of different ages, so more fields than these are let pass. */
const Started = z.object({
  slot: z.enum(['a', 'b']),
  sequence: z.int().positive(),
  sha256: z.string(),
  version: z.string(),
  entry: z.string(),
  program: z.string(),
  onTrial: z.boolean(),
});

/** Throws on what no launcher has written. */
export function readStarted(text: string): BootRelease | null {
  return Started.nullable().parse(JSON.parse(text));
}
