/** What the demo's buildings announce: days are counted from the day of seeding, negative ones lie in the past. */
export interface DemoAnnouncement {
  readonly category: 'general' | 'works' | 'outage' | 'cleaning' | 'assembly' | 'safety';
  readonly title: { readonly el: string; readonly en: string };
  readonly body: { readonly el: string; readonly en: string } | null;
  readonly publishDay: number;
  readonly expireDay: number | null;
}

export const currentAnnouncements: readonly DemoAnnouncement[] = [
  {
    category: 'works',
    title: { el: 'Συντήρηση ανελκυστήρα', en: 'Lift maintenance' },
    body: {
      el: 'Την Πέμπτη 09:00–13:00 ο ανελκυστήρας δεν θα λειτουργεί. Ευχαριστούμε για την κατανόηση.',
      en: 'On Thursday 09:00–13:00 the lift will be out of service. Thank you for your patience.',
    },
    publishDay: -2,
    expireDay: 9,
  },
  {
    category: 'assembly',
    title: { el: 'Γενική συνέλευση', en: 'General assembly' },
    body: {
      el: 'Δευτέρα 19:00 στο ισόγειο. Θέματα: μόνωση ταράτσας, προϋπολογισμός, εκλογή διαχειριστή.',
      en: 'Monday 19:00 on the ground floor. Agenda: roof insulation, budget, election of the manager.',
    },
    publishDay: -5,
    expireDay: 16,
  },
  {
    category: 'cleaning',
    title: { el: 'Καθαρισμός φωταγωγού', en: 'Light well cleaning' },
    body: {
      el: 'Παρακαλούμε κρατήστε κλειστά τα παράθυρα προς τον φωταγωγό το Σάββατο 10:00–12:00.',
      en: 'Please keep the windows to the light well shut on Saturday 10:00–12:00.',
    },
    publishDay: -1,
    expireDay: 7,
  },
  {
    category: 'general',
    title: { el: 'Έναρξη κεντρικής θέρμανσης', en: 'Central heating begins' },
    body: { el: 'Η θέρμανση λειτουργεί καθημερινά 07:00–09:00 και 18:00–22:00.', en: 'Heating runs daily 07:00–09:00 and 18:00–22:00.' },
    publishDay: -12,
    expireDay: 90,
  },
];

/** Eighteen months of what used to be announced, one or two a month. */
export const pastAnnouncements: readonly DemoAnnouncement[] = Array.from({ length: 24 }, (_, index) => {
  const pattern = pastPattern(index);
  const publishDay = -30 - Math.round((index * 510) / 24);
  return { ...pattern, body: null, publishDay, expireDay: publishDay + 10 };
});

function pastPattern(index: number): Pick<DemoAnnouncement, 'category' | 'title'> {
  const patterns: readonly Pick<DemoAnnouncement, 'category' | 'title'>[] = [
    { category: 'cleaning', title: { el: 'Απολύμανση κοινόχρηστων χώρων', en: 'Disinfection of common areas' } },
    { category: 'outage', title: { el: 'Διακοπή νερού για εργασίες δικτύου', en: 'Water off for network works' } },
    { category: 'works', title: { el: 'Βάψιμο κλιμακοστασίου', en: 'Painting of the stairwell' } },
    { category: 'safety', title: { el: 'Έλεγχος πυροσβεστήρων', en: 'Fire extinguisher inspection' } },
    { category: 'works', title: { el: 'Συντήρηση καυστήρα', en: 'Burner service' } },
    { category: 'assembly', title: { el: 'Πρακτικά γενικής συνέλευσης', en: 'Minutes of the general assembly' } },
  ];
  return patterns[index % patterns.length] ?? { category: 'general', title: { el: 'Ανακοίνωση', en: 'Announcement' } };
}
