import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRetainedMessages } from './retained-messages.ts';

interface StockPersistence {
  storeRetained(packet: { topic: string; payload: Buffer }): Promise<void>;
  createRetainedStreamCombi(filters: string[]): Readable;
}

// Its types describe a default export that the CommonJS module does not have.
const createStockPersistence: () => StockPersistence = createRequire(import.meta.url)('aedes-persistence');

const level = fc.constantFrom('a', 'b', 'c', 'status', 'nc');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, some]) => (some || levels.length === 0 ? [...levels, '#'] : levels).join('/'));
const change = fc.record({
  topic,
  payload: fc.oneof({ weight: 3, arbitrary: fc.string({ minLength: 1 }) }, { weight: 1, arbitrary: fc.constant('') }),
});

const plenty = { maxMessages: 1_000, maxBytes: 1_000_000 };

describe('retained messages', () => {
  it("give the stock persistence's answers for any history and filter", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 40 }), fc.array(filter, { minLength: 1, maxLength: 4 }), async (changes, filters) => {
        const ours = createRetainedMessages(plenty);
        const stock = createStockPersistence();
        for (const { topic: changed, payload } of changes) {
          if (payload === '') ours.remove(changed);
          else expect(ours.store({ topic: changed, payload })).toBe(true);
          await stock.storeRetained({ topic: changed, payload: Buffer.from(payload) });
        }
        for (const wanted of filters) {
          const expected: string[] = [];
          for await (const packet of stock.createRetainedStreamCombi([wanted])) expected.push(`${packet.topic} ${String(packet.payload)}`);
          const found = ours.matching(wanted).map((message) => `${message.topic} ${String(message.payload)}`);
          expect(found.toSorted()).toEqual(expected.toSorted());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('count what they hold, and hold nothing once all is removed', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const retained = createRetainedMessages(plenty);
        const expected = new Map<string, string>();
        for (const { topic: changed, payload } of changes) {
          if (payload === '') {
            retained.remove(changed);
            expected.delete(changed);
          } else {
            retained.store({ topic: changed, payload });
            expected.set(changed, payload);
          }
        }
        expect(retained.count).toBe(expected.size);
        expect(retained.bytes).toBe([...expected].reduce((sum, [key, payload]) => sum + key.length + payload.length, 0));
        for (const key of expected.keys()) retained.remove(key);
        expect([retained.count, retained.bytes, retained.matching('#')]).toEqual([0, 0, []]);
      }),
    );
  });

  // Where the stock persistence departs from MQTT 3.1.1 §4.7, which mosquitto follows.
  it.each<[string, string, boolean]>([
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['a/+', 'a/', true],
    ['a/+/b', 'a//b', true],
    ['+/a', '/a', true],
    ['a/#', 'a', true],
    ['a/+', 'a', false],
    ['nc/v1/+/status', 'nc/v1/d1/status', true],
  ])('%s and %s: %s', (wanted, stored, found) => {
    const retained = createRetainedMessages(plenty);
    retained.store({ topic: stored, payload: 'x' });
    expect(retained.matching(wanted)).toHaveLength(found ? 1 : 0);
  });

  it('refuse what would pass their bounds, and keep what they have', () => {
    const retained = createRetainedMessages({ maxMessages: 2, maxBytes: 20 });
    expect(retained.store({ topic: 'a', payload: 'x'.repeat(9) })).toBe(true);
    expect(retained.store({ topic: 'b', payload: 'x'.repeat(10) })).toBe(false);
    expect(retained.store({ topic: 'b', payload: 'x' })).toBe(true);
    expect(retained.store({ topic: 'c', payload: 'x' })).toBe(false);
    expect(retained.store({ topic: 'a', payload: 'newer' })).toBe(true);
    expect(retained.matching('#').map((message) => message.payload)).toEqual(['newer', 'x']);
  });

  it('answer an exact filter in the same time however many there are', () => {
    const timeOf = (count: number) => {
      const retained = createRetainedMessages({ maxMessages: count, maxBytes: 1_000_000_000 });
      for (let index = 0; index < count; index += 1) retained.store({ topic: `nc/v1/device-${index}/content`, payload: 'x' });
      const startedMs = performance.now();
      for (let index = 0; index < 2_000; index += 1) expect(retained.matching(`nc/v1/device-${index % count}/content`)).toHaveLength(1);
      return performance.now() - startedMs;
    };
    timeOf(1_000);
    // A scan would take fifty times as long; the rest is room for a busy machine.
    expect(timeOf(50_000)).toBeLessThan(timeOf(1_000) * 10 + 50);
  });
});
