import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import { describe, expect, it } from 'vitest';
import { sampleState } from '../samples.ts';
import { continueShow, languageOfRound, nextChangeInMs, openShow, type Show, usableQr } from './show.ts';

const viewport = { widthPx: 1080, heightPx: 1920 };
const typical = sampleState('typical', { path: 'M0 0h1v1h-1z', size: 29, url: 'https://example.gr/j/x' });

/** Wakes the show at every change it asked for, until so much time has passed. */
function play(show: Show, fromMs: number, forMs: number): { show: Show; scenes: string[]; wakes: number } {
  const scenes = [show.entry.key];
  let [now, wakes] = [fromMs, 0];
  while (now < fromMs + forMs && wakes < 1_000) {
    now += nextChangeInMs(show, now) + 1;
    show = continueShow(show, { kind: 'woken', atMs: now });
    wakes += 1;
    if (show.entry.key !== scenes.at(-1)) scenes.push(show.entry.key);
  }
  return { show, scenes, wakes };
}

describe('the show', () => {
  it('goes through its round, and wakes only when something changes', () => {
    const { scenes, wakes, show } = play(openShow(typical, viewport, 1_000), 1_000, 120_000);
    expect(scenes[0]).toBe('overview-0');
    expect(scenes.slice(1, 4).every((key) => key.startsWith('announcement-'))).toBe(true);
    expect(scenes[4]).toBe('join');
    expect(scenes[5]).toBe('overview-0');
    expect(show.round).toBeGreaterThanOrEqual(1);
    // Ten scenes and two minutes, not a wake a second.
    expect(wakes).toBeLessThan(16);
  });
  it('leaves the scene in peace when only the link changes, and begins anew with new content', () => {
    const opened = openShow(typical, viewport, 0);
    const later = continueShow(opened, { kind: 'woken', atMs: 14_001 });
    expect(later.entry.scene).toBe('announcement');
    const offline: ScreenState = { ...typical, link: 'offline', nowMs: typical.nowMs + 15_000 };
    expect(continueShow(later, { kind: 'state', state: offline, atMs: 15_000 }).entry).toEqual(later.entry);
    const renewed: ScreenState = { ...offline, contentSequence: 8 };
    const after = continueShow(later, { kind: 'state', state: renewed, atMs: 15_000 });
    expect([after.entry.scene, after.entryStartedMs]).toEqual(['overview', 15_000]);
  });
  it('counts scenes by the monotonic clock: a corrected agent clock neither skips nor holds one', () => {
    const opened = openShow(typical, viewport, 0);
    const corrected: ScreenState = { ...typical, nowMs: typical.nowMs - 7_200_000 };
    const after = continueShow(opened, { kind: 'state', state: corrected, atMs: 5_000 });
    expect([after.entry.key, after.entryStartedMs]).toEqual(['overview-0', 0]);
    expect(after.nowMs).toBe(corrected.nowMs);
  });
  it('wakes on the minute', () => {
    const show = openShow({ ...typical, nowMs: Date.UTC(2025, 10, 21, 8, 42, 58) }, viewport, 500);
    expect(nextChangeInMs(show, 500)).toBe(2_000);
  });
  it('takes the code away at its end and the join scene with it', () => {
    const qr = typical.qr === null ? null : { ...typical.qr, validUntilMs: typical.nowMs + 3_000 };
    const show = openShow({ ...typical, qr }, viewport, 0);
    expect(nextChangeInMs(show, 0)).toBe(3_000);
    expect(usableQr(show.state, typical.nowMs + 2_999)).not.toBeNull();
    expect(usableQr(show.state, typical.nowMs + 3_000)).toBeNull();
    expect(play(show, 0, 120_000).scenes).not.toContain('join');
  });
  it('shows no code while the time is not known', () => {
    expect(usableQr({ ...typical, clock: 'unknown' }, typical.nowMs)).toBeNull();
  });
  it('survives a turned screen without losing its place', () => {
    const later = continueShow(openShow(typical, viewport, 0), { kind: 'woken', atMs: 14_001 });
    const turned = continueShow(later, { kind: 'resized', viewport: { widthPx: 1920, heightPx: 1080 }, atMs: 15_000 });
    expect(turned.entry.key).toBe(later.entry.key);
  });
});

describe('languageOfRound', () => {
  const alternating: ScreenState = { ...typical, display: { language: 'alternate', widthMm: null } };
  it('alternates where English exists, the building’s own first', () => {
    expect([0, 1, 2].map((round) => languageOfRound(alternating, round))).toEqual(['el', 'en', 'el']);
  });
  it('stays Greek where nobody wrote English', () => {
    const document = typical.document;
    if (document === null) throw new Error('the sample has a document');
    const greek = { ...document, building: { ...document.building, name: { el: 'Α', en: null } }, announcements: [] };
    expect(languageOfRound({ ...alternating, document: greek }, 1)).toBe('el');
  });
  it('obeys a fixed language', () => {
    expect(languageOfRound({ ...typical, display: { language: 'en', widthMm: null } }, 4)).toBe('en');
  });
});
