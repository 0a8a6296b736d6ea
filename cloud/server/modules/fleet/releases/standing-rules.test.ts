import { InstallRefusal, RollbackReason } from '@concierge/contract/release/outcome.ts';
import { describe, expect, it } from 'vitest';
import { MAX_RETRIES, mayRetry, retriableReasons, soaksUntilMs, whyOf } from './standing-rules.ts';

const facts: Parameters<typeof whyOf>[0] = {
  standing: 'later',
  takesReleases: true,
  online: true,
  ring: 1,
  state: null,
  reason: null,
  inQuietHours: false,
  rollout: { state: 'running', ring: 1, soaksUntilMs: null },
};

describe('why a screen stands where it stands', () => {
  it.each([
    ['takes-no-releases', { takesReleases: false }],
    ['nothing-rolled-out', { rollout: null }],
    ['nothing-rolled-out', { standing: 'none' }],
    ['current', { standing: 'current' }],
    ['failed', { standing: 'failed', reason: 'nothing-painted' }],
    ['stopped', { standing: 'stopped' }],
    ['held', { standing: 'held', reason: 'no-room' }],
    ['downloading', { standing: 'downloading' }],
    ['trying-again', { standing: 'downloading', reason: 'unreachable' }],
    ['quiet-hours', { standing: 'waiting' }],
    ['place', { standing: 'waiting', inQuietHours: true }],
    ['paused', { standing: 'waiting', rollout: { state: 'paused', ring: 1, soaksUntilMs: null } }],
    ['starting', { standing: 'starting', state: 'waiting' }],
    ['proving', { standing: 'starting', state: 'trial' }],
    ['proving', { standing: 'starting', state: null }],
    ['soon', {}],
    ['away', { online: false }],
    ['ring-later', { ring: 2 }],
    ['ring-soaks', { ring: 2, rollout: { state: 'running', ring: 1, soaksUntilMs: 1 } }],
    // In no ring of this rollout: never its turn.
    ['ring-later', { ring: null }],
    ['paused', { ring: 2, rollout: { state: 'paused', ring: 1, soaksUntilMs: null } }],
  ] as const)('%s', (why, change) => {
    expect(whyOf({ ...facts, ...change })).toBe(why);
  });
});

describe('another try', () => {
  it('is for what may have passed, so often, and while the rollout goes on', () => {
    expect(mayRetry({ reason: 'disk-full', retryCount: 0 }, 'running')).toBe(true);
    expect(mayRetry({ reason: 'cloud-not-reached', retryCount: MAX_RETRIES - 1 }, 'paused')).toBe(true);
    expect(mayRetry({ reason: 'disk-full', retryCount: MAX_RETRIES }, 'running')).toBe(false);
    for (const state of ['aborted', 'ended']) expect(mayRetry({ reason: 'disk-full', retryCount: 0 }, state)).toBe(false);
    expect(mayRetry({ reason: null, retryCount: 0 }, 'running')).toBe(false);
    expect(mayRetry({ reason: 'a word nobody knows', retryCount: 0 }, 'running')).toBe(false);
  });

  it('is not for what a device refuses by itself the second time', () => {
    for (const reason of ['nothing-painted', 'cache-not-opened', 'failed-before', 'unknown-target', 'lower-sequence'])
      expect(mayRetry({ reason, retryCount: 0 }, 'running'), reason).toBe(false);
    expect(retriableReasons.length).toBeLessThan(RollbackReason.options.length + InstallRefusal.options.length);
  });
});

it('a ring soaks until so long after it was carried, and the last one is not waited for', () => {
  expect(soaksUntilMs({ carriedMs: 1_000, soakSeconds: 60, settled: false })).toBe(61_000);
  expect(soaksUntilMs({ carriedMs: null, soakSeconds: 60, settled: false })).toBeNull();
  expect(soaksUntilMs({ carriedMs: 1_000, soakSeconds: 60, settled: true })).toBeNull();
});
