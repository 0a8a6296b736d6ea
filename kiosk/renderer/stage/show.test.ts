import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Placement, Scene } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { sampleState } from '../samples.ts';
import { sampleScenes } from '../widgets/samples.ts';
import { continueShow, nextChangeInMs, openShow, type Show, usableQr } from './show.ts';

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
  it('shows nothing of the building after the document’s end, although nobody says so', () => {
    const show = openShow({ ...typical, validUntilMs: typical.nowMs + 7_000 }, viewport, 0);
    expect(nextChangeInMs(show, 0)).toBe(7_000);
    expect(continueShow(show, { kind: 'woken', atMs: 6_999 }).entry.scene).not.toBe('safe');
    const over = continueShow(show, { kind: 'woken', atMs: 7_000 });
    expect([over.entry.scene, over.state.phase, over.state.document, over.state.qr]).toEqual(['safe', 'safe', null, null]);
    const again: ScreenState = { ...typical, nowMs: typical.nowMs + 9_000, validUntilMs: typical.nowMs + 60_000 };
    expect(continueShow(over, { kind: 'state', state: again, atMs: 9_000 }).state.document).toEqual(typical.document);
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

describe('the language of a round', () => {
  const alternating: ScreenState = { ...typical, display: { language: 'alternate', widthMm: null } };
  /** Of the first rounds in their order. */
  function languagesOf(state: ScreenState): readonly string[] {
    const languages: string[] = [];
    let [show, now] = [openShow(state, viewport, 0), 0];
    while (languages.length < 3) {
      languages[show.round] = show.language;
      now += nextChangeInMs(show, now) + 1;
      show = continueShow(show, { kind: 'woken', atMs: now });
    }
    return languages;
  }
  const document = typical.document;
  if (document === null) throw new Error('the sample has a document');
  const greek = {
    ...alternating,
    document: { ...document, building: { ...document.building, name: { el: 'Α', en: null } }, announcements: [] },
  };
  const aScene = (widget: string, settings: Placement['settings'], parts: Partial<Scene> = {}): Scene => {
    const [scene] = sampleScenes;
    const [place] = scene?.view.kind === 'layout' ? scene.view.portrait : [];
    if (scene === undefined || place === undefined) throw new Error('the sample is a layout');
    return { ...scene, view: { kind: 'layout', portrait: [{ ...place, widget, settings }], landscape: [] }, ...parts };
  };
  const showing = (scene: Scene): ScreenState => ({ ...greek, scenes: { sequence: 1, scenes: [scene], fallbackSceneId: null } });
  const text = (en: string | null) => ({ title: { el: 'Ώρες', en }, body: { el: '15:30–17:30', en: null }, ground: 'plain' });

  it('alternates where English exists, the building’s own first', () => {
    expect(languagesOf(alternating)).toEqual(['el', 'en', 'el']);
  });
  it('stays Greek where nobody wrote English', () => {
    expect(languagesOf(greek)).toEqual(['el', 'el', 'el']);
    expect(languagesOf(showing(aScene('text', text(null))))).toEqual(['el', 'el', 'el']);
  });
  it('alternates for the English that is written in a scene, however deep', () => {
    expect(languagesOf(showing(aScene('text', text('Hours'))))).toEqual(['el', 'en', 'el']);
    const row = { name: { el: 'Γραφείο', en: 'Office' }, number: '210 123 4567' };
    expect(languagesOf(showing(aScene('contacts', { title: { el: 'Τηλέφωνα', en: null }, contacts: [row] })))).toEqual(['el', 'en', 'el']);
  });
  it('does not for a scene that is off', () => {
    const past = { from: null, to: '2020-01-01', weekdays: [1, 2, 3, 4, 5, 6, 7], hours: null };
    expect(languagesOf(showing(aScene('text', text('Hours'), { schedule: past })))).toEqual(['el', 'el', 'el']);
  });
  it('obeys a fixed language', () => {
    expect(languagesOf({ ...typical, display: { language: 'en', widthMm: null } })).toEqual(['en', 'en', 'en']);
  });
});
