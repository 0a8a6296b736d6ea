import type { WidgetForm } from '../form.ts';

export const joinForm: WidgetForm = {
  fields: [],
  settings: {},
  size: { portrait: { columns: 7, rows: 7 }, landscape: { columns: 6, rows: 8 } },
  // Smaller, and nobody could scan it from a metre and a half.
  least: { portrait: { columns: 7, rows: 6 }, landscape: { columns: 5, rows: 6 } },
};
