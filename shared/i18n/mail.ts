import { signOutWords } from './sign-out.ts';

/** E-mails about one's own account. Short, without blame, and with what to do. */
export const securityNoticeTexts = {
  locked: {
    el: {
      subject: 'Ο λογαριασμός σας κλειδώθηκε για λίγο',
      text: 'Κάποιος δοκίμασε πολλές φορές λάθος κωδικό για τον λογαριασμό σας και τον κλειδώσαμε για λίγα λεπτά. Από συσκευή με την οποία έχετε ξανασυνδεθεί μπορείτε να μπείτε και τώρα. Αν ήσασταν εσείς, περιμένετε και δοκιμάστε ξανά. Αν όχι, ενημερώστε το γραφείο διαχείρισης.',
    },
    en: {
      subject: 'Your account was locked for a short time',
      text: 'Somebody tried a wrong password for your account many times, so we locked it for a few minutes. From a device that you have signed in with before you can still sign in. If it was you, wait and try again. If not, tell your management office.',
    },
  },
  'session-ended': {
    el: {
      subject: 'Αποσυνδέσαμε τον λογαριασμό σας',
      text: `Είδαμε ένα παλιό διαπιστευτήριο σύνδεσης να χρησιμοποιείται ξανά και, για ασφάλεια, κλείσαμε αυτή τη σύνδεση. Συνδεθείτε ξανά. Αν δεν είστε βέβαιοι ότι μόνο εσείς χρησιμοποιείτε τον λογαριασμό σας, επιλέξτε ύστερα «${signOutWords.el.everywhere}».`,
    },
    en: {
      subject: 'We signed you out',
      text: `An old sign-in credential was used again, so we closed that session to be safe. Please sign in again. If you are not sure that nobody else uses your account, then choose “${signOutWords.en.everywhere}”.`,
    },
  },
} as const satisfies Record<string, Record<'el' | 'en', { subject: string; text: string }>>;

export type SecurityNotice = keyof typeof securityNoticeTexts;
