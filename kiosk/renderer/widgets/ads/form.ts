import type { WidgetForm } from '../form.ts';

export const adsForm: WidgetForm = {
  fields: [
    {
      kind: 'list',
      name: 'campaigns',
      most: 8,
      fields: [
        { kind: 'media', name: 'media', of: 'picture' },
        { kind: 'date', name: 'from' },
        { kind: 'date', name: 'until' },
        { kind: 'localized', name: 'alt', most: 200 },
      ],
      row: { media: null, from: '', until: '', alt: { el: '', en: null } },
    },
  ],
  // Without a picture and its days it cannot be saved.
  settings: { campaigns: [{ media: null, from: '', until: '', alt: { el: '', en: null } }] },
  size: { portrait: { columns: 12, rows: 9 }, landscape: { columns: 11, rows: 8 } },
  least: { portrait: { columns: 5, rows: 4 }, landscape: { columns: 5, rows: 4 } },
};
