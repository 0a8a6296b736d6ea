/** What can be placed in a scene: the name of each widget, what it is for, and what can be set about it. */
const el = {
  announcements: {
    name: 'Ανακοινώσεις',
    about: 'Οι τίτλοι των ανακοινώσεων που ισχύουν τώρα.',
    fields: { most: 'Μέγιστος αριθμός' },
    options: {},
  },
  text: {
    name: 'Κείμενο',
    about: 'Ένα σταθερό μήνυμα.',
    fields: { title: 'Τίτλος', body: 'Κείμενο', ground: 'Φόντο' },
    options: { plain: 'Χωρίς', field: 'Μπλε', sand: 'Άμμος' },
  },
  events: {
    name: 'Ημερομηνίες',
    about: 'Όσες πέρασαν δεν εμφανίζονται πια.',
    fields: { title: 'Τίτλος', events: 'Ημερομηνίες', date: 'Ημέρα', time: 'Ώρα', name: 'Περιγραφή' },
    options: {},
  },
  contacts: {
    name: 'Τηλέφωνα',
    about: 'Για υπηρεσίες και το γραφείο· όχι για τηλέφωνα ενοίκων.',
    fields: { title: 'Τίτλος', contacts: 'Τηλέφωνα', name: 'Όνομα', number: 'Αριθμός' },
    options: {},
  },
  image: {
    name: 'Εικόνα',
    about: 'Από τη βιβλιοθήκη του γραφείου.',
    fields: { media: 'Εικόνα', fit: 'Προσαρμογή', alt: 'Τι δείχνει (για όσους δεν τη βλέπουν)' },
    options: { cover: 'Γεμίζει τον χώρο· ό,τι περισσεύει κόβεται', contain: 'Ολόκληρη' },
  },
  video: {
    name: 'Βίντεο',
    about: 'Από τη βιβλιοθήκη του γραφείου, χωρίς ήχο.',
    fields: { media: 'Βίντεο', plays: 'Αναπαραγωγή', fit: 'Προσαρμογή', alt: 'Τι δείχνει (για όσους δεν το βλέπουν)' },
    options: {
      once: 'Μία φορά· η σκηνή διαρκεί όσο το βίντεο',
      loop: 'Ξανά και ξανά, όσο διαρκεί η σκηνή',
      cover: 'Γεμίζει τον χώρο· ό,τι περισσεύει κόβεται',
      contain: 'Ολόκληρο',
    },
  },
  clock: {
    name: 'Ρολόι',
    about: 'Όταν η οθόνη δεν είναι βέβαιη για την ώρα, μένει κενό.',
    fields: { shows: 'Εμφανίζει' },
    options: { time: 'Ώρα', date: 'Ημερομηνία', both: 'Και τα δύο' },
  },
  weather: {
    name: 'Καιρός',
    about: 'Για τον τόπο που ορίζετε στη σελίδα της πολυκατοικίας. Παλιά στοιχεία δεν εμφανίζονται.',
    fields: { shows: 'Εμφανίζει' },
    options: { now: 'Τώρα', days: 'Τώρα και τις επόμενες ημέρες' },
  },
  payment: {
    name: 'Πληρωμή κοινοχρήστων',
    about: 'Ο λογαριασμός της πολυκατοικίας με κωδικό QR για τις εφαρμογές των τραπεζών.',
    fields: { title: 'Τίτλος', note: 'Οδηγία' },
    options: {},
  },
  ads: {
    name: 'Διαφημίσεις',
    about: 'Εικόνες για συγκεκριμένες ημέρες, με τη σήμανση «Διαφήμιση», έως το ένα τέταρτο του χρόνου.',
    fields: { campaigns: 'Διαφημίσεις', media: 'Εικόνα', from: 'Πρώτη ημέρα', until: 'Τελευταία ημέρα', alt: 'Τι δείχνει και για ποιον' },
    options: {},
  },
  join: { name: 'Κωδικός QR', about: 'Για να μπαίνουν οι ένοικοι από το κινητό τους.', fields: {}, options: {} },
};

const en: typeof el = {
  announcements: { name: 'Announcements', about: 'The titles of current announcements.', fields: { most: 'Maximum number' }, options: {} },
  text: {
    name: 'Text',
    about: 'A fixed message.',
    fields: { title: 'Title', body: 'Text', ground: 'Background' },
    options: { plain: 'None', field: 'Blue', sand: 'Sand' },
  },
  events: {
    name: 'Dates',
    about: 'Dates that have passed are no longer shown.',
    fields: { title: 'Title', events: 'Dates', date: 'Day', time: 'Time', name: 'Description' },
    options: {},
  },
  contacts: {
    name: 'Telephone numbers',
    about: 'For services and the office, not for residents’ own numbers.',
    fields: { title: 'Title', contacts: 'Numbers', name: 'Name', number: 'Number' },
    options: {},
  },
  image: {
    name: 'Picture',
    about: 'From the office’s library.',
    fields: { media: 'Picture', fit: 'Fit', alt: 'What it shows (for those who cannot see it)' },
    options: { cover: 'Fills the space; the edges may be cut off', contain: 'The whole picture' },
  },
  video: {
    name: 'Video',
    about: 'From the office’s library, without sound.',
    fields: { media: 'Video', plays: 'Playback', fit: 'Fit', alt: 'What it shows (for those who cannot see it)' },
    options: {
      once: 'Once; the scene lasts as long as the video',
      loop: 'Repeats while the scene lasts',
      cover: 'Fills the space; the edges may be cut off',
      contain: 'The whole video',
    },
  },
  clock: {
    name: 'Clock',
    about: 'Left empty while the screen is not sure of the time.',
    fields: { shows: 'Shows' },
    options: { time: 'Time', date: 'Date', both: 'Both' },
  },
  weather: {
    name: 'Weather',
    about: 'For the place set on the building’s page. Old data is not shown.',
    fields: { shows: 'Shows' },
    options: { now: 'Now', days: 'Now and the next few days' },
  },
  payment: {
    name: 'Paying common expenses',
    about: 'The building’s account, with a QR code for banking apps.',
    fields: { title: 'Title', note: 'Instruction' },
    options: {},
  },
  ads: {
    name: 'Advertisements',
    about: 'Pictures for certain days, marked “Advertisement”, for at most a quarter of the time.',
    fields: { campaigns: 'Advertisements', media: 'Picture', from: 'First day', until: 'Last day', alt: 'What it shows, and for whom' },
    options: {},
  },
  join: { name: 'QR code', about: 'For residents to join from their phones.', fields: {}, options: {} },
};

export const widgetStrings = { el, en };
