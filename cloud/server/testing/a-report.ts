import type { Reported } from '@concierge/contract/mqtt/reported.ts';
import type { DeviceRelease } from '@concierge/contract/release/outcome.ts';

/** What a screen in good health tells that has just begun and holds nothing yet. */
export function aReport(change: Partial<Reported> = {}): Reported {
  return {
    agentVersion: '1.0.0',
    shell: 'chromium',
    desiredSequence: 0,
    contentSequence: 0,
    qrSequence: 0,
    paintedSequence: 0,
    paintedAt: null,
    clock: 'trusted',
    lastRefusal: null,
    at: new Date().toISOString(),
    ...change,
  };
}

/** What it tells of its releases when it runs the sixth and has nothing else. */
export function aRelease(change: Partial<DeviceRelease> = {}): DeviceRelease {
  return {
    running: { sequence: 6, version: '0.6.0' },
    onTrial: false,
    waiting: null,
    rolledBack: null,
    rootVersion: 1,
    arch: 'arm64',
    refused: null,
    freeMebibytes: 1_024,
    ...change,
  };
}
