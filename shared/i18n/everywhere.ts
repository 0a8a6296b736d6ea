/** What the lobby screen, the office and the residents' pages all say in the same words. They stand by themselves so that a phone does not download the rest of the lobby's. */
const el = {
  urgent: 'Επείγον',
  category: {
    general: 'Ανακοίνωση',
    works: 'Εργασίες',
    outage: 'Διακοπή',
    cleaning: 'Καθαριότητα',
    assembly: 'Συνέλευση',
    safety: 'Ασφάλεια',
  },
  age: {
    now: 'πριν από λίγο',
    minute: { one: 'πριν από {count} λεπτό', other: 'πριν από {count} λεπτά' },
    hour: { one: 'πριν από {count} ώρα', other: 'πριν από {count} ώρες' },
    day: { one: 'πριν από {count} ημέρα', other: 'πριν από {count} ημέρες' },
  },
};

export type EverywhereStrings = typeof el;

const en: EverywhereStrings = {
  urgent: 'Urgent',
  category: {
    general: 'Announcement',
    works: 'Works',
    outage: 'Outage',
    cleaning: 'Cleaning',
    assembly: 'Assembly',
    safety: 'Safety',
  },
  age: {
    now: 'a moment ago',
    minute: { one: '{count} minute ago', other: '{count} minutes ago' },
    hour: { one: '{count} hour ago', other: '{count} hours ago' },
    day: { one: '{count} day ago', other: '{count} days ago' },
  },
};

export const everywhereStrings: Readonly<Record<'el' | 'en', EverywhereStrings>> = { el, en };
