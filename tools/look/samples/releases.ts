import type { DeviceReleaseView, FleetRelease, OfficeRollout, ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import type { FleetCounts, FleetGroup } from '@concierge/contract/http/fleet.ts';

const rings = [
  { ring: 0, name: 'lab' },
  { ring: 1, name: 'early' },
  { ring: 2, name: 'half' },
  { ring: 3, name: 'all' },
];
const none = { current: 0, starting: 0, waiting: 0, downloading: 0, later: 0, held: 0, failed: 0, stopped: 0, none: 0 };

function rolloutOf(nowMs: number): OfficeRollout {
  return {
    sequence: 14,
    version: '1.4.0',
    state: 'running',
    ring: 2,
    startedAt: new Date(nowMs - 3 * 86_400_000).toISOString(),
    soaksUntil: new Date(nowMs + 20 * 3_600_000).toISOString(),
    quiet: { from: '02:00', until: '05:00' },
  };
}

/** A rollout in its third night. */
export function sampleFleetRelease(nowMs: number): FleetRelease {
  return {
    rollout: rolloutOf(nowMs),
    rings,
    standings: { ...none, current: 412, waiting: 18, downloading: 3, held: 2, failed: 4, later: 191 },
    reasons: [
      { standing: 'failed', reason: 'disk-full', count: 3 },
      { standing: 'held', reason: 'clock-not-trusted', count: 2 },
      { standing: 'failed', reason: 'nothing-painted', count: 1 },
    ],
    versions: [
      { version: '1.4.0', count: 412 },
      { version: '1.3.2', count: 218 },
    ],
  };
}

const group = (key: string | null, name: string | null, total: number, part: Partial<FleetGroup>): FleetGroup => ({
  key,
  name,
  total,
  trouble: 0,
  offline: 0,
  current: 0,
  failed: 0,
  ...part,
});

export const sampleGroups: { ring: FleetGroup[]; state: FleetGroup[]; counts: FleetCounts } = {
  ring: [
    group('0', 'lab', 4, { current: 4 }),
    group('1', 'early', 31, { current: 30, failed: 1, offline: 1 }),
    group('2', 'half', 291, { current: 264, failed: 3, trouble: 5, offline: 7 }),
    group('3', 'all', 304, { current: 114, offline: 6 }),
    group(null, null, 12, {}),
  ],
  state: [
    group('trouble', null, 5, { trouble: 5, current: 2, failed: 1 }),
    group('offline', null, 14, { offline: 14 }),
    group('well', null, 623, { current: 410, failed: 3 }),
  ],
  counts: {
    total: 642,
    states: { trouble: 5, offline: 14, new: 0, leaving: 0, well: 623 },
    alerts: { offline: 14, hot: 3, drift: 2 },
    versions: [
      { version: '1.4.0', count: 412 },
      { version: '1.3.2', count: 218 },
    ],
    rings: rings.map((ring, index) => ({ ...ring, count: [4, 31, 291, 304][index] ?? 0 })),
    withoutRing: 12,
    standings: { current: 412, waiting: 18, downloading: 3, held: 2, failed: 4, later: 191, none: 12 },
  },
};

/** One screen that waits for the night, or that had no room. */
export function sampleDeviceRelease(standing: Extract<ReleaseStanding, 'waiting' | 'failed'>, nowMs: number): DeviceReleaseView {
  const at = (hours: number) => new Date(nowMs - hours * 3_600_000).toISOString();
  const failed = standing === 'failed';
  return {
    running: { sequence: 13, version: '1.3.2' },
    ring: { ring: 2, name: 'half' },
    rollout: rolloutOf(nowMs),
    standing,
    why: failed ? 'failed' : 'quiet-hours',
    reason: failed ? 'disk-full' : null,
    since: at(9),
    mayRetry: failed,
    history: [
      ...(failed
        ? ([
            { at: at(9), sequence: 14, version: '1.4.0', what: 'failed', reason: 'disk-full', by: null },
            { at: at(20), sequence: 14, version: '1.4.0', what: 'retried', reason: 'too-slow', by: 'Μαρία Παπαδοπούλου' },
          ] as const)
        : []),
      { at: at(30), sequence: 14, version: '1.4.0', what: 'offered', reason: null, by: null },
      { at: at(900), sequence: 13, version: '1.3.2', what: 'done', reason: null, by: null },
    ],
  };
}
