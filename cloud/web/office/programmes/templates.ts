import type { Placement, Scene, SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { uuidV7 } from '@concierge/kernel/uuid.ts';
import { isWidgetKind, type WidgetKind, widgetForms } from '@concierge/kiosk-renderer/widgets/forms.ts';
import { type Cells, firstFree, type Orientation } from './grid-rules.ts';

export const templateNames = ['usual', 'board', 'house'] as const;
export type TemplateName = (typeof templateNames)[number];

/** A list of scenes to begin with. Its ids are new, so that two programmes never share one. */
export function listOfTemplate(name: TemplateName): SceneList {
  const usual = [standardScene('overview'), standardScene('announcements'), standardScene('join')];
  switch (name) {
    case 'usual':
      return { scenes: usual, fallbackSceneId: null };
    case 'board':
      return {
        scenes: [
          layoutScene({ el: 'Πίνακας', en: 'Board' }, [
            ['announcements', { column: 0, row: 0, columns: 12, rows: 10 }, { column: 0, row: 0, columns: 13, rows: 8 }],
            ['events', { column: 0, row: 10, columns: 12, rows: 6 }, { column: 13, row: 0, columns: 7, rows: 8 }],
          ]),
          standardScene('announcements'),
        ],
        fallbackSceneId: null,
      };
    case 'house':
      return {
        scenes: [
          standardScene('overview'),
          layoutScene({ el: 'Χρήσιμα', en: 'Useful' }, [
            ['text', { column: 0, row: 0, columns: 12, rows: 4 }, { column: 0, row: 0, columns: 8, rows: 3 }],
            ['contacts', { column: 0, row: 4, columns: 12, rows: 5 }, { column: 0, row: 3, columns: 14, rows: 5 }],
            ['join', { column: 2, row: 9, columns: 8, rows: 7 }, { column: 14, row: 0, columns: 6, rows: 8 }],
          ]),
          standardScene('announcements'),
        ],
        fallbackSceneId: null,
      };
  }
}

/** The same scenes with ids of their own. */
export function copyOf({ scenes, fallbackSceneId }: SceneList): SceneList {
  const ids = new Map(scenes.map(({ id }) => [id, newId()]));
  const anew = (placements: readonly Placement[]) => placements.map((placement) => ({ ...structuredClone(placement), id: newId() }));
  return {
    scenes: scenes.map((scene) => ({
      ...scene,
      id: ids.get(scene.id) ?? newId(),
      view:
        scene.view.kind === 'standard'
          ? scene.view
          : { ...scene.view, portrait: anew(scene.view.portrait), landscape: anew(scene.view.landscape) },
    })),
    fallbackSceneId: fallbackSceneId === null ? null : (ids.get(fallbackSceneId) ?? null),
  };
}

const standardNames = {
  overview: { el: 'Με μια ματιά', en: 'At a glance' },
  announcements: { el: 'Ανακοινώσεις', en: 'Announcements' },
  join: { el: 'Σύνδεση από το κινητό', en: 'Joining by phone' },
} as const;

export function standardScene(standard: keyof typeof standardNames): Scene {
  return { ...plainScene(), name: { ...standardNames[standard] }, view: { kind: 'standard', standard } };
}

export function layoutScene(name: Scene['name'], widgets: readonly (readonly [WidgetKind, Cells, Cells])[]): Scene {
  return {
    ...plainScene(),
    name,
    view: {
      kind: 'layout',
      portrait: widgets.map(([kind, portrait]) => newPlacement(kind, portrait)),
      landscape: widgets.map(([kind, , landscape]) => newPlacement(kind, landscape)),
    },
  };
}

/** A new widget where there is room for it; null when there is none. */
export function placedWidget(kind: WidgetKind, others: readonly Placement[], orientation: Orientation): Placement | null {
  const { size, least } = widgetForms[kind];
  const cells = firstFree(size[orientation], least[orientation], others, orientation);
  return cells === null ? null : newPlacement(kind, cells);
}

/** The same widgets on the other grid, each where there is room for it; what finds none is left out. */
export function rearranged(placements: readonly Placement[], orientation: Orientation): Placement[] {
  const arranged: Placement[] = [];
  for (const each of placements) {
    if (!isWidgetKind(each.widget)) continue;
    const { size, least } = widgetForms[each.widget];
    const cells = firstFree(size[orientation], least[orientation], arranged, orientation);
    if (cells !== null) arranged.push({ ...each, ...cells, id: newId() });
  }
  return arranged;
}

function newPlacement(kind: WidgetKind, cells: Cells): Placement {
  return {
    id: newId(),
    widget: kind,
    ...cells,
    settings: structuredClone(widgetForms[kind].settings) as Placement['settings'],
  };
}

function plainScene(): Omit<Scene, 'name' | 'view'> {
  return { id: newId(), durationSeconds: null, priority: 'normal', schedule: null, mostDataAgeHours: null };
}

/** `crypto.randomUUID` is missing on pages without https. */
function newId(): string {
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}
