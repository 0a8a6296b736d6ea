/** A widget that needs the feature `pictures`. The file is in nobody's library. */
export const aPictureWidget = {
  media: { sha256: 'ab'.repeat(32), type: 'image/png', bytes: 1_000 },
  alt: { el: 'Λόφοι', en: 'Hills' },
  fit: 'cover',
};

/** A widget that informs, and so needs nothing. */
export const aNumbersWidget = {
  title: { el: 'Τηλέφωνα', en: 'Numbers' },
  contacts: [{ name: { el: 'Κάθε έκτακτη ανάγκη', en: 'Any emergency' }, number: '112' }],
};
