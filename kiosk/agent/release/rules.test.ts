import type { ReleaseManifest } from '@concierge/contract/release/manifest.ts';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, instant } from '../testing/documents.ts';
import { type BootPointer, newPointer, type SlotRelease } from './boot-rules.ts';
import { decideOffer, judgeTrial, type ReleaseDevice, type TrialEvidence, timestampFault } from './rules.ts';
import { aManifest, aTarget } from './testing/authority.ts';

const device: ReleaseDevice = { arch: 'arm64', shell: 'chromium', wireVersion: 2, builtInSequence: 3 };
const hash = (sequence: number): string => String(sequence % 10).repeat(64);
const release = (slot: 'a' | 'b', sequence: number): SlotRelease => ({ slot, sequence, sha256: hash(sequence) });
const manifest = (sequence: number, change: Partial<ReleaseManifest> = {}): ReleaseManifest =>
  aManifest({ sequence, targets: [aTarget({ sha256: hash(sequence) })], ...change });
const running = release('a', 5);
const pointer: BootPointer = { current: running, waiting: null, pending: null, floorSequence: 5, rolledBack: null };
const rolledBack = (reason: NonNullable<BootPointer['rolledBack']>['reason'], trials: number) => ({
  ...pointer,
  rolledBack: { sequence: 6, sha256: hash(6), reason, trials },
});
const pending = (sequence: number, starts: number) => ({
  ...pointer,
  pending: { ...release('b', sequence), starts, cloudWasReachable: true },
});
const waiting = (sequence: number) => ({ ...pointer, waiting: { ...release('b', sequence), cloudWasReachable: true } });

describe('an offered release', () => {
  it.each<{ when: string; offered: ReleaseManifest; runs?: SlotRelease | null; state?: BootPointer; decision: string }>([
    { when: 'is newer', offered: manifest(6), decision: 'install' },
    { when: 'is the one that runs', offered: manifest(5), decision: 'nothing-to-do' },
    { when: 'is lower', offered: manifest(4), decision: 'lower-sequence' },
    {
      when: 'has the sequence of the one that runs and other bytes',
      offered: manifest(5, { targets: [aTarget()] }),
      decision: 'conflicting-sequence',
    },
    {
      when: 'is lower than the program that came with the device',
      offered: manifest(2),
      runs: null,
      state: newPointer,
      decision: 'lower-sequence',
    },
    { when: 'is the program that came with the device', offered: manifest(3), runs: null, state: newPointer, decision: 'nothing-to-do' },
    { when: 'is the first', offered: manifest(4), runs: null, state: newPointer, decision: 'install' },
    { when: 'repairs a damaged good slot while an older release runs', offered: manifest(5), runs: release('b', 4), decision: 'install' },
    {
      when: 'is lower than what was good, while an older release runs',
      offered: manifest(4),
      runs: release('b', 3),
      decision: 'lower-sequence',
    },
    { when: 'is for other processors only', offered: manifest(6, { targets: [aTarget({ arch: 'x64' })] }), decision: 'unknown-target' },
    { when: 'is for another shell only', offered: manifest(6, { targets: [aTarget({ shell: 'electron' })] }), decision: 'unknown-target' },
    {
      when: 'needs a release between',
      offered: manifest(8, { follows: { earliestSequence: 6, earliestWireVersion: 1 } }),
      decision: 'release-between-needed',
    },
    {
      when: 'needs a newer wire',
      offered: manifest(6, { follows: { earliestSequence: 0, earliestWireVersion: 3 } }),
      decision: 'release-between-needed',
    },
    {
      when: 'follows exactly what runs',
      offered: manifest(6, { follows: { earliestSequence: 5, earliestWireVersion: 2 } }),
      decision: 'install',
    },
    { when: 'waits already', offered: manifest(6), state: waiting(6), decision: 'nothing-to-do' },
    { when: 'waits already and may start', offered: manifest(6), state: pending(6, 0), decision: 'nothing-to-do' },
    { when: 'comes while another waits', offered: manifest(7), state: waiting(6), decision: 'install' },
    { when: 'comes while another may start', offered: manifest(7), state: pending(6, 0), decision: 'install' },
    { when: 'comes while another is on trial', offered: manifest(7), state: pending(6, 1), decision: 'on-trial' },
    { when: 'painted nothing here once', offered: manifest(6), state: rolledBack('nothing-painted', 1), decision: 'install' },
    { when: 'painted nothing here twice', offered: manifest(6), state: rolledBack('nothing-painted', 2), decision: 'failed-before' },
    { when: 'never opened its cache here', offered: manifest(6), state: rolledBack('cache-not-opened', 1), decision: 'failed-before' },
    { when: 'did not reach the cloud once', offered: manifest(6), state: rolledBack('cloud-not-reached', 1), decision: 'install' },
    { when: 'did not reach the cloud twice', offered: manifest(6), state: rolledBack('cloud-not-reached', 2), decision: 'failed-before' },
    { when: 'used up its starts once', offered: manifest(6), state: rolledBack('starts-used-up', 1), decision: 'install' },
    { when: 'used up its starts twice', offered: manifest(6), state: rolledBack('starts-used-up', 2), decision: 'failed-before' },
    {
      when: 'failed here with other bytes',
      offered: manifest(6, { targets: [aTarget()] }),
      state: rolledBack('nothing-painted', 2),
      decision: 'install',
    },
    { when: 'is newer than the one that failed', offered: manifest(7), state: rolledBack('nothing-painted', 2), decision: 'install' },
  ])('that $when: $decision', ({ offered, runs = running, state = pointer, decision }) => {
    const decided = decideOffer(offered, device, runs, state);
    expect(decided.verdict === 'refuse' ? decided.reason : decided.verdict).toBe(decision);
  });
});

describe('a timestamp', () => {
  const nowMs = Date.UTC(2026, 10, 21);
  const named = { sequence: 6, sha256: hash(6) };
  const stamp = (issuedMs: number, change = {}) => ({
    kind: 'release-timestamp' as const,
    sequence: 6,
    manifestSha256: hash(6),
    issuedAt: instant(issuedMs),
    expiresAt: instant(issuedMs + HOUR_MS),
    ...change,
  });
  it.each([
    { when: 'is fresh', timestamp: stamp(nowMs), trusted: true, fault: null },
    { when: 'has expired', timestamp: stamp(nowMs - 2 * HOUR_MS), trusted: true, fault: 'expired' },
    { when: 'expires this moment', timestamp: stamp(nowMs - HOUR_MS), trusted: true, fault: 'expired' },
    { when: 'has expired by a clock that nobody trusts', timestamp: stamp(nowMs - 2 * HOUR_MS), trusted: false, fault: null },
    { when: 'is a little ahead', timestamp: stamp(nowMs + 60_000), trusted: true, fault: null },
    { when: 'is an hour ahead', timestamp: stamp(nowMs + HOUR_MS), trusted: true, fault: 'from-the-future' },
    { when: 'is an hour ahead of a clock that nobody trusts', timestamp: stamp(nowMs + HOUR_MS), trusted: false, fault: null },
    { when: 'is for another manifest', timestamp: stamp(nowMs, { manifestSha256: hash(7) }), trusted: false, fault: 'other-manifest' },
    { when: 'is for another sequence', timestamp: stamp(nowMs, { sequence: 7 }), trusted: false, fault: 'other-manifest' },
  ])('that $when', ({ timestamp, trusted, fault }) => {
    expect(timestampFault(timestamp, named, { nowMs, trusted })).toBe(fault);
  });
});

describe('a release on trial', () => {
  const limits = { screenWithinMs: 100, displayWithinMs: 9_000, cloudWithinMs: 500 };
  const nothing: TrialEvidence = { painted: false, cacheOpened: false, cloudReached: false };
  const screen: TrialEvidence = { ...nothing, painted: true, cacheOpened: true };
  const all: TrialEvidence = { ...screen, cloudReached: true };
  const wait = (untilMs: number) => ({ verdict: 'wait', untilMs });
  const back = (reason: string) => ({ verdict: 'roll-back', reason });
  it.each([
    { when: 'has just started', evidence: nothing, cloud: true, atMs: 0, verdict: wait(100) },
    { when: 'shows everything', evidence: all, cloud: true, atMs: 5, verdict: { verdict: 'commit' } },
    { when: 'opened nothing in time', evidence: nothing, cloud: true, atMs: 100, verdict: back('cache-not-opened') },
    { when: 'painted without a cache', evidence: { ...nothing, painted: true }, cloud: true, atMs: 100, verdict: back('cache-not-opened') },
    {
      when: 'painted nothing in time',
      evidence: { ...nothing, cacheOpened: true },
      cloud: true,
      atMs: 100,
      verdict: back('nothing-painted'),
    },
    {
      when: 'reaches the cloud and shows nothing',
      evidence: { ...nothing, cloudReached: true },
      cloud: true,
      atMs: 99,
      verdict: wait(100),
    },
    { when: 'has not reached the cloud yet', evidence: screen, cloud: true, atMs: 100, verdict: wait(500) },
    { when: 'has not reached the cloud in time', evidence: screen, cloud: true, atMs: 500, verdict: back('cloud-not-reached') },
    { when: 'has no cloud, as the one before it', evidence: screen, cloud: false, atMs: 5, verdict: { verdict: 'commit' } },
    { when: 'shows all, but late', evidence: all, cloud: true, atMs: 9_999, verdict: { verdict: 'commit' } },
  ])('that $when', ({ evidence, cloud, atMs, verdict }) => {
    expect(judgeTrial(evidence, cloud, atMs, limits)).toEqual(verdict);
  });

  it.each([
    { when: 'has no display yet', atMs: 4_000, awayMs: 4_000, verdict: wait(4_100) },
    { when: 'has one for less than its time', atMs: 4_099, awayMs: 4_000, verdict: wait(4_100) },
    { when: 'has one, and paints nothing on it', atMs: 4_100, awayMs: 4_000, verdict: back('nothing-painted') },
    { when: 'has none for longer than anybody waits', atMs: 9_100, awayMs: 9_100, verdict: back('nothing-painted') },
  ])('that $when', ({ atMs, awayMs, verdict }) => {
    expect(judgeTrial({ ...nothing, cacheOpened: true }, true, atMs, limits, awayMs)).toEqual(verdict);
    // A cache needs no display.
    expect(judgeTrial(nothing, true, atMs, limits, awayMs)).toEqual(back('cache-not-opened'));
  });
});
