import { z } from 'zod';

/** What the agent says about the screen, read from its `/healthz`. */
export type AgentHealth =
  | { readonly kind: 'unreachable' }
  /** `paintedAgeMs`: how long ago the page last painted; null before the first frame. `listeners`: how many pages have a line to it; null from an agent of before that was said. */
  | { readonly kind: 'answers'; readonly paintedAgeMs: number | null; readonly listeners: number | null }
  /** The glass is switched off for the night: a page that is not shown does not paint. */
  | { readonly kind: 'resting' }
  /** An agent of an older release: it answers, but does not say when the page painted. */
  | { readonly kind: 'says nothing of frames' };

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 16_384;

/** Agent and shell are released apart, so fields that this version does not know are let pass. */
const Health = z.object({
  phase: z.string(),
  paintedAgeSeconds: z.number().nonnegative().nullish(),
  lit: z.boolean().optional(),
  viewers: z.int().nonnegative().optional(),
});

export async function readAgentHealth(pageUrl: string): Promise<AgentHealth> {
  try {
    const response = await fetch(new URL('/healthz', pageUrl), { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    if (!response.ok) return { kind: 'unreachable' };
    const health = Health.parse(JSON.parse(await limitedText(response)));
    if (health.lit === false) return { kind: 'resting' };
    const { paintedAgeSeconds, viewers = null } = health;
    if (paintedAgeSeconds === undefined) return { kind: 'says nothing of frames' };
    return { kind: 'answers', paintedAgeMs: paintedAgeSeconds === null ? null : paintedAgeSeconds * 1_000, listeners: viewers };
  } catch {
    return { kind: 'unreachable' };
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
