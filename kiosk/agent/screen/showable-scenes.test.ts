import type { Scene, ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { ScenesClaims as ScenesForm } from '@concierge/contract/mqtt/scenes.ts';
import { sampleScenes } from '@concierge/kiosk-renderer/widgets/samples.ts';
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
const laidOut = sampleScenes.filter(({ view }) => view.kind === 'layout');
const [known] = laidOut;
if (known === undefined || known.view.kind !== 'layout') throw new Error('there is a layout among the samples');
const { portrait, landscape } = known.view;
const newer: Scene = {
  ...known,
  id: '0198c0de-0000-7000-8000-0000000000aa',
  view: { kind: 'layout', portrait: portrait.map((placement) => ({ ...placement, widget: 'weather-of-tomorrow' })), landscape },
};
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
    const strange = portrait.map((placement) => ({ ...placement, settings: { ...placement.settings, shows: 'everything' } }));
    expect(idsOf(arrangement([{ ...newer, view: { kind: 'layout', portrait: strange, landscape } }, known]))).toEqual([known.id]);
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
