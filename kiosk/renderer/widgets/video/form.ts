import type { WidgetForm } from '../form.ts';

export const videoForm: WidgetForm = {
  fields: [
    { kind: 'media', name: 'media', of: 'film' },
    { kind: 'choice', name: 'plays', options: ['once', 'loop'] },
    { kind: 'choice', name: 'fit', options: ['cover', 'contain'] },
    { kind: 'localized', name: 'alt', most: 200, optional: true },
  ],
  // Without a film it cannot be saved: choosing one is the first thing to do.
  settings: { media: null, alt: null, fit: 'contain', plays: 'once' },
  size: { portrait: { columns: 12, rows: 6 }, landscape: { columns: 12, rows: 8 } },
  least: { portrait: { columns: 2, rows: 2 }, landscape: { columns: 2, rows: 2 } },
};
