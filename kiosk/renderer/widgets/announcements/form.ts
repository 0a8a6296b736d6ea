import type { WidgetForm } from '../form.ts';

export const announcementsForm: WidgetForm = {
  fields: [{ kind: 'number', name: 'most', least: 1, most: 8 }],
  settings: { most: 5 },
  size: { portrait: { columns: 12, rows: 8 }, landscape: { columns: 10, rows: 8 } },
  least: { portrait: { columns: 7, rows: 4 }, landscape: { columns: 7, rows: 4 } },
};
