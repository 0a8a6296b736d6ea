import { everywhereStrings } from './everywhere.ts';

/**
 * The words of the lobby screen. Greek is written first and decides the shape; English must have every key and the same kind of value, or
 * it does not compile. Polite plural, no jargon, no blame.
 */
const el = {
  ...everywhereStrings.el,
  wordmark: 'New Concierge',
  greeting: { morning: 'Καλημέρα', afternoon: 'Καλησπέρα', night: 'Καλό βράδυ' },
  overview: {
    /** Stands for the greeting while the time is not known. */
    untimedTitle: 'Ανακοινώσεις',
    quiet: 'Όλα ήσυχα σήμερα στην πολυκατοικία.',
    untimedQuiet: 'Δεν υπάρχει ανακοίνωση.',
    more: { one: 'και {count} ακόμη ανακοίνωση', other: 'και {count} ακόμη ανακοινώσεις' },
  },
  page: '{page} από {count}',
  events: { today: 'σήμερα', tomorrow: 'αύριο', inDays: { one: 'σε {count} ημέρα', other: 'σε {count} ημέρες' } },
  weather: {
    heading: 'Καιρός',
    skies: {
      clear: 'Αίθριος',
      fair: 'Λίγα σύννεφα',
      cloudy: 'Νεφώσεις',
      overcast: 'Συννεφιά',
      fog: 'Ομίχλη',
      drizzle: 'Ψιχάλες',
      rain: 'Βροχή',
      'heavy-rain': 'Δυνατή βροχή',
      sleet: 'Χιονόνερο',
      snow: 'Χιόνι',
      storm: 'Καταιγίδα',
    },
    clearNight: 'Ξαστεριά',
    /** The lowest and the highest of the day. */
    range: 'Σήμερα {lowest} έως {highest}',
    wind: 'Άνεμος {from} {force} μποφόρ',
    winds: {
      n: 'Β',
      ne: 'ΒΑ',
      e: 'Α',
      se: 'ΝΑ',
      s: 'Ν',
      sw: 'ΝΔ',
      w: 'Δ',
      nw: 'ΒΔ',
    },
    calm: 'Άπνοια',
    at: 'ώρα {time}',
    /** What the licence of the data asks for (CC BY 4.0): whose it is, and under which licence. */
    source: 'Open-Meteo.com (CC BY 4.0)',
  },
  payment: {
    scan: 'Σαρώστε με την εφαρμογή της τράπεζάς σας.',
    codeName: 'Κωδικός QR με τον λογαριασμό της πολυκατοικίας',
  },
  advertisement: 'Διαφήμιση',
  join: {
    title: 'Η πολυκατοικία στο κινητό σας',
    reason: 'Ανακοινώσεις και κοινόχρηστα, στο κινητό σας',
    instruction: 'Στρέψτε την κάμερα του κινητού σας στον κωδικό.',
    codeName: 'Κωδικός QR για να μπείτε από το κινητό σας',
  },
  status: {
    offline: 'Χωρίς σύνδεση',
    age: 'δεδομένα {age}',
    ageAlone: 'Δεδομένα {age}',
    demo: 'Επίδειξη',
  },
  starting: { title: 'Ξεκινάμε', text: 'Η οθόνη θα είναι έτοιμη σε λίγο.' },
  unclaimed: {
    title: 'Νέα οθόνη',
    text: 'Δεν έχει συνδεθεί ακόμη με πολυκατοικία. Τη συνδέει ο διαχειριστής από το γραφείο, στη σελίδα «Οθόνες».',
    instruction: 'Στο γραφείο, στη σελίδα «Οθόνες», επιλέξτε «Προσθήκη οθόνης» και γράψτε τον κωδικό.',
    compare: 'Διαλέξτε εκεί αυτές τις δύο λέξεις.',
    scan: 'Ή σαρώστε με το κινητό σας.',
    codeName: 'Κωδικός QR προς τη σελίδα «Οθόνες» του γραφείου',
    leavingTitle: 'Η οθόνη αποσύρεται',
    lines: {
      'no-cloud': 'Η οθόνη δεν ξέρει ακόμη σε ποια υπηρεσία να συνδεθεί. Αυτό το λέει το αρχείο της παρτίδας στην κάρτα.',
      asking: 'Ζητάμε κωδικό…',
      connected: 'Υπάρχει σύνδεση στο διαδίκτυο.',
      'no-network': 'Χωρίς σύνδεση στο διαδίκτυο. Ελέγξτε το καλώδιο ή το ασύρματο δίκτυο. Δοκιμάζουμε ξανά μόνοι μας.',
      'name-unresolved':
        'Υπάρχει τοπικό δίκτυο, αλλά δεν βρίσκουμε τη διεύθυνση της υπηρεσίας. Ελέγξτε αν το ρούτερ έχει ίντερνετ και αν το δίκτυο επιτρέπει την αναζήτηση διευθύνσεων. Δοκιμάζουμε ξανά μόνοι μας.',
      'no-answer':
        'Υπάρχει τοπικό δίκτυο, αλλά η υπηρεσία δεν απαντά. Ελέγξτε αν το ρούτερ έχει ίντερνετ και αν το δίκτυο επιτρέπει ασφαλείς συνδέσεις προς τα έξω (θύρα 443). Δοκιμάζουμε ξανά μόνοι μας.',
      'not-the-cloud':
        'Κάτι σε αυτό το δίκτυο απαντά στη θέση της υπηρεσίας. Ίσως το δίκτυο ζητά σύνδεση με όνομα και κωδικό, όπως σε ξενοδοχείο, ή ελέγχει τις ασφαλείς συνδέσεις. Δώστε στην οθόνη ένα δίκτυο χωρίς τέτοιους ελέγχους.',
      'clock-unknown':
        'Υπάρχει δίκτυο, αλλά η οθόνη δεν ξέρει ακόμη τι ώρα είναι και δεν μπορεί να συνδεθεί με ασφάλεια. Αν δεν αλλάξει σε λίγα λεπτά, επιτρέψτε στο δίκτυο της πολυκατοικίας τον συγχρονισμό ώρας.',
      busy: 'Υπάρχει σύνδεση, αλλά η υπηρεσία δεν προλαβαίνει να απαντήσει. Δοκιμάζουμε ξανά μόνοι μας.',
      refused:
        'Υπάρχει σύνδεση, αλλά η υπηρεσία δεν δίνει κωδικό σε αυτή την οθόνη. Αν δεν αλλάξει σε λίγα λεπτά, μιλήστε με όποιον σας την παρέδωσε.',
      'card-fault':
        'Η κάρτα μνήμης της οθόνης έχει βλάβη: δεν αποθηκεύει ή δεν διαβάζει ό,τι χρειάζεται. Βγάλτε τη συσκευή από το ρεύμα και ξαναβάλτε την. Αν το μήνυμα μείνει, αλλάξτε την κάρτα.',
      leaving: 'Σβήνει ό,τι έδειχνε και ενημερώνει το γραφείο. Μετά θα ζητήσει νέο κωδικό.',
    },
    refusedFile: '{file} στην κάρτα δεν χρησιμοποιήθηκε: {fault}. Διορθώστε το σε υπολογιστή.',
    cardFiles: { wifi: 'Το αρχείο του ασύρματου δικτύου', claim: 'Το αρχείο της παρτίδας' },
    cardFaults: {
      'not-a-file': 'δεν είναι κανονικό αρχείο',
      unreadable: 'δεν διαβάζεται',
      'too-long': 'είναι πολύ μεγάλο',
      encoding: 'έχει χαρακτήρες που δεν επιτρέπονται, αποθηκεύστε το ως απλό κείμενο',
      'unknown-line': 'μια γραμμή δεν είναι από αυτές που περιμένουμε ή δεν έχει τιμή',
      twice: 'μια γραμμή υπάρχει δύο φορές',
      country: 'η χώρα πρέπει να είναι δύο κεφαλαία λατινικά γράμματα',
      network: 'το όνομα του δικτύου λείπει ή είναι πολύ μεγάλο',
      password: 'ο κωδικός του δικτύου πρέπει να έχει 8 έως 63 λατινικούς χαρακτήρες',
      hidden: 'αν το δίκτυο είναι κρυφό γράφεται με το αγγλικό ναι ή όχι',
      cloud: 'η διεύθυνση της υπηρεσίας δεν είναι σωστή',
      token: 'το κλειδί της παρτίδας δεν είναι σωστό, γράψτε το αρχείο ξανά με το πρόγραμμα',
      'not-stored': 'η οθόνη δεν μπόρεσε να το αποθηκεύσει',
    },
  },
  identity: 'Αυτή είναι η οθόνη που ψάχνετε',
  safe: {
    title: 'Επιστρέφουμε σύντομα',
    text: 'Σε ανάγκη καλέστε',
    emergency: {
      general: 'Κάθε έκτακτη ανάγκη',
      ambulance: 'ΕΚΑΒ, ασθενοφόρο',
      fire: 'Πυροσβεστική',
      police: 'Αστυνομία',
    },
  },
};

/** Texts that change with a number, by CLDR plural category; Greek and English have these two. `{count}` stands for the number. */
export interface PluralForms {
  one: string;
  other: string;
}

export type LobbyStrings = typeof el;

const en: LobbyStrings = {
  ...everywhereStrings.en,
  wordmark: 'New Concierge',
  greeting: { morning: 'Good morning', afternoon: 'Good afternoon', night: 'Good evening' },
  overview: {
    untimedTitle: 'Announcements',
    quiet: 'All is quiet in the building today.',
    untimedQuiet: 'There is no announcement.',
    more: { one: 'and {count} more announcement', other: 'and {count} more announcements' },
  },
  page: '{page} of {count}',
  events: { today: 'today', tomorrow: 'tomorrow', inDays: { one: 'in {count} day', other: 'in {count} days' } },
  weather: {
    heading: 'Weather',
    skies: {
      clear: 'Clear',
      fair: 'Mostly clear',
      cloudy: 'Partly cloudy',
      overcast: 'Overcast',
      fog: 'Fog',
      drizzle: 'Drizzle',
      rain: 'Rain',
      'heavy-rain': 'Heavy rain',
      sleet: 'Sleet',
      snow: 'Snow',
      storm: 'Thunderstorm',
    },
    clearNight: 'Clear night',
    range: 'Today {lowest} to {highest}',
    wind: 'Wind {from}, force {force}',
    winds: {
      n: 'N',
      ne: 'NE',
      e: 'E',
      se: 'SE',
      s: 'S',
      sw: 'SW',
      w: 'W',
      nw: 'NW',
    },
    calm: 'Calm',
    at: 'at {time}',
    source: 'Open-Meteo.com (CC BY 4.0)',
  },
  payment: {
    scan: 'Scan with your bank’s app.',
    codeName: 'QR code with the building’s account',
  },
  advertisement: 'Advertisement',
  join: {
    title: 'Your building, on your phone',
    reason: 'News and charges of the building, on your phone',
    instruction: 'Point your phone’s camera at the code.',
    codeName: 'QR code to join from your phone',
  },
  status: {
    offline: 'Offline',
    age: 'data from {age}',
    ageAlone: 'Data from {age}',
    demo: 'Demo',
  },
  starting: { title: 'Starting', text: 'The screen will be ready in a moment.' },
  identity: 'This is the screen you are looking for',
  unclaimed: {
    title: 'New screen',
    text: 'It is not connected to a building yet. The manager connects it from the office, on the “Screens” page.',
    instruction: 'In the office, on the “Screens” page, choose “Add a screen” and type the code.',
    compare: 'Choose these two words there.',
    scan: 'Or scan with your phone.',
    codeName: 'QR code to the office’s “Screens” page',
    leavingTitle: 'This screen is leaving',
    lines: {
      'no-cloud': 'The screen does not know yet which service to connect to. The batch’s file on its card says so.',
      asking: 'Asking for a code…',
      connected: 'Connected to the internet.',
      'no-network': 'No connection to the internet. Check the cable or the Wi-Fi. We keep trying.',
      'name-unresolved':
        'There is a local network, but the address of the service cannot be found. Check that the router has internet, and that the network allows looking up addresses (DNS). We keep trying.',
      'no-answer':
        'There is a local network, but the service does not answer. Check that the router has internet, and that the network allows secure connections to the outside (port 443). We keep trying.',
      'not-the-cloud':
        'Something on this network answers in the service’s place. Perhaps the network wants a login, as in a hotel, or it inspects secure connections. Give the screen a network without such checks.',
      'clock-unknown':
        'There is a network, but the screen does not know yet what time it is and cannot connect securely. If this does not change in a few minutes, allow time synchronisation (NTP) on the building’s network.',
      busy: 'Connected, but the service is too busy to answer. We keep trying.',
      refused:
        'Connected, but the service gives this screen no code. If this does not change in a few minutes, speak to whoever supplied it.',
      'card-fault':
        'The screen’s memory card is faulty: it does not store or read what is needed. Unplug the device and plug it in again. If this message stays, replace the card.',
      leaving: 'It is erasing what it showed and telling the office. Then it will ask for a new code.',
    },
    refusedFile: '{file} on the card was not used: {fault}. Correct it on a computer and put the card back.',
    cardFiles: { wifi: 'The Wi-Fi file', claim: 'The batch’s file' },
    cardFaults: {
      'not-a-file': 'it is not an ordinary file',
      unreadable: 'it cannot be read',
      'too-long': 'it is too long',
      encoding: 'it has characters that are not allowed, save it as plain text',
      'unknown-line': 'a line is none of those we expect, or has no value',
      twice: 'a line stands there twice',
      country: 'the country must be two capital letters, like GR',
      network: 'the name of the network is missing or too long',
      password: 'the network’s password must have 8 to 63 plain English characters',
      hidden: 'whether the network is hidden must be yes or no',
      cloud: 'the address of the service is not right',
      token: 'the key of the batch is not right, write the file again with the program',
      'not-stored': 'the screen could not store it',
    },
  },
  safe: {
    title: 'Back soon',
    text: 'In an emergency call',
    emergency: {
      general: 'Any emergency',
      ambulance: 'Ambulance',
      fire: 'Fire service',
      police: 'Police',
    },
  },
};

export const lobbyStrings: Readonly<Record<'el' | 'en', LobbyStrings>> = { el, en };
