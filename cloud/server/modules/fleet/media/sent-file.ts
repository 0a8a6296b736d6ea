import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutOff } from './arrivals.ts';

/** Whoever sends nothing for so long has gone. */
const SILENCE_MS = 30_000;

/**
 * The body of a request, a piece at a time. Whoever stops reading leaves the rest where it is: the connection stays, so that the refusal is heard. Throws CutOff when the sender goes, or
 * sends nothing any more.
 */
export async function* piecesOf(body: Readable, silenceMs = SILENCE_MS): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = body.iterator({ destroyOnReturn: false });
  for (;;) {
    const waiting = new AbortController();
    const next = await Promise.race([
      pieces.next().catch(() => 'gone' as const),
      sleep(silenceMs, 'silent' as const, { signal: waiting.signal, ref: false }).catch(() => 'gone' as const),
    ]);
    waiting.abort();
    if (next === 'silent') body.destroy();
    if (next === 'silent' || next === 'gone') throw new CutOff('the sender has gone');
    if (next.done === true) return;
    yield next.value;
  }
}
