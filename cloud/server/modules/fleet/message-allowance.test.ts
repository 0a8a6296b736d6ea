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

it('does not keep a device waiting for an hour that the clock went back over', () => {
  let nowMs = 100 * 60 * MINUTE_MS;
  const allowed = messageAllowance(2, () => nowMs);
  expect([allowed('device'), allowed('device'), allowed('device')]).toEqual([true, true, false]);
  nowMs -= 5 * 60 * MINUTE_MS;
  expect([allowed('device'), allowed('device'), allowed('device')]).toEqual([true, true, false]);
});

it('remembers a bounded number of devices', () => {
  const allowed = messageAllowance(1, () => 1_000_000);
  for (let device = 0; device < 100_000; device += 1) allowed(`${device}`);
  expect([allowed('0'), allowed('1')]).toEqual([false, false]);
  expect([allowed('another'), allowed('1'), allowed('0')]).toEqual([true, false, true]);
});
