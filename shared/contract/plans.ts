import { z } from 'zod';
import type { Placement, Scene, SceneList } from './mqtt/scenes.ts';

/** What a tenant may have agreed on, the lesser first. */
export const Plan = z.enum(['basic', 'premium']).meta({ id: 'Plan' });
export type Plan = z.infer<typeof Plan>;

/** Of whom nothing is written down. */
export const LEAST_PLAN: Plan = 'basic';

/**
 * What a plan may hold back. Never what informs, warns or protects people (ADR 0028): announcements, the urgent ones, votes, arrears, emergency numbers, alerts, revocation and
 * updates are no features, so no plan can lack them.
 */
export const PlanFeature = z
  .enum([
    /** Pictures and films on the screens, and adding to the library. */
    'pictures',
    'weather',
    /** Advertisements of the office's own choice. */
    'advertisements',
    /** Asking a screen for a picture of its glass. */
    'screenshots',
    /** Charts of a machine over more than a week. */
    'long-history',
  ])
  .meta({ id: 'PlanFeature' });
export type PlanFeature = z.infer<typeof PlanFeature>;

/** The one table of what each plan has. */
export const planTable: Readonly<Record<Plan, Readonly<Record<PlanFeature, boolean>>>> = {
  basic: { pictures: false, weather: false, advertisements: false, screenshots: false, 'long-history': false },
  premium: { pictures: true, weather: true, advertisements: true, screenshots: true, 'long-history': true },
};

/** A new office begins with premium for so long. */
export const TRIAL_DAYS = 30;
/** What a plan that ended had goes on for so long: a late payment darkens no lobby. */
export const GRACE_DAYS = 14;
/** From so long before the end on the office is told of it. */
export const WARNED_DAYS = 7;

/** Which of two plans has more. */
export function isMore(plan: Plan, than: Plan): boolean {
  return Plan.options.indexOf(plan) > Plan.options.indexOf(than);
}

export function lackingIn(plan: Plan): readonly PlanFeature[] {
  return PlanFeature.options.filter((feature) => !planTable[plan][feature]);
}

/** The feature a kind of widget belongs to, by its name; null for those that inform, which every plan has. A kind that is missing here fails plans.test.ts. */
const widgetFeatures: ReadonlyMap<string, PlanFeature | null> = new Map<string, PlanFeature | null>([
  ['announcements', null],
  ['clock', null],
  ['contacts', null],
  ['events', null],
  ['join', null],
  ['payment', null],
  ['text', null],
  ['image', 'pictures'],
  ['video', 'pictures'],
  ['weather', 'weather'],
  ['ads', 'advertisements'],
]);

/** Whether it has been decided what the kind belongs to. */
export function isDecided(widget: string): boolean {
  return widgetFeatures.has(widget);
}

/** The feature that a widget of this kind needs; null when every plan has it. */
export function featureOfWidget(widget: string): PlanFeature | null {
  return widgetFeatures.get(widget) ?? null;
}

/** Every feature that a widget may need. */
export const featuresOfWidgets: readonly PlanFeature[] = PlanFeature.options.filter((feature) =>
  [...widgetFeatures.values()].includes(feature),
);

/** What an arrangement needs, each feature once, in the table's order. */
export function featuresNeeded({ scenes }: Pick<SceneList, 'scenes'>): readonly PlanFeature[] {
  const needed = new Set(
    scenes.flatMap(({ view }) =>
      view.kind === 'standard' ? [] : [...view.portrait, ...view.landscape].map(({ widget }) => featureOfWidget(widget)),
    ),
  );
  return PlanFeature.options.filter((feature) => needed.has(feature));
}

/**
 * The arrangement without what needs one of these features: the widget goes, those that inform beside it stay, and a scene goes when nothing is left of it. Null when no scene is left: the
 * lobby's own round stands in. What is stored is not touched, so the whole comes back with the feature.
 */
export function withoutFeatures(list: SceneList, lacking: readonly PlanFeature[]): SceneList | null {
  const scenes = list.scenes.flatMap((scene): Scene[] => {
    if (scene.view.kind === 'standard') return [scene];
    const portrait = withoutWidgets(scene.view.portrait, lacking);
    const landscape = withoutWidgets(scene.view.landscape, lacking);
    return portrait.length + landscape.length === 0 ? [] : [{ ...scene, view: { kind: 'layout', portrait, landscape } }];
  });
  if (scenes.length === 0) return null;
  return { scenes, fallbackSceneId: scenes.some(({ id }) => id === list.fallbackSceneId) ? list.fallbackSceneId : null };
}

/** What stays, where a neighbour along a whole edge takes the place of what goes: a hole looks like a fault of the screen. */
function withoutWidgets(placements: readonly Placement[], lacking: readonly PlanFeature[]): Placement[] {
  const goes = ({ widget }: Placement): boolean => {
    const feature = featureOfWidget(widget);
    return feature !== null && lacking.includes(feature);
  };
  return placements.filter(goes).reduce(
    (kept, gone) => {
      const heir = kept.findIndex((one) => sharesAnEdge(one, gone));
      return kept.map((one, index) => (index === heir ? { ...one, ...together(one, gone) } : one));
    },
    placements.filter((one) => !goes(one)),
  );
}

type Cells = Pick<Placement, 'column' | 'row' | 'columns' | 'rows'>;

function sharesAnEdge(one: Cells, other: Cells): boolean {
  const above = one.column === other.column && one.columns === other.columns;
  const beside = one.row === other.row && one.rows === other.rows;
  return (
    (above && (one.row + one.rows === other.row || other.row + other.rows === one.row)) ||
    (beside && (one.column + one.columns === other.column || other.column + other.columns === one.column))
  );
}

/** The rectangle of two that share an edge. */
function together(one: Cells, other: Cells): Cells {
  const above = one.column === other.column && one.columns === other.columns;
  return {
    column: Math.min(one.column, other.column),
    row: Math.min(one.row, other.row),
    columns: above ? one.columns : one.columns + other.columns,
    rows: above ? one.rows + other.rows : one.rows,
  };
}
