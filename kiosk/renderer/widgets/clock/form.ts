import type { WidgetForm } from '../form.ts';

export const clockForm: WidgetForm = {
  fields: [{ kind: 'choice', name: 'shows', options: ['time', 'date', 'both'] }],
  settings: { shows: 'both' },
  size: { portrait: { columns: 6, rows: 3 }, landscape: { columns: 6, rows: 3 } },
  least: { portrait: { columns: 4, rows: 1 }, landscape: { columns: 4, rows: 1 } },
};
