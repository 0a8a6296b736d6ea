import type { ClaimLine, ScreenQr, ScreenState } from '@concierge/contract/kiosk/screen.ts';
import type { LobbyAnnouncement, LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { SAMPLE_NOW_MS, sampleFacts } from './widgets/sample-facts.ts';
import { sampleFilm } from './widgets/sample-film.ts';
import { samplePicture } from './widgets/sample-picture.ts';
import { factScenes, filmScene, pictureScene, sampleScenes } from './widgets/samples.ts';

/** States to look at: what a lobby shows on an ordinary Friday, and on the days that test a layout. */
export const SAMPLES = [
  'typical',
  'empty',
  'overflowing',
  'urgent',
  'urgentLong',
  'offline',
  'untimed',
  'english',
  'arranged',
  'arrangedEnglish',
  'film',
  'evening',
  'night',
  'unclaimed',
  'noNetwork',
  'clockUnknown',
  'busy',
  'refused',
  'leaving',
  'notTheCloud',
  'cardFault',
  'refusedFile',
  'identifying',
  'safe',
  'starting',
] as const;
export type SampleName = (typeof SAMPLES)[number];

const HOUR_MS = 3_600_000;
const FRIDAY_MS = SAMPLE_NOW_MS;

const building: LobbyDocument['building'] = {
  id: '0198c0de-0000-7000-8000-000000000001',
  name: { el: 'Αγίας Λαύρας 14', en: '14 Agias Lavras St' },
  addressLine: { el: 'Αγίας Λαύρας 14, Άνω Πατήσια', en: '14 Agias Lavras St, Ano Patisia' },
  city: { el: 'Αθήνα', en: 'Athens' },
  timeZone: 'Europe/Athens',
  language: 'el',
};

let made = 0;
function announcement(parts: Partial<LobbyAnnouncement> & Pick<LobbyAnnouncement, 'title' | 'category'>): LobbyAnnouncement {
  made += 1;
  return {
    id: `0198c0de-0000-7000-8000-${String(made).padStart(12, '0')}`,
    urgent: false,
    body: null,
    publishAt: new Date(FRIDAY_MS - made * HOUR_MS).toISOString(),
    expiresAt: null,
    ...parts,
  };
}

const lift = announcement({
  category: 'works',
  title: { el: 'Συντήρηση ανελκυστήρα την Τρίτη', en: 'Lift maintenance on Tuesday' },
  body: {
    el: 'Την Τρίτη 25 Νοεμβρίου, 09:00–13:00, ο ανελκυστήρας θα είναι εκτός λειτουργίας. Παρακαλούμε προγραμματίστε ανάλογα τις μετακινήσεις σας.',
    en: 'On Tuesday 25 November, 09:00–13:00, the lift will be out of service. Please plan accordingly.',
  },
});
const assembly = announcement({
  category: 'assembly',
  title: { el: 'Γενική συνέλευση, Πέμπτη 27 στις 19:30', en: 'General assembly, Thursday 27 at 19:30' },
  body: {
    el: 'Στην είσοδο της πολυκατοικίας. Θέματα: θέρμανση, στεγανοποίηση ταράτσας και εκλογή διαχειριστή.',
    en: 'In the entrance hall. Agenda: heating, roof waterproofing and the election of a manager.',
  },
});
const cleaning = announcement({
  category: 'cleaning',
  title: { el: 'Απολύμανση κοινόχρηστων χώρων τη Δευτέρα', en: 'Disinfection of the common areas on Monday' },
});
const water = announcement({
  category: 'outage',
  urgent: true,
  title: { el: 'Διακοπή νερού σήμερα 12:00–16:00', en: 'No water today 12:00–16:00' },
  body: {
    el: 'Η ΕΥΔΑΠ επισκευάζει βλάβη στην οδό μας. Κλείστε τις βρύσες και τον θερμοσίφωνα.',
    en: 'The water company is mending a pipe in our street. Please close taps and switch off water heaters.',
  },
});

const longTitles: readonly (readonly [LobbyAnnouncement['category'], string])[] = [
  ['works', 'Αντικατάσταση ηλεκτροεγκαταστάσεων και τηλεπικοινωνιακών καλωδιώσεων στο κλιμακοστάσιο, στο υπόγειο και στους φωταγωγούς'],
  ['outage', 'Προγραμματισμένη διακοπή ηλεκτροδότησης'],
  ['assembly', 'Επαναληπτική γενική συνέλευση συνιδιοκτητών'],
  ['safety', 'Ηλεκτροεγκεφαλογραφηματικότητα'],
  ['cleaning', 'Απεντόμωση και μυοκτονία στους υπόγειους χώρους και στα φρεάτια'],
  ['general', 'Νέο ωράριο κοινής ησυχίας'],
  ['works', 'Στεγανοποίηση δώματος: προσωρινή αποθήκευση υλικών στον ακάλυπτο'],
  ['general', 'Παρακαλούμε μην αφήνετε ποδήλατα στην είσοδο'],
  ['safety', 'Έλεγχος πυροσβεστήρων και πυρανίχνευσης σε όλους τους ορόφους'],
  ['cleaning', 'Πλύσιμο χαλιών κλιμακοστασίου'],
  ['outage', 'Διακοπή θέρμανσης για υδραυλικές εργασίες εξισορρόπησης'],
  ['general', 'Ευχαριστούμε'],
];
const longBody =
  'Το συνεργείο θα εργάζεται καθημερινά από τις 08:00 έως τις 15:00, εκτός Σαββάτου και Κυριακής. Κατά τη διάρκεια των εργασιών το κλιμακοστάσιο παραμένει ανοιχτό, όμως παρακαλούμε να μην στηρίζεστε στους τοίχους και να μην αφήνετε αντικείμενα στα πλατύσκαλα. Η τροφοδοσία ρεύματος των διαμερισμάτων δεν επηρεάζεται, με εξαίρεση σύντομες διακοπές έως δέκα λεπτών, για τις οποίες θα ενημερώνεστε την προηγούμενη ημέρα.\n\nΤα παλιά καλώδια θα απομακρύνονται στο τέλος κάθε ημέρας. Αν χρειάζεστε βοήθεια με τον ανελκυστήρα ή με μεταφορά αντικειμένων, μιλήστε με τον υπεύθυνο του συνεργείου στην είσοδο. Οι αποθήκες του υπογείου πρέπει να είναι προσβάσιμες την Τετάρτη και την Πέμπτη. Όσοι δεν μπορούν να είναι παρόντες, ας αφήσουν το κλειδί στη διαχείριση. Μετά την ολοκλήρωση θα γίνει έλεγχος από αδειούχο ηλεκτρολόγο και το πιστοποιητικό θα αναρτηθεί εδώ. Σας ευχαριστούμε για την υπομονή και τη συνεργασία σας.';

const longWarning = announcement({
  category: 'cleaning',
  urgent: true,
  title: { el: 'Απεντόμωση με εντομοκτόνα στους κοινόχρηστους χώρους και στα φρεάτια', en: null },
  body: { el: longBody, en: null },
});

const overflowing: LobbyDocument = {
  building: {
    ...building,
    name: { el: 'Πολυκατοικία Παπαδιαμαντοπούλου και Αλεξανδρουπόλεως 128–130, Ιλίσια', en: null },
    addressLine: { el: 'Παπαδιαμαντοπούλου 128–130 και Αλεξανδρουπόλεως, Άνω Ιλίσια, 157 71', en: null },
  },
  announcements: longTitles.map(([category, title], index) =>
    announcement({ category, title: { el: title, en: null }, body: index % 2 === 0 ? { el: longBody, en: null } : null }),
  ),
};

const arranged = { sequence: 1, scenes: [...sampleScenes, pictureScene, ...factScenes], fallbackSceneId: null };

function atHour(state: ScreenState, nowMs: number): ScreenState {
  return { ...state, nowMs, confirmedAt: new Date(nowMs).toISOString() };
}

/** `qr` is a code made outside, since only the agent draws codes; its end is set to suit the sample's hour. */
export function sampleState(name: SampleName, qr: Pick<ScreenQr, 'path' | 'size' | 'url'>): ScreenState {
  const ordinary: ScreenState = {
    phase: 'running',
    contentSequence: 7,
    document: { building, announcements: [lift, assembly, cleaning] },
    confirmedAt: new Date(FRIDAY_MS - 4 * 60_000).toISOString(),
    link: 'online',
    clock: 'trusted',
    nowMs: FRIDAY_MS,
    qr: { ...qr, validUntilMs: FRIDAY_MS + 24 * HOUR_MS },
    claim: null,
    identity: null,
    pageNumber: 1,
    display: { language: 'el', widthMm: null },
    lit: true,
    scenes: null,
    facts: { weather: sampleFacts.weather, account: { ...sampleFacts.account, qr } },
    media: [
      { ...samplePicture.media, url: `data:image/png;base64,${samplePicture.base64}` },
      { ...sampleFilm.media, url: `data:video/webm;base64,${sampleFilm.base64}` },
    ],
    demo: false,
  };
  const without: Pick<ScreenState, 'document' | 'contentSequence' | 'qr' | 'confirmedAt'> = {
    document: null,
    contentSequence: 0,
    qr: null,
    confirmedAt: null,
  };
  const unclaimed = (line: ClaimLine): ScreenState => {
    return {
      ...ordinary,
      ...without,
      phase: 'unclaimed',
      link: 'offline',
      clock: 'unknown',
      claim: { line, code: null, refusedFiles: [] },
    };
  };
  switch (name) {
    case 'typical':
      return ordinary;
    case 'empty':
      return { ...ordinary, document: { building, announcements: [] }, demo: true };
    case 'overflowing':
      return { ...ordinary, document: overflowing, link: 'offline', demo: true };
    case 'urgent':
      return { ...ordinary, document: { building, announcements: [water, lift, assembly] } };
    case 'urgentLong':
      return { ...ordinary, document: { building: overflowing.building, announcements: [longWarning] }, link: 'offline', demo: true };
    case 'offline':
      return { ...ordinary, link: 'offline', confirmedAt: new Date(FRIDAY_MS - 75 * HOUR_MS).toISOString() };
    case 'untimed':
      return { ...ordinary, clock: 'unknown', link: 'offline' };
    case 'arranged':
      return { ...ordinary, scenes: arranged };
    case 'arrangedEnglish':
      return {
        ...ordinary,
        display: { language: 'en', widthMm: null },
        scenes: arranged,
      };
    case 'film':
      return { ...ordinary, scenes: { sequence: 1, scenes: [filmScene], fallbackSceneId: null } };
    case 'english':
      return { ...ordinary, display: { language: 'en', widthMm: null } };
    case 'evening':
      return atHour(ordinary, FRIDAY_MS + 10 * HOUR_MS);
    case 'night':
      return atHour(ordinary, FRIDAY_MS + 15 * HOUR_MS);
    case 'unclaimed':
      return {
        ...ordinary,
        ...without,
        phase: 'unclaimed',
        claim: {
          line: 'connected',
          code: { userCode: 'KMNS-TVXZ', words: { el: 'κουκουβάγια χαρταετός', en: 'owl kite' }, qr },
          refusedFiles: [],
        },
      };
    case 'identifying':
      return { ...ordinary, identity: { el: 'κουκουβάγια χαρταετός', en: 'owl kite' } };
    case 'noNetwork':
      return unclaimed('no-network');
    case 'clockUnknown':
      return unclaimed('clock-unknown');
    case 'busy':
      return unclaimed('busy');
    case 'refused':
      return unclaimed('refused');
    case 'leaving':
      return unclaimed('leaving');
    case 'notTheCloud':
      return unclaimed('not-the-cloud');
    case 'cardFault':
      return unclaimed('card-fault');
    case 'refusedFile':
      // The longest of each, so that the rest fits.
      return {
        ...unclaimed('not-the-cloud'),
        claim: {
          line: 'not-the-cloud',
          code: null,
          refusedFiles: [
            { file: 'wifi', fault: 'password' },
            { file: 'claim', fault: 'token' },
          ],
        },
      };
    case 'safe':
      return { ...ordinary, ...without, phase: 'safe', link: 'offline', document: { building, announcements: [] } };
    case 'starting':
      return { ...ordinary, ...without, phase: 'starting', clock: 'unknown' };
  }
}
