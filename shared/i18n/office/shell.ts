import { signOutWords } from '../sign-out.ts';

/** The frame around the rooms: navigation, search, the person, language and appearance. */
const el = {
  language: { name: 'Γλώσσα', other: 'English', el: 'Ελληνικά', en: 'English' },
  theme: { name: 'Εμφάνιση', system: 'Όπως η συσκευή', light: 'Φωτεινή', dark: 'Σκούρα' },
  user: {
    logOut: 'Αποσύνδεση',
    logOutEverywhere: signOutWords.el.everywhere,
    stillIn: 'Δεν έγινε αποσύνδεση.',
  },
  shell: {
    navigation: 'Πλοήγηση',
    side: 'Μενού',
    openMenu: 'Άνοιγμα μενού',
    skip: 'Μετάβαση στο περιεχόμενο',
    yourBuildings: 'Πολυκατοικίες',
    screensInNeed_one: 'Οθόνες, {count} θέλει προσοχή',
    screensInNeed_other: 'Οθόνες, {count} θέλουν προσοχή',
    filterBuildings: 'Φίλτρο πολυκατοικιών',
    notOffice: 'Αυτή η σελίδα είναι για το γραφείο διαχείρισης',
    notOfficeHint: 'Ο λογαριασμός σας είναι λογαριασμός ενοίκου. Οι ανακοινώσεις σας είναι στη σελίδα ενοίκων.',
    toResident: 'Στη σελίδα ενοίκων',
    noSuchPage: 'Η σελίδα δεν υπάρχει',
    notOpened: 'Η σελίδα δεν άνοιξε.',
    notOpenedHint: 'Ίσως δεν υπάρχει σύνδεση ή μόλις βγήκε νεότερη έκδοση. Ελέγξτε το δίκτυό σας και δοκιμάστε ξανά.',
  },
  live: {
    connecting: 'Γίνεται σύνδεση…',
    live: 'Ζωντανά',
    offline: 'Χωρίς σύνδεση',
  },
  search: {
    open: 'Αναζήτηση',
    shortcut: 'Ctrl K',
    label: 'Πού θέλετε να πάτε;',
    placeholder: 'Πολυκατοικία, διαμέρισμα, οθόνη…',
    results: 'Αποτελέσματα',
    count_one: '{count} αποτέλεσμα',
    count_other: '{count} αποτελέσματα',
  },
};

const en: typeof el = {
  language: { name: 'Language', other: 'Ελληνικά', el: 'Ελληνικά', en: 'English' },
  theme: { name: 'Appearance', system: 'As the device', light: 'Light', dark: 'Dark' },
  user: { logOut: 'Sign out', logOutEverywhere: signOutWords.en.everywhere, stillIn: 'You are still signed in.' },
  shell: {
    navigation: 'Navigation',
    side: 'Menu',
    openMenu: 'Open the menu',
    skip: 'Skip to the content',
    yourBuildings: 'Buildings',
    screensInNeed_one: 'Screens, {count} needs attention',
    screensInNeed_other: 'Screens, {count} need attention',
    filterBuildings: 'Filter buildings',
    notOffice: 'This page is for the management office',
    notOfficeHint: 'Your account is a resident’s. Your announcements are on the residents’ page.',
    toResident: 'To the residents’ page',
    noSuchPage: 'There is no such page',
    notOpened: 'The page did not open.',
    notOpenedHint: 'There may be no connection, or a newer version has just come out. Check your network and try again.',
  },
  live: { connecting: 'Connecting…', live: 'Live', offline: 'Offline' },
  search: {
    open: 'Search',
    shortcut: 'Ctrl K',
    label: 'Where do you want to go?',
    placeholder: 'Building, apartment, screen…',
    results: 'Results',
    count_one: '{count} result',
    count_other: '{count} results',
  },
};

export const shellStrings = { el, en };
