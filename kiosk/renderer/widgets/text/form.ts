import type { WidgetForm } from '../form.ts';

export const textForm: WidgetForm = {
  fields: [
    { kind: 'localized', name: 'title', most: 80 },
    { kind: 'localized', name: 'body', most: 400, lines: 3, optional: true },
    { kind: 'choice', name: 'ground', options: ['plain', 'field', 'sand'] },
  ],
  settings: { title: { el: 'Νέο κείμενο', en: null }, body: null, ground: 'field' },
  size: { portrait: { columns: 12, rows: 5 }, landscape: { columns: 10, rows: 5 } },
  least: { portrait: { columns: 4, rows: 2 }, landscape: { columns: 4, rows: 2 } },
};
