import type { LobbyAnnouncement, LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { describe, expect, it } from 'vitest';
import { isLit } from './lit.ts';

const litWhen = { from: null, to: null, weekdays: [1, 2, 3, 4, 5, 6, 7], hours: { from: '07:00', to: '23:00' } };
const document = (...announcements: LobbyAnnouncement[]): LobbyDocument => ({
  building: {
    id: '01900000-0000-7000-8000-000000000001',
    name: { el: 'Α', en: null },
    addressLine: { el: 'Α', en: null },
    city: { el: 'Α', en: null },
    timeZone: 'Europe/Athens',
    language: 'el',
  },
  announcements,
});
const at = (instant: string) => Date.parse(instant);
const gas = (parts: Partial<LobbyAnnouncement> = {}): LobbyAnnouncement => ({
  id: '01900000-0000-7000-8000-000000000002',
  category: 'safety',
  urgent: true,
  title: { el: 'Διαρροή', en: null },
  body: null,
  publishAt: '2026-11-20T00:30:00.000Z',
  expiresAt: null,
  ...parts,
});
const NIGHT = '2026-11-20T01:00:00Z';

describe('isLit', () => {
  it.each([
    ['2026-11-20T04:59:59Z', false],
    ['2026-11-20T05:00:00Z', true],
    ['2026-11-20T20:59:59Z', true],
    ['2026-11-20T21:00:00Z', false],
    ['2026-06-20T04:00:00Z', true],
  ])('follows the building’s clock at %s', (instant, lit) =>
    expect(isLit({ litWhen, document: document(), nowMs: at(instant) })).toBe(lit),
  );

  it('is lit without a schedule, without a clock and without a building', () => {
    expect(isLit({ litWhen: undefined, document: document(), nowMs: at(NIGHT) })).toBe(true);
    expect(isLit({ litWhen, document: document(), nowMs: null })).toBe(true);
    expect(isLit({ litWhen, document: null, nowMs: at(NIGHT) })).toBe(true);
  });

  it('is lit for what is urgent, for a day, and only while it holds', () => {
    const lit = (announcement: LobbyAnnouncement) => isLit({ litWhen, document: document(announcement), nowMs: at(NIGHT) });
    expect(lit(gas())).toBe(true);
    expect(lit(gas({ urgent: false }))).toBe(false);
    expect(lit(gas({ publishAt: '2026-11-20T02:00:00.000Z' }))).toBe(false);
    expect(lit(gas({ publishAt: '2026-11-19T01:00:00.000Z' }))).toBe(false);
    expect(lit(gas({ expiresAt: '2026-11-20T00:59:00.000Z' }))).toBe(false);
  });
});
