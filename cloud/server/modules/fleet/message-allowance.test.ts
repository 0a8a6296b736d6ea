import { expect, it } from 'vitest';
import { messageAllowance } from './message-allowance.ts';

const MINUTE_MS = 60_000;

it('takes an hour of messages at once, then one for each that an hour has, and of every device for itself', () => {
  let nowMs = 1_000_000;
  const allowed = messageAllowance(60, () => nowMs);
  const of = (device: string, times: number) => Array.from({ length: times }, () => allowed(device)).filter(Boolean).length;
  expect(of('noisy', 100)).toBe(60);
  expect(of('calm', 1)).toBe(1);
  for (let minutes = 0; minutes < 30; minutes += 1) {
    nowMs += MINUTE_MS;
    expect(of('noisy', 10)).toBe(1);
  }
  nowMs += 120 * MINUTE_MS;
  expect(of('noisy', 100)).toBe(60);
});
