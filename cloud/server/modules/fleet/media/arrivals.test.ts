import { randomUUID } from 'node:crypto';
import { MOST_PICTURE_BYTES } from '@concierge/contract/media.ts';
import { success } from '@concierge/kernel/result.ts';
import { expect, it } from 'vitest';
import type { FileStorage } from '#platform/files/file-storage.ts';
import { createArrivals } from './arrivals.ts';
import { aPng } from './testing/pictures.ts';

const storage = { put: async () => success(null) } as unknown as FileStorage;

/** A picture whose second half comes when it is told to. */
function slowPicture(): { chunks: AsyncIterable<Uint8Array>; goOn(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const png = aPng({ width: 9, height: 9 });
  async function* chunks() {
    yield png.subarray(0, 30);
    await promise;
    yield png.subarray(30);
  }
  return { chunks: chunks(), goOn: resolve };
}
async function* atOnce(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
const codeOf = (result: { ok: true } | { ok: false; error: { code: string } }) => (result.ok ? 'taken' : result.error.code);

it('of pictures no more are in memory at once than an office may send, also while they are being stored, and another office is not kept waiting', async () => {
  const takeIn = createArrivals({ storage, nowMs: () => 0 });
  const [ours, theirs] = [randomUUID(), randomUUID()];
  const slow = Array.from({ length: 4 }, slowPicture);
  const coming = slow.map(({ chunks }) => takeIn(ours, chunks));
  expect(codeOf(await takeIn(ours, atOnce(aPng({}))))).toBe('too-many-requests');
  expect(codeOf(await takeIn(theirs, atOnce(aPng({}))))).toBe('taken');
  for (const { goOn } of slow) goOn();
  const arrived = await Promise.all(coming);
  expect(arrived.map(codeOf)).toEqual(['taken', 'taken', 'taken', 'taken']);
  expect(codeOf(await takeIn(ours, atOnce(aPng({}))))).toBe('too-many-requests');
  for (const one of arrived) if (one.ok) await one.value[Symbol.asyncDispose]();
  expect(codeOf(await takeIn(ours, atOnce(aPng({}))))).toBe('taken');
});

it('of pictures no more are in memory than the cloud has room for, however many offices send them', async () => {
  const takeIn = createArrivals({ storage, nowMs: () => 0 });
  const slow = Array.from({ length: 12 }, slowPicture);
  const coming = slow.map(({ chunks }) => takeIn(randomUUID(), chunks));
  expect(codeOf(await takeIn(randomUUID(), atOnce(aPng({}))))).toBe('unavailable');
  for (const { goOn } of slow) goOn();
  for (const one of await Promise.all(coming)) if (one.ok) await one.value[Symbol.asyncDispose]();
  expect(codeOf(await takeIn(randomUUID(), atOnce(aPng({}))))).toBe('taken');
});

it('a picture that is refused gives its place back', async () => {
  const takeIn = createArrivals({ storage, nowMs: () => 0 });
  const tenantId = randomUUID();
  for (let count = 0; count < 5; count += 1) expect(codeOf(await takeIn(tenantId, atOnce(aPng({}).subarray(0, 40))))).toBe('media-broken');
  for (let count = 0; count < 5; count += 1)
    expect(codeOf(await takeIn(tenantId, atOnce(aPng({}).subarray(0, 40), Buffer.alloc(MOST_PICTURE_BYTES))))).toBe('media-too-large');
});

it('a picture that drips is not waited for beyond two minutes', async () => {
  let nowMs = 0;
  const takeIn = createArrivals({ storage, nowMs: () => nowMs });
  async function* dripping() {
    for (const byte of aPng({ width: 9, height: 9 })) {
      yield Uint8Array.of(byte);
      nowMs += 10_000;
    }
  }
  expect(codeOf(await takeIn(randomUUID(), dripping()))).toBe('media-too-slow');
  expect(nowMs).toBeLessThan(300_000);
});
