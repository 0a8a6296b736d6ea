import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';

/** A draft for the tests: one scene with one text, as new objects each time. */
export function aDraft({ name = 'Πίνακας', text = 'Καλημέρα' }: { name?: string; text?: string } = {}): SceneList {
  const words = { id: '01900000-0000-7000-8000-000000000002', widget: 'text', column: 0, row: 0, columns: 12, rows: 4 };
  return {
    scenes: [
      {
        id: '01900000-0000-7000-8000-000000000001',
        name: { el: name, en: null },
        view: {
          kind: 'layout',
          portrait: [{ ...words, settings: { title: { el: text, en: null }, body: null, ground: 'plain' } }],
          landscape: [],
        },
        durationSeconds: null,
        priority: 'normal',
        schedule: null,
        mostDataAgeHours: null,
      },
    ],
    fallbackSceneId: null,
  };
}
