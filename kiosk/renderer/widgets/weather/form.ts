import type { WidgetForm } from '../form.ts';

export const weatherForm: WidgetForm = {
  fields: [{ kind: 'choice', name: 'shows', options: ['now', 'days'] }],
  settings: { shows: 'days' },
  size: { portrait: { columns: 12, rows: 6 }, landscape: { columns: 9, rows: 8 } },
  least: { portrait: { columns: 6, rows: 4 }, landscape: { columns: 6, rows: 4 } },
};
