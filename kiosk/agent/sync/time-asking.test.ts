import type { DeviceEvent } from '@concierge/contract/mqtt/event.ts';
import { DeviceEvent as DeviceEventForm } from '@concierge/contract/mqtt/event.ts';
import type { ClockState } from '@concierge/contract/mqtt/reported.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SignedEvidence } from '../clock/rules.ts';
import { instant, testDeviceId } from '../testing/documents.ts';
import { createTimeAsking, type TimeAsking } from './time-asking.ts';

const noon = Date.UTC(2026, 10, 21, 12);
let monotonicMs: number;
let state: ClockState;
let asked: DeviceEvent[];
let heard: SignedEvidence[];
let asking: TimeAsking;

beforeEach(() => {
  vi.useFakeTimers();
  monotonicMs = 0;
  state = 'unknown';
  asked = [];
  heard = [];
  asking = createTimeAsking({
    deviceId: testDeviceId,
    agentVersion: '1',
    clock: { nowMs: () => 0, state: () => state, monotonicMs: () => monotonicMs, hear: (evidence) => heard.push(evidence) },
  });
  asking.start({
    connected: () => true,
    publish: async ({ payload }) => {
      asked.push(DeviceEventForm.parse(JSON.parse(payload)));
      return true;
    },
  });
});
afterEach(() => {
  asking.stop();
  vi.useRealTimers();
});

const nonce = (index: number) => asked[index]?.id ?? '';
const answer = (index: number) => asking.answered({ kind: 'time', deviceId: testDeviceId, nonce: nonce(index), issuedAt: instant(noon) });
function pass(ms: number): void {
  monotonicMs += ms;
  vi.advanceTimersByTime(ms);
}

describe('asking for the time', () => {
  it('asks on each connection, however sure it is, each time under a number of its own', () => {
    asking.connected();
    asking.connected();
    expect(asked.map(({ event }) => event)).toEqual(['time-asked', 'time-asked']);
    expect(nonce(0)).not.toBe(nonce(1));
    state = 'trusted';
    asking.connected();
    expect(asked).toHaveLength(3);
  });

  it('asks no second time while the clock is trusted, answered or not', () => {
    state = 'trusted';
    asking.connected();
    pass(120_000);
    asking.clockChanged();
    expect(asked).toHaveLength(1);
  });

  it('takes one answer, with how long it waited for it', () => {
    asking.connected();
    pass(300);
    expect(asking.awaits(nonce(0))).toBe(true);
    answer(0);
    answer(0);
    expect(heard).toEqual([{ issuedAtMs: noon, delivery: 'answered', waitedMs: 300 }]);
    expect(asking.awaits(nonce(0))).toBe(false);
    pass(120_000);
    expect(asked).toHaveLength(1);
  });

  it('takes no answer to a question of before, and none that comes late', () => {
    asking.connected();
    asking.connected();
    answer(0);
    pass(10_001);
    answer(1);
    expect(heard).toEqual([]);
  });

  it('asks three times, and a cloud that does not know the question no more on this connection', () => {
    asking.connected();
    pass(600_000);
    expect(asked).toHaveLength(3);
    asking.connected();
    expect(asked).toHaveLength(4);
  });

  it('asks when the clock jumps, and not at every jump', () => {
    state = 'trusted';
    asking.connected();
    answer(0);
    state = 'estimated';
    asking.clockChanged();
    expect(asked).toHaveLength(2);
    answer(1);
    for (let jump = 0; jump < 10; jump += 1) {
      asking.clockChanged();
      pass(1_000);
    }
    expect(asked).toHaveLength(2);
    pass(60_000);
    asking.clockChanged();
    expect(asked).toHaveLength(3);
  });
});
