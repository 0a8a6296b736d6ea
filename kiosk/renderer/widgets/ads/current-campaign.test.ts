import { localMoment } from '@concierge/kernel/local-moment.ts';
import { describe, expect, it } from 'vitest';
import type { AdCounts } from './counts.ts';
import { currentCampaign } from './current-campaign.ts';

const campaign = (name: string, from: string, until: string) => ({
  media: { sha256: name.repeat(64), type: 'image/png' as const, bytes: 1 },
  alt: { el: name, en: null },
  from,
  until,
});
const always = campaign('a', '2026-01-01', '2026-12-31');
const march = campaign('b', '2026-03-28', '2026-03-29');
const here = (sha256: string) => `/media/${sha256}`;

/** Whose turn it is at these moments of Athens. */
const shownAt = (instant: string, adCounts: AdCounts = new Map(), mediaUrl: (sha256: string) => string | null = here) =>
  currentCampaign([march, always], { moment: localMoment(Date.parse(instant), 'Europe/Athens'), mediaUrl, adCounts })?.campaign.alt.el ??
  null;
const counts = (a: number, b: number): AdCounts =>
  new Map([
    [always.media.sha256, a],
    [march.media.sha256, b],
  ]);

describe('currentCampaign', () => {
  it('begins and ends at midnight of the building, also in the night the clocks change', () => {
    expect(shownAt('2026-03-27T21:59:59Z')).toBe('a');
    expect(shownAt('2026-03-27T22:00:00Z')).toBe('b');
    // 29 March has 23 hours: its end is at 21:00 UTC.
    expect(shownAt('2026-03-29T20:59:59Z')).toBe('b');
    expect(shownAt('2026-03-29T21:00:00Z')).toBe('a');
    expect(shownAt('2026-12-31T21:59:59Z')).toBe('a');
    expect(shownAt('2026-12-31T22:00:00Z')).toBeNull();
  });

  it('is the one that was shown least, and passes over what has not arrived', () => {
    expect([counts(0, 0), counts(0, 1), counts(1, 1), counts(2, 1)].map((each) => shownAt('2026-03-28T10:00:00Z', each))).toEqual([
      'b',
      'a',
      'b',
      'b',
    ]);
    expect(shownAt('2026-03-28T10:00:00Z', counts(9, 1), (sha256) => (sha256.startsWith('b') ? null : 'x'))).toBe('a');
    expect(shownAt('2026-03-28T10:00:00Z', counts(0, 0), () => null)).toBeNull();
  });

  it('shows none while nobody knows what day it is, and none without a picture', () => {
    expect(currentCampaign([always], { moment: null, mediaUrl: here, adCounts: counts(0, 0) })).toBeNull();
    expect(
      currentCampaign([{ ...always, media: null }], {
        moment: localMoment(Date.parse('2026-03-28T10:00:00Z'), 'UTC'),
        mediaUrl: here,
        adCounts: counts(0, 0),
      }),
    ).toBeNull();
  });
});
