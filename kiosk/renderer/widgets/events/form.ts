import type { WidgetForm } from '../form.ts';

export const eventsForm: WidgetForm = {
  fields: [
    { kind: 'localized', name: 'title', most: 40 },
    {
      kind: 'list',
      name: 'events',
      most: 12,
      fields: [
        { kind: 'date', name: 'date' },
        { kind: 'time', name: 'time', optional: true },
        { kind: 'localized', name: 'name', most: 80 },
      ],
      row: { date: '', time: null, name: { el: '', en: null } },
    },
  ],
  settings: { title: { el: 'Ημερομηνίες', en: 'Dates' }, events: [] },
  size: { portrait: { columns: 12, rows: 8 }, landscape: { columns: 10, rows: 8 } },
  least: { portrait: { columns: 7, rows: 4 }, landscape: { columns: 7, rows: 4 } },
};
