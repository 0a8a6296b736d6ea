import type { Placement, Scene } from '@concierge/contract/mqtt/scenes.ts';
import { sampleFilm } from './sample-film.ts';
import { samplePicture } from './sample-picture.ts';
import type { WidgetKind, WidgetSettings } from './schemas.ts';

/** What each widget looks like on an ordinary day: its picture in the tests, and what the editor begins with. */
export const widgetSamples: { readonly [Kind in WidgetKind]: WidgetSettings[Kind] } = {
  announcements: { most: 5 },
  ads: {
    campaigns: [
      {
        media: samplePicture.media,
        alt: { el: 'Εκπτώσεις στο βιβλιοπωλείο της γειτονιάς', en: 'Sales at the neighbourhood’s bookshop' },
        from: '2025-11-01',
        until: '2025-11-30',
      },
    ],
  },
  clock: { shows: 'both' },
  contacts: {
    title: { el: 'Χρήσιμα τηλέφωνα', en: 'Useful numbers' },
    contacts: [
      { name: { el: 'Κάθε έκτακτη ανάγκη', en: 'Any emergency' }, number: '112' },
      { name: { el: 'Συντηρητής ανελκυστήρα', en: 'Lift maintenance' }, number: '210 123 4567' },
      { name: { el: 'Γραφείο διαχείρισης', en: 'Management office' }, number: '210 765 4321' },
    ],
  },
  events: {
    title: { el: 'Ημερομηνίες', en: 'Dates' },
    events: [
      { date: '2025-11-27', time: '19:30', name: { el: 'Γενική συνέλευση στην είσοδο', en: 'General assembly in the hall' } },
      { date: '2025-11-24', time: null, name: { el: 'Απολύμανση κοινόχρηστων χώρων', en: 'Disinfection of the common areas' } },
      { date: '2025-11-22', time: '09:00', name: { el: 'Παράδοση πετρελαίου', en: 'Delivery of heating oil' } },
    ],
  },
  image: {
    media: samplePicture.media,
    alt: { el: 'Λόφοι το σούρουπο', en: 'Hills at dusk' },
    fit: 'cover',
  },
  join: {},
  payment: {
    title: { el: 'Πληρωμή κοινοχρήστων', en: 'Paying common expenses' },
    note: { el: 'Στην αιτιολογία γράψτε το διαμέρισμά σας.', en: 'Please give your apartment as the reason.' },
  },
  weather: { shows: 'days' },
  text: {
    title: { el: 'Ώρες κοινής ησυχίας', en: 'Quiet hours' },
    body: {
      el: '15:30–17:30 και 22:00–07:30',
      en: '15:30–17:30 and 22:00–07:30',
    },
    ground: 'field',
  },
  video: {
    media: sampleFilm.media,
    alt: { el: 'Ο ήλιος δύει πίσω από λόφους', en: 'The sun sets behind hills' },
    fit: 'contain',
    plays: 'once',
  },
};

let made = 0;
function placement(widget: WidgetKind, column: number, row: number, columns: number, rows: number): Placement {
  made += 1;
  return {
    id: `0198c0de-0000-7000-8000-0000000a${String(made).padStart(4, '0')}`,
    widget,
    column,
    row,
    columns,
    rows,
    settings: { ...widgetSamples[widget] },
  };
}

/** Two scenes that hold every widget between them but the picture and the film, in both ways a screen may hang. */
export const sampleScenes: Scene[] = [
  {
    id: '0198c0de-0000-7000-8000-0000000b0001',
    name: { el: 'Σήμερα', en: 'Today' },
    view: {
      kind: 'layout',
      portrait: [placement('announcements', 0, 0, 12, 8), placement('events', 0, 8, 12, 8)],
      landscape: [placement('announcements', 0, 0, 11, 8), placement('events', 11, 0, 9, 8)],
    },
    durationSeconds: null,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  },
  {
    id: '0198c0de-0000-7000-8000-0000000b0002',
    name: { el: 'Το σπίτι', en: 'The house' },
    view: {
      kind: 'layout',
      portrait: [
        placement('clock', 0, 0, 5, 4),
        placement('join', 5, 0, 7, 6),
        placement('text', 0, 6, 12, 4),
        placement('contacts', 0, 10, 12, 6),
      ],
      landscape: [
        placement('clock', 0, 0, 5, 2),
        placement('text', 0, 2, 8, 6),
        placement('contacts', 8, 0, 7, 8),
        placement('join', 15, 0, 5, 8),
      ],
    },
    durationSeconds: 30,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  },
];

/** A scene that only a screen which has the picture can show. */
export const pictureScene: Scene = {
  id: '0198c0de-0000-7000-8000-0000000b0003',
  name: { el: 'Καλή χρονιά', en: 'A good year' },
  view: {
    kind: 'layout',
    portrait: [placement('image', 0, 0, 12, 9), placement('text', 0, 9, 12, 4)],
    landscape: [placement('image', 0, 0, 12, 8), placement('text', 12, 0, 8, 5)],
  },
  durationSeconds: 25,
  priority: 'normal',
  schedule: null,
  mostDataAgeHours: null,
};

/** A scene that only a screen which has the film can show. */
export const filmScene: Scene = {
  id: '0198c0de-0000-7000-8000-0000000b0004',
  name: { el: 'Ηλιοβασίλεμα', en: 'Sunset' },
  view: {
    kind: 'layout',
    portrait: [placement('video', 0, 0, 12, 8), placement('text', 0, 8, 12, 4)],
    landscape: [placement('video', 0, 0, 13, 8), placement('text', 13, 0, 7, 8)],
  },
  durationSeconds: null,
  priority: 'normal',
  schedule: null,
  mostDataAgeHours: null,
};
/** Scenes that only a screen can show which was told more than the document, and has the picture. */
export const factScenes: Scene[] = [
  {
    id: '0198c0de-0000-7000-8000-0000000b0004',
    name: { el: 'Καιρός και πληρωμή', en: 'Weather and payment' },
    view: {
      kind: 'layout',
      portrait: [placement('weather', 0, 0, 12, 5), placement('payment', 0, 5, 12, 11)],
      landscape: [placement('weather', 0, 0, 7, 8), placement('payment', 7, 0, 13, 8)],
    },
    durationSeconds: 25,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  },
  {
    id: '0198c0de-0000-7000-8000-0000000b0005',
    name: { el: 'Της γειτονιάς', en: 'From the neighbourhood' },
    view: {
      kind: 'layout',
      portrait: [placement('ads', 0, 0, 12, 10), placement('weather', 0, 10, 12, 4)],
      landscape: [placement('ads', 0, 0, 12, 8), placement('weather', 12, 0, 8, 5)],
    },
    durationSeconds: 15,
    priority: 'normal',
    schedule: null,
    mostDataAgeHours: null,
  },
];
