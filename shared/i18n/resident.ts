import { signOutWords } from './sign-out.ts';

/**
 * The words of the resident's phone and of the public page. Greek is written first and decides the shape; English must have every key, or it
 * does not compile. What the lobby screen already says (categories, ages, «urgent») is taken from its words.
 */
const el = {
  product: 'New Concierge',
  language: { name: 'Γλώσσα', other: 'English', otherCode: 'en' },
  skip: 'Μετάβαση στο περιεχόμενο',
  loading: 'Φόρτωση…',
  retry: 'Δοκιμάστε ξανά',
  offline: 'Χωρίς σύνδεση',
  asOf: 'Στοιχεία {age}',
  since: 'Από {day}',
  notTranslated: 'Μόνο στα ελληνικά',
  announcements: {
    title: 'Ανακοινώσεις',
    none: 'Δεν υπάρχει ανακοίνωση αυτή τη στιγμή.',
    noneHint: 'Ό,τι ανακοινώνεται στην πολυκατοικία εμφανίζεται εδώ και στην οθόνη της εισόδου.',
    more: 'Περισσότερα',
  },
  join: {
    pageTitle: 'Σύνδεση με την πολυκατοικία',
    checking: 'Ελέγχουμε τον κωδικό…',
    proven: 'Είστε στην είσοδο της πολυκατοικίας',
    minutes: { one: 'Η επιβεβαίωση ισχύει για {count} λεπτό ακόμη.', other: 'Η επιβεβαίωση ισχύει για {count} λεπτά ακόμη.' },
    ended: 'Η επιβεβαίωση έληξε. Σαρώστε ξανά τον κωδικό στην οθόνη της εισόδου, όταν τη χρειαστείτε.',
    nextTitle: 'Τι γίνεται τώρα',
    nextManager:
      'Η εγγραφή με τον αριθμό του κινητού σας δεν είναι ακόμη διαθέσιμη. Προς το παρόν ζητήστε λογαριασμό από τον διαχειριστή της πολυκατοικίας.',
    nextPublic: 'Τις ανακοινώσεις της πολυκατοικίας μπορείτε να τις δείτε από τώρα, χωρίς λογαριασμό.',
    openPublic: 'Οι ανακοινώσεις της πολυκατοικίας',
    haveAccount: 'Έχω λογαριασμό',
    privacyTitle: 'Τι κρατάμε από εσάς',
    privacyKept:
      'Η σάρωση αποδεικνύει μόνο ότι κάποιος στάθηκε μπροστά στην οθόνη. Δεν μάθαμε όνομα, αριθμό τηλεφώνου, τοποθεσία ή διαμέρισμα.',
    privacyCookies:
      'Αφήσαμε στο κινητό σας δύο cookies: το ένα διαρκεί 15 λεπτά και θυμάται την επιβεβαίωση, το άλλο διαρκεί έναν χρόνο και εμποδίζει να χρησιμοποιηθεί ο ίδιος κωδικός δύο φορές.',
    refused: {
      'presence-expired': {
        title: 'Ο κωδικός έληξε',
        text: 'Ο κωδικός στην οθόνη αλλάζει κάθε μισό λεπτό. Σαρώστε ξανά αυτόν που φαίνεται τώρα.',
      },
      'presence-invalid': {
        title: 'Ο κωδικός δεν αναγνωρίζεται',
        text: 'Ίσως ο σύνδεσμος κόπηκε στη μέση ή δεν είναι από οθόνη μας. Σαρώστε τον κωδικό από την οθόνη της εισόδου με την κάμερα του κινητού σας.',
      },
      'presence-used': {
        title: 'Ο κωδικός χρησιμοποιήθηκε ήδη',
        text: 'Κάθε κωδικός ανοίγει μία φορά σε κάθε κινητό. Σαρώστε αυτόν που φαίνεται τώρα στην οθόνη.',
      },
      'too-many-requests': {
        title: 'Πολλές προσπάθειες',
        text: 'Περιμένετε ένα λεπτό και σαρώστε ξανά τον κωδικό στην οθόνη της εισόδου.',
      },
      offline: {
        title: 'Δεν υπάρχει σύνδεση',
        text: 'Το κινητό σας δεν έφτασε στην υπηρεσία. Ελέγξτε το δίκτυο και δοκιμάστε ξανά· αν περάσει ένα λεπτό, σαρώστε νέο κωδικό.',
      },
      missing: {
        title: 'Σαρώστε τον κωδικό της εισόδου',
        text: 'Στρέψτε την κάμερα του κινητού σας στον κωδικό που φαίνεται στην οθόνη της πολυκατοικίας σας.',
      },
      other: {
        title: 'Κάτι πήγε στραβά',
        text: 'Δεν φταίτε εσείς. Δοκιμάστε ξανά σε λίγο· αν συνεχίσει, πείτε το στον διαχειριστή της πολυκατοικίας.',
      },
    },
  },
  login: {
    title: 'Η πολυκατοικία σας',
    lead: 'Συνδεθείτε με τον λογαριασμό που σας έδωσε ο διαχειριστής.',
    email: 'E-mail',
    password: 'Κωδικός',
    show: 'Εμφάνιση κωδικού',
    hide: 'Απόκρυψη κωδικού',
    capsLock: 'Το Caps Lock είναι ενεργό.',
    submit: 'Σύνδεση',
    submitting: 'Γίνεται σύνδεση…',
    emailMissing: 'Γράψτε το e-mail σας, για παράδειγμα maria@example.gr.',
    passwordMissing: 'Γράψτε τον κωδικό σας.',
    chooseOffice: 'Ο λογαριασμός σας ανοίγει σε περισσότερα γραφεία. Σε ποιο θέλετε να συνδεθείτε;',
    privacy:
      'Χρησιμοποιούμε cookies μόνο για να μένετε συνδεδεμένοι. Στο κινητό κρατάμε τις τελευταίες ανακοινώσεις, για να τις βλέπετε και χωρίς δίκτυο.',
    ended: 'Η σύνδεσή σας έληξε. Συνδεθείτε ξανά.',
  },
  home: {
    title: 'Η πολυκατοικία μου',
    buildings: 'Οι πολυκατοικίες μου',
    noBuilding: 'Ο λογαριασμός σας δεν ανήκει ακόμη σε πολυκατοικία.',
    noBuildingHint: 'Ζητήστε από τον διαχειριστή σας να σας προσθέσει.',
    logOut: 'Αποσύνδεση',
    logOutEverywhere: signOutWords.el.everywhere,
    logOutFailed: 'Δεν έγινε αποσύνδεση, γιατί δεν υπάρχει δίκτυο. Δοκιμάστε ξανά.',
    offlineState: 'Χωρίς σύνδεση. Βλέπετε ό,τι ίσχυε {age}.',
    refreshFailed: 'Δεν μπορέσαμε να διαβάσουμε τα νεότερα. Βλέπετε ό,τι ίσχυε {age}.',
    nothingKept: 'Χωρίς σύνδεση, και δεν έχει κρατηθεί κάτι από πριν',
    nothingRead: 'Δεν μπορέσαμε να διαβάσουμε τις ανακοινώσεις',
  },
  publicPage: {
    label: 'Δημόσια σελίδα της πολυκατοικίας',
    resident: 'Είσοδος ενοίκων',
    privacy: 'Εδώ φαίνεται μόνο ό,τι δείχνει και η οθόνη της εισόδου: καμία προσωπική πληροφορία και κανένα ποσό.',
    notFound: 'Δεν βρέθηκε πολυκατοικία',
    notFoundHint: 'Ελέγξτε τον σύνδεσμο ή σαρώστε τον κωδικό στην οθόνη της εισόδου.',
    notReached: 'Δεν μπορέσαμε να διαβάσουμε τις ανακοινώσεις',
    offlineState: 'Χωρίς σύνδεση. Βλέπετε ό,τι ίσχυε {age}.',
  },
};

export type ResidentStrings = typeof el;

const en: ResidentStrings = {
  product: 'New Concierge',
  language: { name: 'Language', other: 'Ελληνικά', otherCode: 'el' },
  skip: 'Skip to the content',
  loading: 'Loading…',
  retry: 'Try again',
  offline: 'Offline',
  asOf: 'As of {age}',
  since: 'From {day}',
  notTranslated: 'In Greek only',
  announcements: {
    title: 'Announcements',
    none: 'There is no announcement at the moment.',
    noneHint: 'Whatever is announced in the building appears here and on the lobby screen.',
    more: 'More',
  },
  join: {
    pageTitle: 'Connecting to the building',
    checking: 'Checking the code…',
    proven: 'You are at the entrance of the building',
    minutes: { one: 'This confirmation lasts {count} more minute.', other: 'This confirmation lasts {count} more minutes.' },
    ended: 'The confirmation has ended. Scan the code on the lobby screen again when you need it.',
    nextTitle: 'What happens now',
    nextManager: 'Signing up with your phone number is not available yet. For now, ask the manager of the building for an account.',
    nextPublic: 'You can already read the announcements of the building, without an account.',
    openPublic: 'Announcements of the building',
    haveAccount: 'I have an account',
    privacyTitle: 'What we store about you',
    privacyKept:
      'The scan proves only that somebody stood before the screen. We did not learn a name, a phone number, a location or an apartment.',
    privacyCookies:
      'We left two cookies on your phone: one lasts 15 minutes and remembers the confirmation, the other lasts a year and keeps the same code from being used twice.',
    refused: {
      'presence-expired': {
        title: 'The code has expired',
        text: 'The code on the screen changes every half minute. Scan the one you see now.',
      },
      'presence-invalid': {
        title: 'The code is not recognised',
        text: 'The link may have been cut, or it is not from a screen of ours. Scan the code on the lobby screen with your phone’s camera.',
      },
      'presence-used': {
        title: 'The code was already used',
        text: 'Each code opens once on each phone. Scan the one now on the screen.',
      },
      'too-many-requests': { title: 'Too many attempts', text: 'Wait a minute and scan the code on the lobby screen again.' },
      offline: {
        title: 'There is no connection',
        text: 'Your phone did not reach the service. Check the network and try again; after a minute, scan a new code.',
      },
      missing: {
        title: 'Scan the code at the entrance',
        text: 'Point your phone’s camera at the code on the screen of your building.',
      },
      other: {
        title: 'Something went wrong',
        text: 'It is not your fault. Try again shortly; if it goes on, tell the manager of the building.',
      },
    },
  },
  login: {
    title: 'Your building',
    lead: 'Sign in with the account your manager gave you.',
    email: 'E-mail',
    password: 'Password',
    show: 'Show the password',
    hide: 'Hide the password',
    capsLock: 'Caps Lock is on.',
    submit: 'Sign in',
    submitting: 'Signing in…',
    emailMissing: 'Enter your e-mail, for example maria@example.gr.',
    passwordMissing: 'Enter your password.',
    chooseOffice: 'Your account belongs to more than one office. Which one do you want?',
    privacy:
      'We use cookies only to keep you signed in. The latest announcements stay on this phone, so that you can read them without a network.',
    ended: 'Your session has ended. Please sign in again.',
  },
  home: {
    title: 'My building',
    buildings: 'My buildings',
    noBuilding: 'Your account does not belong to a building yet.',
    noBuildingHint: 'Ask your manager to add you.',
    logOut: 'Sign out',
    logOutEverywhere: signOutWords.en.everywhere,
    logOutFailed: 'You are still signed in, because there is no network. Try again.',
    offlineState: 'Offline. This is how things stood {age}.',
    refreshFailed: 'The latest could not be loaded. This is how things stood {age}.',
    nothingKept: 'Offline, and nothing was kept from before',
    nothingRead: 'The announcements could not be read',
  },
  publicPage: {
    label: 'Public page of the building',
    resident: 'For residents',
    privacy: 'This page shows only what the lobby screen shows: no personal information and no amounts.',
    notFound: 'No building was found',
    notFoundHint: 'Check the link, or scan the code on the lobby screen.',
    notReached: 'The announcements could not be read',
    offlineState: 'Offline. This is how things stood {age}.',
  },
};

export const residentStrings: Readonly<Record<'el' | 'en', ResidentStrings>> = { el, en };
