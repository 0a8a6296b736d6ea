import type { Placement, Scene, ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { ScenesClaims as ScenesForm } from '@concierge/contract/mqtt/scenes.ts';
import { describe, expect, it } from 'vitest';
import { instant, testBuildingId, testDeviceId } from '../testing/documents.ts';
import { showableScenes } from './showable-scenes.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);

function arrangement(scenes: readonly Scene[], fallbackSceneId: string | null = null): ScenesClaims {
  return {
    kind: 'scenes',
    deviceId: testDeviceId,
    buildingId: testBuildingId,
    sequence: 1,
    issuedAt: instant(nowMs),
    expiresAt: instant(nowMs + 3_600_000),
    configuration: { id: testDeviceId, revision: 1, list: { scenes: [...scenes], fallbackSceneId } },
  };
}
const text: Placement = {
  id: '0198c0de-0000-7000-8000-000000000001',
  widget: 'text',
  column: 0,
  row: 0,
  columns: 4,
  rows: 4,
  settings: { title: { el: 'Α', en: null }, body: null, ground: 'plain' },
};
const showing = (id: string, placement: Placement): Scene => ({
  id,
  name: { el: 'Σκηνή', en: null },
  view: { kind: 'layout', portrait: [placement], landscape: [placement] },
  durationSeconds: 10,
  priority: 'normal',
  schedule: null,
  mostDataAgeHours: null,
});
const known = showing('0198c0de-0000-7000-8000-0000000000a1', text);
const newer = showing('0198c0de-0000-7000-8000-0000000000a2', { ...text, widget: 'weather-of-tomorrow' });
const idsOf = (claims: ScenesClaims) => showableScenes(claims, nowMs)?.scenes.map(({ id }) => id) ?? null;

describe('an arrangement that is newer than the device', () => {
  it('loses the scene with a widget that it does not know, and no other', () => {
    expect(idsOf(arrangement([newer, known]))).toEqual([known.id]);
  });

  it('of which it knows nothing gives the lobby back its own round', () => {
    expect(idsOf(arrangement([newer]))).toBeNull();
  });

  it('does not fall back to a scene that it cannot show', () => {
    expect(showableScenes(arrangement([newer, known], newer.id), nowMs)).toMatchObject({ fallbackSceneId: null });
    expect(showableScenes(arrangement([newer, known], known.id), nowMs)).toMatchObject({ fallbackSceneId: known.id });
  });

  it('with a widget whose settings it does not know is the same', () => {
    const strange = showing(newer.id, { ...text, settings: { ...text.settings, shows: 'everything' } });
    expect(idsOf(arrangement([strange, known]))).toEqual([known.id]);
  });

  it('with a broken schedule does not even come in: the device keeps what it has', () => {
    const broken = [
      { from: null, to: null, weekdays: [8], hours: null },
      { from: null, to: null, weekdays: [1], hours: { from: '25:00', to: '26:00' } },
      { every: 'full moon' },
    ];
    for (const schedule of broken) {
      const claims = arrangement([{ ...known, schedule } as Scene]);
      expect(ScenesForm.safeParse(claims).success, JSON.stringify(schedule)).toBe(false);
    }
    expect(ScenesForm.safeParse(arrangement([known])).error).toBeUndefined();
  });
});
