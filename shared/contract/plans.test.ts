import { describe, expect, it } from 'vitest';
import { type Placement, type Scene, SceneList } from './mqtt/scenes.ts';
import {
  featureOfWidget,
  featuresNeeded,
  featuresOfWidgets,
  isMore,
  lackingIn,
  Plan,
  PlanFeature,
  planTable,
  withoutFeatures,
} from './plans.ts';

describe('the table', () => {
  it('gives a fuller plan everything that a lesser one has', () => {
    for (const feature of PlanFeature.options)
      for (const plan of Plan.options)
        for (const fuller of Plan.options.filter((one) => isMore(one, plan)))
          expect(planTable[fuller][feature] || !planTable[plan][feature]).toBe(true);
  });

  it('gives premium all of it, and basic what informs', () => {
    expect(lackingIn('premium')).toEqual([]);
    expect(lackingIn('basic')).toEqual(['pictures', 'weather', 'advertisements', 'screenshots', 'long-history']);
  });

  it.each(['announcements', 'clock', 'contacts', 'events', 'join', 'notice', 'text'])('holds back nothing that informs: %s', (widget) => {
    expect(featureOfWidget(widget)).toBeNull();
  });

  it.each([
    ['image', 'pictures'],
    ['video', 'pictures'],
    ['weather', 'weather'],
    ['ads', 'advertisements'],
  ])('%s is %s', (widget, feature) => {
    expect(featureOfWidget(widget)).toBe(feature);
  });
});

let made = 0;
const id = () => `01900000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`;
const placed = (widget: string): Placement => ({ id: id(), widget, column: 0, row: 0, columns: 1, rows: 1, settings: {} });
const layout = (portrait: readonly string[], landscape: readonly string[] = portrait): Scene => ({
  ...standard(),
  view: { kind: 'layout', portrait: portrait.map(placed), landscape: landscape.map(placed) },
});
const standard = (): Scene => ({
  id: id(),
  name: { el: 'Σκηνή', en: null },
  view: { kind: 'standard', standard: 'overview' },
  durationSeconds: null,
  priority: 'normal',
  schedule: null,
  mostDataAgeHours: null,
});
const listOf = (...scenes: Scene[]): SceneList => ({ scenes, fallbackSceneId: null });
const widgetsOf = (list: SceneList | null) =>
  list?.scenes.map(({ view }) =>
    view.kind === 'standard' ? view.standard : [...view.portrait, ...view.landscape].map(({ widget }) => widget).join(' '),
  );

describe('what an arrangement needs', () => {
  it('is what its widgets need, once each, however they hang', () => {
    expect(featuresNeeded(listOf(standard(), layout(['text', 'contacts'])))).toEqual([]);
    expect(featuresNeeded(listOf(layout(['weather', 'video'], ['ads']), layout(['image'])))).toEqual([
      'pictures',
      'weather',
      'advertisements',
    ]);
  });
});

describe('an arrangement without features', () => {
  it('keeps what informs where it stands, and drops what is left empty', () => {
    const list = listOf(standard(), layout(['contacts', 'image']), layout(['video', 'weather']), layout(['ads'], ['text']));
    expect(widgetsOf(withoutFeatures(list, lackingIn('basic')))).toEqual(['overview', 'contacts contacts', 'text']);
    expect(widgetsOf(withoutFeatures(list, ['weather']))).toEqual(['overview', 'contacts image contacts image', 'video video', 'ads text']);
  });

  it('is none when no scene is left', () => {
    expect(withoutFeatures(listOf(layout(['image']), layout(['video'])), ['pictures'])).toBeNull();
  });

  it('forgets a fallback that is not shown any more, and only that', () => {
    const [picture, numbers] = [layout(['image']), layout(['contacts'])];
    expect(withoutFeatures({ ...listOf(picture, numbers), fallbackSceneId: picture.id }, ['pictures'])?.fallbackSceneId).toBeNull();
    expect(withoutFeatures({ ...listOf(picture, numbers), fallbackSceneId: numbers.id }, ['pictures'])?.fallbackSceneId).toBe(numbers.id);
  });

  it('of anything: informs as before, needs nothing that lacks, is a list that screens take, and is itself when asked again', () => {
    const kinds = ['announcements', 'contacts', 'notice', 'text', 'image', 'video', 'weather', 'ads', 'hologram'];
    // Chosen by a counter instead of chance, so that a failure can be met again.
    for (let seed = 0; seed < 500; seed += 1) {
      const pick = (salt: number) =>
        kinds.filter((_, at) => ((seed * 2_654_435_761 + salt * 40_503 + at * 97) >>> at) % 3 === 0).slice(0, 8);
      const list = { ...listOf(layout(pick(1), pick(2)), standard(), layout(pick(3), pick(4))) };
      const lacking = featuresOfWidgets.filter((_, at) => (seed >> at) % 2 === 0);
      const kept = withoutFeatures(list, lacking);
      if (kept === null) throw new Error('its standard scene needs nothing');
      const informing = (of: SceneList) =>
        of.scenes
          .flatMap(({ view }) => (view.kind === 'standard' ? [] : [...view.portrait, ...view.landscape]))
          .filter(({ widget }) => featureOfWidget(widget) === null);
      expect(informing(kept)).toEqual(informing(list));
      expect(featuresNeeded(kept).filter((feature) => lacking.includes(feature))).toEqual([]);
      expect(SceneList.safeParse(kept).success).toBe(true);
      expect(withoutFeatures(kept, lacking)).toEqual(kept);
      expect(withoutFeatures(list, [])).toEqual({
        ...list,
        scenes: list.scenes.filter(({ view }) => view.kind === 'standard' || view.portrait.length + view.landscape.length > 0),
      });
    }
  });
});
