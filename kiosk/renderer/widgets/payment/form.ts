import type { WidgetForm } from '../form.ts';

export const paymentForm: WidgetForm = {
  fields: [
    { kind: 'localized', name: 'title', most: 60 },
    { kind: 'localized', name: 'note', most: 160, lines: 2, optional: true },
  ],
  settings: {
    title: { el: 'Πληρωμή κοινοχρήστων', en: 'Paying common expenses' },
    note: { el: 'Στην αιτιολογία γράψτε το διαμέρισμά σας.', en: 'Please give your apartment as the reason.' },
  },
  size: { portrait: { columns: 12, rows: 11 }, landscape: { columns: 13, rows: 8 } },
  // Smaller, and nobody could scan it from a metre and a half.
  least: { portrait: { columns: 10, rows: 9 }, landscape: { columns: 11, rows: 7 } },
};
