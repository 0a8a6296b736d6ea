/** What can be placed in a scene: the name of each widget, what it is for, and what can be set about it. */
const el = {
  announcements: { name: 'Ανακοινώσεις', about: 'Οι τίτλοι όσων ισχύουν τώρα.', fields: { most: 'Το πολύ πόσες' }, options: {} },
  text: {
    name: 'Κείμενο',
    about: 'Ένα σταθερό μήνυμα.',
    fields: { title: 'Τίτλος', body: 'Κείμενο', ground: 'Φόντο' },
    options: { plain: 'Χωρίς', field: 'Μπλε', sand: 'Άμμος' },
  },
  events: {
    name: 'Ημερομηνίες',
    about: 'Ό,τι πέρασε δεν φαίνεται πια.',
    fields: { title: 'Τίτλος', events: 'Ημερομηνίες', date: 'Ημέρα', time: 'Ώρα', name: 'Τι' },
    options: {},
  },
  contacts: {
    name: 'Τηλέφωνα',
    about: 'Για υπηρεσίες και το γραφείο· όχι για τηλέφωνα ενοίκων.',
    fields: { title: 'Τίτλος', contacts: 'Τηλέφωνα', name: 'Ποιος', number: 'Αριθμός' },
    options: {},
  },
  image: {
    name: 'Εικόνα',
    about: 'Από τη βιβλιοθήκη του γραφείου.',
    fields: { media: 'Εικόνα', fit: 'Στον χώρο της', alt: 'Τι δείχνει (για όσους δεν τη βλέπουν)' },
    options: { cover: 'Γεμίζει, ό,τι περισσεύει κόβεται', contain: 'Ολόκληρη' },
  },
  video: {
    name: 'Βίντεο',
    about: 'Από τη βιβλιοθήκη του γραφείου, χωρίς ήχο.',
    fields: { media: 'Βίντεο', plays: 'Παίζει', fit: 'Στον χώρο του', alt: 'Τι δείχνει (για όσους δεν το βλέπουν)' },
    options: {
      once: 'Μία φορά· η σκηνή διαρκεί όσο αυτό',
      loop: 'Ξανά και ξανά, όσο διαρκεί η σκηνή',
      cover: 'Γεμίζει, ό,τι περισσεύει κόβεται',
      contain: 'Ολόκληρο',
    },
  },
  clock: {
    name: 'Ρολόι',
    about: 'Όταν η οθόνη δεν είναι βέβαιη για την ώρα, μένει κενό.',
    fields: { shows: 'Δείχνει' },
    options: { time: 'Ώρα', date: 'Ημερομηνία', both: 'Και τα δύο' },
  },
  weather: {
    name: 'Καιρός',
    about: 'Του τόπου που ορίζετε στη σελίδα της πολυκατοικίας. Ό,τι είναι παλιό δεν φαίνεται.',
    fields: { shows: 'Δείχνει' },
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
    about: 'Εικόνες για ορισμένες ημέρες, με τη σήμανση «Διαφήμιση» και έως το ένα τέταρτο του χρόνου.',
    fields: { campaigns: 'Διαφημίσεις', media: 'Εικόνα', from: 'Πρώτη ημέρα', until: 'Τελευταία ημέρα', alt: 'Τι δείχνει και για ποιον' },
    options: {},
  },
  join: { name: 'Κωδικός QR', about: 'Για να μπαίνουν οι ένοικοι από το κινητό τους.', fields: {}, options: {} },
};

const en: typeof el = {
  announcements: { name: 'Announcements', about: 'The titles of those that hold now.', fields: { most: 'At most' }, options: {} },
  text: {
    name: 'Text',
    about: 'A message that stays.',
    fields: { title: 'Title', body: 'Text', ground: 'Ground' },
    options: { plain: 'None', field: 'Blue', sand: 'Sand' },
  },
  events: {
    name: 'Dates',
    about: 'What is past is not shown any more.',
    fields: { title: 'Title', events: 'Dates', date: 'Day', time: 'Hour', name: 'What' },
    options: {},
  },
  contacts: {
    name: 'Numbers to call',
    about: 'For services and the office; not for residents’ numbers.',
    fields: { title: 'Title', contacts: 'Numbers', name: 'Who', number: 'Number' },
    options: {},
  },
  image: {
    name: 'Picture',
    about: 'From the office’s library.',
    fields: { media: 'Picture', fit: 'In its box', alt: 'What it shows (for those who cannot see it)' },
    options: { cover: 'Fills it, what is beyond is cut', contain: 'All of it' },
  },
  video: {
    name: 'Video',
    about: 'From the office’s library, without sound.',
    fields: { media: 'Video', plays: 'Plays', fit: 'In its box', alt: 'What it shows (for those who cannot see it)' },
    options: {
      once: 'Once; the scene lasts as long as it does',
      loop: 'Again and again while the scene lasts',
      cover: 'Fills it, what is beyond is cut',
      contain: 'All of it',
    },
  },
  clock: {
    name: 'Clock',
    about: 'Empty while the screen is not sure what time it is.',
    fields: { shows: 'Shows' },
    options: { time: 'Time', date: 'Date', both: 'Both' },
  },
  weather: {
    name: 'Weather',
    about: 'Of the place that you set on the building’s page. What is old is not shown.',
    fields: { shows: 'Shows' },
    options: { now: 'Now', days: 'Now and the next days' },
  },
  payment: {
    name: 'Paying common expenses',
    about: 'The building’s account with a QR code for banks’ apps.',
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
