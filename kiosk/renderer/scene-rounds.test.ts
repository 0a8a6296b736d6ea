import type { ScreenScenes } from '@concierge/contract/kiosk/screen.ts';
import type { Scene } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { nextSceneChange, type SceneConditions, scenesOfRound } from './scene-rounds.ts';

/** Friday 20 November 2026, 12:00 in Athens. */
const NOON_MS = Date.parse('2026-11-20T10:00:00Z');
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const conditions: SceneConditions = { nowMs: NOON_MS, timeZone: 'Europe/Athens', confirmedMs: NOON_MS };
const daily = { from: null, to: null, weekdays: [1, 2, 3, 4, 5, 6, 7] };

function aScene(id: string, parts: Partial<Scene> = {}): Scene {
  return {
    id,
    name: { el: id, en: null },
    view: { kind: 'standard', standard: 'overview' },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
    ...parts,
  };
}
const listOf = (...scenes: Scene[]): ScreenScenes => ({ sequence: 1, scenes, fallbackSceneId: null });
const idsOf = (list: ScreenScenes, parts: Partial<SceneConditions> = {}, silent: readonly string[] = []) =>
  scenesOfRound(
    list,
    { ...conditions, ...parts },
    { hasContent: ({ id }) => !silent.includes(id), isAd: ({ id }) => id.startsWith('ad') },
  ).map(({ id }) => id);

describe('scenesOfRound', () => {
  const morning = aScene('morning', { schedule: { ...daily, hours: { from: '07:00', to: '12:00' } } });
  const afternoon = aScene('afternoon', { schedule: { ...daily, hours: { from: '12:00', to: '18:00' } } });
  const takeover = aScene('takeover', { priority: 'takeover', schedule: { ...daily, hours: { from: '12:00', to: '12:30' } } });
  const filler = aScene('filler', { priority: 'filler' });

  it('shows what is on, in the order it was arranged', () => {
    expect(idsOf(listOf(morning, aScene('always'), afternoon))).toEqual(['always', 'afternoon']);
  });
  it('gives the screen to a takeover alone, and back', () => {
    const list = listOf(aScene('always'), takeover);
    expect(idsOf(list)).toEqual(['takeover']);
    expect(idsOf(list, { nowMs: NOON_MS + 30 * MINUTE_MS })).toEqual(['always']);
  });
  it('a takeover with nothing to show takes nothing over', () => {
    expect(idsOf(listOf(aScene('always'), takeover), {}, ['takeover'])).toEqual(['always']);
  });
  it('shows a filler only while nothing else is on', () => {
    expect(idsOf(listOf(filler, afternoon))).toEqual(['afternoon']);
    expect(idsOf(listOf(filler, morning))).toEqual(['filler']);
  });
  it('falls to the fallback, and to nothing when that is silent too', () => {
    const list = { ...listOf(morning), fallbackSceneId: 'morning' };
    expect(idsOf(list)).toEqual(['morning']);
    expect(idsOf(list, {}, ['morning'])).toEqual([]);
  });
  it('nothing but advertisements is no group: they join the next that has something else', () => {
    const list = listOf(aScene('ad'), filler);
    expect(idsOf(list)).toEqual(['ad', 'filler']);
    expect(idsOf({ ...listOf(aScene('ad'), morning), fallbackSceneId: 'morning' })).toEqual(['ad', 'morning']);
    expect(idsOf(listOf(filler, aScene('ad')), {}, ['filler'])).toEqual([]);
    expect(idsOf({ ...listOf(aScene('ad')), fallbackSceneId: 'ad' })).toEqual([]);
    expect(idsOf(listOf(aScene('ad'), aScene('always'), filler))).toEqual(['ad', 'always']);
  });
  it('the fallback passes over its schedule and nothing else: the age of the data holds for it too', () => {
    const bounded = { ...morning, mostDataAgeHours: 2 };
    const list = { ...listOf(bounded), fallbackSceneId: 'morning' };
    expect(idsOf(list, { confirmedMs: NOON_MS - 2 * HOUR_MS })).toEqual(['morning']);
    expect(idsOf(list, { confirmedMs: NOON_MS - 2 * HOUR_MS - 1 })).toEqual([]);
    expect(idsOf(list, { confirmedMs: null })).toEqual([]);
  });
  it('by an unknown clock the fallback is shown, unless its data has an age to keep to', () => {
    expect(idsOf({ ...listOf(morning), fallbackSceneId: 'morning' }, { nowMs: null })).toEqual(['morning']);
    const bounded = { ...morning, mostDataAgeHours: 2 };
    expect(idsOf({ ...listOf(bounded), fallbackSceneId: 'morning' }, { nowMs: null })).toEqual([]);
  });
  it('hides a scene whose data is older than it bears, and never shows it by an unknown clock', () => {
    const fresh = aScene('fresh', { mostDataAgeHours: 2 });
    const list = listOf(fresh, aScene('always'));
    expect(idsOf(list, { confirmedMs: NOON_MS - 2 * HOUR_MS })).toEqual(['fresh', 'always']);
    expect(idsOf(list, { confirmedMs: NOON_MS - 2 * HOUR_MS - 1 })).toEqual(['always']);
    expect(idsOf(list, { confirmedMs: null })).toEqual(['always']);
    expect(idsOf(listOf(fresh, afternoon, aScene('always')), { nowMs: null })).toEqual(['always']);
  });
});

describe('nextSceneChange', () => {
  const list = listOf(
    aScene('until one', { schedule: { ...daily, hours: { from: '08:00', to: '12:02' } } }),
    aScene('fresh', { mostDataAgeHours: 1 }),
  );
  it('is the minute at which a scene begins or ends', () => {
    expect(nextSceneChange(list, conditions, NOON_MS + 3 * MINUTE_MS)).toBe(NOON_MS + 2 * MINUTE_MS);
  });
  it('is the instant at which data becomes too old', () => {
    const confirmedMs = NOON_MS - HOUR_MS + 1_500;
    expect(nextSceneChange(list, { ...conditions, confirmedMs }, NOON_MS + 3 * MINUTE_MS)).toBe(NOON_MS + 1_501);
  });
  it('is the instant at which the data of the fallback becomes too old, at whatever hour', () => {
    const past = aScene('past', { mostDataAgeHours: 1, schedule: { ...daily, hours: { from: '07:00', to: '08:00' } } });
    const confirmedMs = NOON_MS - HOUR_MS + 1_500;
    expect(nextSceneChange({ ...listOf(past), fallbackSceneId: 'past' }, { ...conditions, confirmedMs }, NOON_MS + 3 * MINUTE_MS)).toBe(
      NOON_MS + 1_501,
    );
  });
  it('is null when nothing changes in time, and without a clock', () => {
    expect(nextSceneChange(list, conditions, NOON_MS + MINUTE_MS)).toBeNull();
    expect(nextSceneChange(list, { ...conditions, nowMs: null }, NOON_MS + HOUR_MS)).toBeNull();
  });
});
