import { Writable } from 'node:stream';
import type { AedesPublishPacket } from 'aedes';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRetainedPersistence } from './retained-persistence.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function aMessage(topic: string, payload: Buffer): AedesPublishPacket {
  return { cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false, brokerId: 'b', brokerCounter: 1 };
}

function aPersistence(bounds = { maxMessages: 100, maxBytes: 100_000 }) {
  return createRetainedPersistence(bounds);
}

async function stored(persistence: ReturnType<typeof aPersistence>, filters: string[]): Promise<AedesPublishPacket[]> {
  const messages: AedesPublishPacket[] = [];
  await new Promise<void>((resolve) => {
    const sink = new Writable({
      objectMode: true,
      write(message: AedesPublishPacket, _encoding, done) {
        messages.push(message);
        done();
      },
    });
    sink.on('finish', resolve);
    persistence.createRetainedStreamCombi(filters).pipe(sink);
  });
  return messages;
}

it('pipes none, one or many messages, for several filters at once', async () => {
  const persistence = aPersistence();
  for (const name of ['a', 'b', 'c']) persistence.storeRetained(aMessage(`nc/v1/${name}/status`, Buffer.from(name)));
  expect(await stored(persistence, ['nc/v1/x/status'])).toEqual([]);
  expect(await stored(persistence, ['nc/v1/a/status'])).toHaveLength(1);
  expect(await stored(persistence, ['nc/v1/+/status'])).toHaveLength(3);
  expect(await stored(persistence, ['nc/v1/a/status', 'nc/v1/c/status'])).toHaveLength(2);
});

it('has stored, or said why not, before storeRetained returns', () => {
  const persistence = aPersistence({ maxMessages: 1, maxBytes: 1_000 });
  const outcomes: string[] = [];
  const outcomeOf = (message: AedesPublishPacket) =>
    persistence.storeRetained(message).then(
      () => outcomes.push('stored'),
      (error) => outcomes.push(error.message),
    );
  outcomeOf(aMessage('a', Buffer.from('x')));
  outcomeOf(aMessage('b', Buffer.from('x')));
  outcomeOf(aMessage('a', Buffer.alloc(0)));
  outcomeOf(aMessage('b', Buffer.from('x')));
  expect(outcomes).toEqual(['stored', 'too many retained messages', 'stored', 'stored']);
});

it('lets go of the chunk that a payload arrived in, once the burst is over', async () => {
  const persistence = aPersistence();
  const chunk = Buffer.allocUnsafeSlow(65_536).fill('x');
  for (let index = 0; index < 250; index += 1) {
    persistence.storeRetained(aMessage(`topic/${index % 90}`, chunk.subarray(index, index + 40)));
  }
  persistence.storeRetained(aMessage('topic/0', Buffer.alloc(0)));
  const held = async () =>
    (await stored(persistence, ['topic/+'])).filter((message) => message.payload.length !== 40 || holdsChunk(message));
  const holdsChunk = (message: AedesPublishPacket) => typeof message.payload !== 'string' && message.payload.buffer === chunk.buffer;
  expect(await held()).toHaveLength(89);
  vi.advanceTimersByTime(2_000);
  expect(await held()).toEqual([]);
  expect(persistence.retainedCount).toBe(89);
  await persistence.destroy();
});
