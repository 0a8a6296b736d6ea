import { describe, expect, it } from 'vitest';
import { aContent, aFacts, aScenes, HOUR_MS, instant } from '../testing/documents.ts';
import { CONFIRMATION_LASTS_MS, composeScreen, DISCONNECT_GRACE_MS, nextChangeMs, type ScreenFacts } from './compose.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const content = aContent({ sequence: 7, nowMs: nowMs - HOUR_MS });
const qr = { path: 'M0 0h1v1h-1z', size: 21, url: 'https://example.gr/j/x', validUntilMs: nowMs + 30_000 };
const wellKiosk: ScreenFacts = {
  started: true,
  claimed: true,
  content,
  confirmedAt: instant(nowMs - 60_000),
  display: { language: 'el', widthMm: 700 },
  disconnectedForMs: null,
  clock: 'trusted',
  nowMs,
  qr,
  claim: null,
  identity: null,
  mustShow: false,
  pageNumber: 1,
  media: [],
  scenes: null,
  facts: null,
  demo: false,
};

describe('the state of the screen', () => {
  it('shows the building, its age, the code and the settings', () => {
    expect(composeScreen(wellKiosk)).toEqual({
      phase: 'running',
      contentSequence: 7,
      document: content.document,
      confirmedAt: instant(nowMs - 60_000),
      validUntilMs: Date.parse(content.expiresAt),
      link: 'online',
      clock: 'trusted',
      nowMs,
      qr,
      display: { language: 'el', widthMm: 700 },
      claim: null,
      identity: null,
      pageNumber: 1,
      lit: true,
      media: [],
      scenes: null,
      facts: { weather: null, account: null },
      demo: false,
    });
  });

  it('is dark in the hours of rest, but not while a release must prove that it can paint', () => {
    const litWhen = { from: null, to: null, weekdays: [1, 2, 3, 4, 5, 6, 7], hours: { from: '03:00', to: '03:01' } };
    const atRest = { ...wellKiosk, display: { language: 'el' as const, widthMm: 700, litWhen } };
    expect(composeScreen(atRest).lit).toBe(false);
    expect(composeScreen({ ...atRest, mustShow: true }).lit).toBe(true);
  });

  it.each<[string, Partial<ScreenFacts>, string]>([
    ['before anything is decided', { started: false }, 'starting'],
    ['without a building', { claimed: false, content: null }, 'unclaimed'],
    ['never synced', { content: null, confirmedAt: null }, 'safe'],
    ['expired this instant', { nowMs: Date.parse(content.expiresAt) }, 'safe'],
    ['a moment before it expires', { nowMs: Date.parse(content.expiresAt) - 1 }, 'running'],
  ])('%s', (_what, change, phase) => {
    const state = composeScreen({ ...wellKiosk, ...change });
    expect(state.phase).toBe(phase);
    if (phase !== 'running')
      expect(state).toMatchObject({ document: null, contentSequence: 0, confirmedAt: null, validUntilMs: null, qr: null });
  });

  it.each<[string, Partial<ScreenFacts>, string]>([
    ['connected and confirmed', {}, 'online'],
    ['a blink of the connection', { disconnectedForMs: DISCONNECT_GRACE_MS - 1 }, 'online'],
    ['no connection', { disconnectedForMs: DISCONNECT_GRACE_MS }, 'offline'],
    ['connected, but nobody vouched lately', { confirmedAt: instant(nowMs - CONFIRMATION_LASTS_MS) }, 'offline'],
    ['connected and just within', { confirmedAt: instant(nowMs - CONFIRMATION_LASTS_MS + 1) }, 'online'],
    ['never confirmed', { confirmedAt: null }, 'offline'],
  ])('%s', (_what, change, link) => {
    expect(composeScreen({ ...wellKiosk, ...change }).link).toBe(link);
  });

  it('falls back to settings that fit any lobby', () => {
    expect(composeScreen({ ...wellKiosk, display: null }).display).toEqual({ language: 'alternate', widthMm: null });
  });
});

describe('when to look again', () => {
  it.each<[string, Partial<ScreenFacts>, number | null]>([
    ['when the confirmation lapses', {}, nowMs - 60_000 + CONFIRMATION_LASTS_MS],
    ['when the grace ends', { disconnectedForMs: 1_000 }, nowMs + DISCONNECT_GRACE_MS - 1_000],
    ['when the document expires', { confirmedAt: null }, Date.parse(content.expiresAt)],
    ['when the arrangement runs out', { scenes: aScenes({ nowMs, expiresAt: instant(nowMs + 5_000) }) }, nowMs + 5_000],
    ['when the facts run out', { facts: aFacts({ nowMs, expiresAt: instant(nowMs + 6_000) }) }, nowMs + 6_000],
    ['never', { content: null, confirmedAt: null }, null],
    ['not for moments that have been', { confirmedAt: null, content: null, disconnectedForMs: HOUR_MS }, null],
  ])('%s', (_what, change, moment) => {
    expect(nextChangeMs({ ...wellKiosk, ...change })).toBe(moment);
  });
});
