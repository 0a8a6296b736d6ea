import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { sampleState } from '../samples.ts';
import { sampleFilm } from '../widgets/sample-film.ts';
import { filmScene, sampleScenes } from '../widgets/samples.ts';
import { continueShow, nextChangeInMs, openShow, type Show } from './show.ts';

const viewport = { widthPx: 1080, heightPx: 1920 };
const { sha256, durationMs } = sampleFilm.media;
const other = 'ab'.repeat(32);
const qr = { path: 'M0 0h1v1h-1z', size: 1, url: 'https://example.gr' };

function withScenes(...scenes: readonly Scene[]): ScreenState {
  return { ...sampleState('film', qr), scenes: { sequence: 1, scenes: [...scenes], fallbackSceneId: null } };
}
function looping(scene: Scene): Scene {
  const changed: unknown = JSON.parse(JSON.stringify(scene).replaceAll('"once"', '"loop"'));
  return changed as Scene;
}
const [today] = sampleScenes;
if (today === undefined) throw new Error('there are samples');
const ended = (show: Show, hash: string, atMs: number) => continueShow(show, { kind: 'film-ended', sha256: hash, atMs });
const failed = (show: Show, atMs: number) => continueShow(show, { kind: 'film-failed', sha256, atMs });
const keyOf = ({ entry }: Show) => entry.key;

describe('a scene with a film that plays once', () => {
  const show = openShow(withScenes(filmScene, today), viewport, 0);

  it('stands until the film has ended, and not much longer where nobody says so', () => {
    expect(keyOf(show)).toBe(`layout-${filmScene.id}`);
    expect(keyOf(ended(show, other, 1_000))).toBe(keyOf(show));
    expect(keyOf(ended(show, sha256, durationMs + 300))).toBe(`layout-${today.id}`);
    expect(show.entry.durationMs).toBeGreaterThan(durationMs);
    expect(nextChangeInMs(show, 0)).toBeLessThan(durationMs + 5_000);
  });

  it('begins anew when nothing else is in the round: its turn is another', () => {
    const alone = openShow(withScenes(filmScene), viewport, 0);
    const again = ended(alone, sha256, 2_200);
    expect([keyOf(again), again.entryStartedMs, again.round]).toEqual([keyOf(alone), 2_200, 1]);
  });

  it('waits for the longest of several', () => {
    const long = { ...sampleFilm.media, sha256: other, durationMs: 60_000 };
    const two: unknown = JSON.parse(JSON.stringify(filmScene));
    const scene = two as Scene;
    if (scene.view.kind !== 'layout') throw new Error('it is a layout');
    scene.view.portrait.push({
      ...scene.view.portrait[0]!,
      id: '0198c0de-0000-7000-8000-0000000c0001',
      row: 12,
      settings: { ...scene.view.portrait[0]?.settings, media: long },
    });
    const state = withScenes(scene, today);
    const both = openShow({ ...state, media: [...state.media, { ...long, url: '/media/x' }] }, viewport, 0);
    expect(both.entry.durationMs).toBeGreaterThan(60_000);
    expect(keyOf(ended(both, sha256, 2_000))).toBe(keyOf(both));
    expect(keyOf(ended(both, other, 60_000))).toBe(`layout-${today.id}`);
  });
});

describe('a scene with a film that goes round', () => {
  it('stands as long as any other', () => {
    const show = openShow(withScenes({ ...looping(filmScene), durationSeconds: 40 }, today), viewport, 0);
    expect(show.entry.durationMs).toBe(40_000);
    expect(keyOf(ended(show, sha256, 2_000))).toBe(keyOf(show));
  });
});

describe('a film that does not play', () => {
  it('takes its scene with it at once, for a while, and no other', () => {
    const show = openShow(withScenes(filmScene, today), viewport, 0);
    const after = failed(show, 3_000);
    expect(keyOf(after)).toBe(`layout-${today.id}`);
    let later = after;
    const seen = new Set<string>();
    for (let atMs = 3_000; atMs < 600_000; atMs += 5_000) {
      later = continueShow(later, { kind: 'woken', atMs });
      seen.add(keyOf(later));
    }
    expect([...seen]).toEqual([`layout-${today.id}`]);
    // Then it is tried again.
    for (let atMs = 604_000; atMs < 660_000; atMs += 5_000) {
      later = continueShow(later, { kind: 'woken', atMs });
      seen.add(keyOf(later));
    }
    expect(seen).toContain(`layout-${filmScene.id}`);
  });

  it('leaves the lobby its own round when it was all there was', () => {
    const after = failed(openShow(withScenes(filmScene), viewport, 0), 3_000);
    expect(after.entry.scene).toBe('overview');
  });

  it('that is not on this machine is waited for in peace', () => {
    const state = { ...withScenes(filmScene, today), media: [] };
    expect(keyOf(openShow(state, viewport, 0))).toBe(`layout-${today.id}`);
  });
});
