import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';

/** A screen of a building with one announcement. */
export function aScreenState(change: Partial<ScreenState> = {}): ScreenState {
  return {
    phase: 'running',
    contentSequence: 7,
    document: {
      building: {
        id: '01900000-0000-7000-8000-00000000b001',
        name: { el: 'Ακαδημίας 12', en: null },
        addressLine: { el: 'Ακαδημίας 12', en: null },
        city: { el: 'Αθήνα', en: 'Athens' },
        timeZone: 'Europe/Athens',
        language: 'el',
      },
      announcements: [],
    },
    confirmedAt: '2026-11-21T09:00:00.000Z',
    link: 'online',
    clock: 'trusted',
    nowMs: Date.UTC(2026, 10, 21, 9),
    qr: { path: 'M0 0h1v1h-1z', size: 33, url: 'https://example.org/j', validUntilMs: Date.UTC(2026, 10, 21, 9, 1) },
    claim: null,
    identity: null,
    pageNumber: 1,
    lit: true,
    media: [],
    scenes: null,
    facts: { weather: null, account: null },
    display: { language: 'el', widthMm: null },
    demo: false,
    ...change,
  };
}
