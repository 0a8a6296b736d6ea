import type { WidgetForm } from '../form.ts';

export const contactsForm: WidgetForm = {
  fields: [
    { kind: 'localized', name: 'title', most: 40 },
    {
      kind: 'list',
      name: 'contacts',
      most: 8,
      fields: [
        { kind: 'localized', name: 'name', most: 40 },
        { kind: 'telephone', name: 'number' },
      ],
      row: { name: { el: '', en: null }, number: '' },
    },
  ],
  settings: {
    title: { el: 'Χρήσιμα τηλέφωνα', en: 'Useful numbers' },
    contacts: [{ name: { el: 'Κάθε έκτακτη ανάγκη', en: 'Any emergency' }, number: '112' }],
  },
  size: { portrait: { columns: 12, rows: 6 }, landscape: { columns: 9, rows: 6 } },
  least: { portrait: { columns: 6, rows: 3 }, landscape: { columns: 6, rows: 3 } },
};
