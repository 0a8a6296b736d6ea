/** Logging in. */
const el = {
  login: {
    title: 'Σύνδεση στο γραφείο',
    email: 'E-mail',
    password: 'Κωδικός',
    showPassword: 'Εμφάνιση ή απόκρυψη κωδικού',
    capsLock: 'Το Caps Lock είναι ενεργό.',
    submit: 'Σύνδεση',
    emailMissing: 'Γράψτε το e-mail σας, για παράδειγμα maria@example.gr.',
    passwordMissing: 'Γράψτε τον κωδικό σας.',
    chooseOffice: 'Ο λογαριασμός σας ανοίγει σε περισσότερα γραφεία. Σε ποιο θέλετε να συνδεθείτε;',
    officeMissing: 'Επιλέξτε γραφείο.',
    ended: 'Η σύνδεσή σας έληξε. Συνδεθείτε ξανά και θα συνεχίσετε από εκεί που ήσασταν.',
    help: 'Ξεχάσατε τον κωδικό σας; Ζητήστε νέο από τον υπεύθυνο του γραφείου σας.',
  },
};

const en: typeof el = {
  login: {
    title: 'Sign in to the office',
    email: 'E-mail',
    password: 'Password',
    showPassword: 'Show or hide the password',
    capsLock: 'Caps Lock is on.',
    submit: 'Sign in',
    emailMissing: 'Enter your e-mail, for example maria@example.gr.',
    passwordMissing: 'Enter your password.',
    chooseOffice: 'Your account belongs to more than one office. Which one do you want?',
    officeMissing: 'Choose an office.',
    ended: 'Your session has ended. Sign in again and you will go on where you were.',
    help: 'Forgot your password? Ask the person in charge of your office for a new one.',
  },
};

export const sessionStrings = { el, en };
