import type { ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { sampleState } from '../samples.ts';
import { sampleFilm } from '../widgets/sample-film.ts';
import { filmScene, sampleScenes } from '../widgets/samples.ts';
import { continueShow, nextChangeInMs, openShow, type Show, unplayableNow } from './show.ts';

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
/** The same scene with a film that plays so long. */
function lasting(ms: number, durationSeconds: number | null = null): Scene {
  const changed: unknown = JSON.parse(JSON.stringify(filmScene).replaceAll(`"durationMs":${durationMs}`, `"durationMs":${ms}`));
  return { ...(changed as Scene), durationSeconds };
}
const ended = (show: Show, hash: string, atMs: number) => continueShow(show, { kind: 'film-ended', sha256: hash, atMs });
const failed = (show: Show, atMs: number) => continueShow(show, { kind: 'film-failed', sha256, atMs });
const keyOf = ({ entry }: Show) => entry.key;

describe('a scene with a film that plays once', () => {
  const show = openShow(withScenes(lasting(20_000), today), viewport, 0);

  it('stands until the film has ended, and not much longer where nobody says so', () => {
    expect(keyOf(show)).toBe(`layout-${filmScene.id}`);
    expect(keyOf(ended(show, other, 1_000))).toBe(keyOf(show));
    expect(keyOf(ended(show, sha256, 20_300))).toBe(`layout-${today.id}`);
    expect(show.entry.durationMs).toBeGreaterThan(20_000);
    expect(nextChangeInMs(show, 0)).toBeLessThan(20_000 + 5_000);
  });

  it.each([
    ['a blink', lasting(40), 5_000],
    ['two seconds', filmScene, 5_000],
    ['shorter than somebody wanted the scene to be', lasting(8_000, 40), 40_000],
  ])('of %s stands on its last frame until it has been seen, and does not begin anew meanwhile', (_what, scene, standsMs) => {
    const opened = openShow(withScenes(scene, today), viewport, 0);
    const holding = ended(opened, sha256, 500);
    expect([keyOf(holding), holding.entryStartedMs]).toEqual([keyOf(opened), 0]);
    expect(nextChangeInMs({ ...holding, agentOffsetMs: 0 }, 500)).toBe(standsMs - 500);
    const woken = continueShow(holding, { kind: 'woken', atMs: standsMs - 100 });
    expect([keyOf(woken), woken.entryStartedMs]).toEqual([keyOf(opened), 0]);
    expect(keyOf(continueShow(woken, { kind: 'woken', atMs: standsMs }))).toBe(`layout-${today.id}`);
  });

  it('begins anew when nothing else is in the round: its turn is another', () => {
    const alone = openShow(withScenes(lasting(20_000)), viewport, 0);
    const again = ended(alone, sha256, 20_200);
    expect([keyOf(again), again.entryStartedMs, again.round]).toEqual([keyOf(alone), 20_200, 1]);
  });

  it('alone and short goes round at a pace at which both languages can be read', () => {
    const state: ScreenState = { ...withScenes(lasting(1_000)), display: { language: 'alternate', widthMm: null } };
    let now = openShow(state, viewport, 0);
    const changes = [0];
    for (let atMs = 0; atMs < 120_000; ) {
      const endsMs = now.entryStartedMs + 1_100;
      const before = now.language;
      atMs = Math.min(atMs + nextChangeInMs(now, atMs) + 1, endsMs > atMs ? endsMs : Number.POSITIVE_INFINITY);
      now = atMs === endsMs ? ended(now, sha256, atMs) : continueShow(now, { kind: 'woken', atMs });
      if (now.language !== before) changes.push(atMs);
    }
    const lasted = changes.slice(1).map((atMs, index) => atMs - (changes[index] ?? 0));
    expect(lasted.length).toBeGreaterThan(4);
    expect(Math.min(...lasted)).toBeGreaterThanOrEqual(12_000);
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

  it('is counted for the office for as long as it is left out', () => {
    const show = openShow(withScenes(filmScene, today), viewport, 0);
    expect(unplayableNow(show)).toBe(0);
    const after = failed(show, 3_000);
    expect(unplayableNow(after)).toBe(1);
    expect(unplayableNow(continueShow(after, { kind: 'woken', atMs: 602_000 }))).toBe(1);
    expect(unplayableNow(continueShow(after, { kind: 'woken', atMs: 604_000 }))).toBe(0);
    // Nobody misses what no scene names any more.
    expect(unplayableNow(continueShow(after, { kind: 'state', state: { ...show.state, media: [] }, atMs: 4_000 }))).toBe(0);
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
