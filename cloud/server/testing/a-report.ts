import type { Reported } from '@concierge/contract/mqtt/reported.ts';

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
