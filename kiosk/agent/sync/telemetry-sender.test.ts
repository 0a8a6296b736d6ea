import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTelemetrySender } from './telemetry-sender.ts';

const MINUTE_MS = 60_000;
let pictures: number;
let told: string[];
let connected: boolean;
let arrives: () => Promise<boolean>;

beforeEach(() => {
  vi.useFakeTimers();
  pictures = 0;
  told = [];
  connected = true;
  arrives = async () => true;
});
afterEach(() => vi.useRealTimers());

function aSender(random = 0) {
  const sender = createTelemetrySender({
    deviceId: 'device',
    // The sender only writes down what it is given.
    measure: async () => ({ picture: (pictures += 1) }) as never,
    random: () => random,
  });
  sender.start({
    connected: () => connected,
    async publish({ topic, payload, retain }) {
      expect({ topic, retain }).toEqual({ topic: 'nc/v1/device/tele', retain: false });
      told.push(payload);
      return arrives();
    },
  });
  return sender;
}
const heard = () => told.map((payload) => /\d+/.exec(payload)?.[0]).join(' ');

describe('telemetry', () => {
  it('is told soon after a connection and then every five minutes, each device at its own moments', async () => {
    for (const [random, waits] of [
      [0, [500, 270_000]],
      [0.999_999, [5_000, 330_000]],
    ] as const) {
      told = [];
      pictures = 0;
      const sender = aSender(random);
      sender.connected();
      await vi.advanceTimersByTimeAsync(waits[0] - 10);
      expect(heard()).toBe('');
      await vi.advanceTimersByTimeAsync(20);
      expect(heard()).toBe('1');
      await vi.advanceTimersByTimeAsync(waits[1] - 30);
      expect(heard()).toBe('1');
      await vi.advanceTimersByTimeAsync(60);
      expect(heard()).toBe('1 2');
      sender.stop();
    }
  });

  it('keeps the newest six of what was measured without a connection, and sends them in order once', async () => {
    connected = false;
    const sender = aSender();
    await vi.advanceTimersByTimeAsync(100 * 5 * MINUTE_MS);
    expect(pictures).toBeGreaterThan(100);
    const last = pictures;
    connected = true;
    sender.connected();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(heard()).toBe([4, 3, 2, 1, 0, -1].map((back) => String(last - back)).join(' '));
    sender.stop();
  });

  it('says again what the broker did not take, and nothing twice', async () => {
    arrives = async () => false;
    const sender = aSender();
    sender.connected();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard()).toBe('1');
    arrives = async () => true;
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(heard()).toBe('1 1 2');
    sender.stop();
  });

  it('says nothing any more once it is stopped', async () => {
    const sender = aSender();
    sender.connected();
    sender.stop();
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(heard()).toBe('');
    expect(pictures).toBe(0);
  });
});
