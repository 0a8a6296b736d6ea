/** What people read when a request is refused: what happened and what to do. Keys are the `code`s of problem+json. */
export const problemTexts = {
  'bad-request': {
    el: 'Το αίτημα δεν διαβάζεται. Ελέγξτε τα στοιχεία και δοκιμάστε ξανά.',
    en: 'The request could not be read. Check what was entered and try again.',
  },
  'invalid-fields': { el: 'Κάποια πεδία χρειάζονται διόρθωση.', en: 'Some fields need correcting.' },
  'too-large': { el: 'Τα δεδομένα που στάλθηκαν είναι πολύ μεγάλα.', en: 'What was sent is too large.' },
  'unsupported-media-type': { el: 'Στείλτε δεδομένα JSON.', en: 'Send JSON.' },
  'not-signed-in': { el: 'Χρειάζεται σύνδεση.', en: 'Please sign in.' },
  'session-ended': { el: 'Η σύνδεσή σας έληξε. Συνδεθείτε ξανά.', en: 'Your session has ended. Please sign in again.' },
  'wrong-credentials': { el: 'Το e-mail ή ο κωδικός δεν είναι σωστά.', en: 'The e-mail or the password is not right.' },
  'locked-out': {
    el: 'Πολλές αποτυχημένες προσπάθειες. Περιμένετε λίγο και δοκιμάστε ξανά.',
    en: 'Too many failed attempts. Wait a little and try again.',
  },
  'choose-tenant': { el: 'Επιλέξτε σε ποιο γραφείο θέλετε να συνδεθείτε.', en: 'Choose which office to sign in to.' },
  'csrf-missing': {
    el: 'Η σελίδα έμεινε ανοιχτή πολλή ώρα. Ανανεώστε την και δοκιμάστε ξανά.',
    en: 'The page was open too long. Reload it and try again.',
  },
  'not-allowed': { el: 'Δεν έχετε δικαίωμα για αυτή την ενέργεια.', en: 'You are not allowed to do this.' },
  'not-found': { el: 'Δεν βρέθηκε.', en: 'Not found.' },
  'version-conflict': {
    el: 'Κάποιος άλλος το άλλαξε στο μεταξύ. Δείτε τη νέα μορφή και δοκιμάστε ξανά.',
    en: 'Somebody else changed it in the meantime. Look at the new version and try again.',
  },
  'places-unreachable': {
    el: 'Η αναζήτηση περιοχών δεν απαντά. Δοκιμάστε σε λίγο, ή γράψτε τις συντεταγμένες.',
    en: 'The search for places does not answer. Try again shortly, or type the coordinates.',
  },
  'label-taken': { el: 'Υπάρχει ήδη διαμέρισμα με αυτή την ονομασία.', en: 'There is already an apartment with this label.' },
  'still-in-use': {
    el: 'Δεν μπορεί να διαγραφεί, γιατί χρησιμοποιείται σε πίνακες χιλιοστών ή έχει ιστορικό.',
    en: 'It cannot be deleted, because weight tables or its history use it.',
  },
  'weights-do-not-add-up': { el: 'Τα χιλιοστά δεν αθροίζουν σωστά.', en: 'The weights do not add up.' },
  'plan.feature-not-included': {
    el: 'Δεν περιλαμβάνεται στη συνδρομή του γραφείου.',
    en: 'The office’s plan does not include this.',
  },
  'unknown-apartment': {
    el: 'Ένα από τα διαμερίσματα δεν ανήκει στην πολυκατοικία.',
    en: 'One of the apartments does not belong to the building.',
  },
  'expires-before-publication': { el: 'Η λήξη πρέπει να είναι μετά τη δημοσίευση.', en: 'It must expire after it is published.' },
  'scenes-in-use': {
    el: 'Κάποια οθόνη το δείχνει. Δώστε της πρώτα κάτι άλλο.',
    en: 'A screen shows it. Give that screen something else first.',
  },
  'scenes-of-other-building': {
    el: 'Αυτό το πρόγραμμα είναι για οθόνες μίας μόνο πολυκατοικίας.',
    en: 'This programme is for the screens of one building only.',
  },
  'media-unknown-type': {
    el: 'Γίνονται δεκτές εικόνες JPEG, PNG και WebP, που δεν κινούνται, και βίντεο MP4 και WebM.',
    en: 'Pictures are taken as JPEG, PNG and WebP, and only those that stand still; videos as MP4 and WebM.',
  },
  'media-broken': {
    el: 'Το αρχείο δεν διαβάζεται ως εικόνα. Ανοίξτε το, αποθηκεύστε το ξανά και στείλτε το.',
    en: 'The file cannot be read as a picture. Open it, save it again and send that.',
  },
  'media-too-large': {
    el: 'Η εικόνα είναι πολύ μεγάλη: έως 8 MB, 8192 εικονοστοιχεία ανά πλευρά και 34 εκατομμύρια συνολικά.',
    en: 'The picture is too large: up to 8 MB, 8192 pixels along a side and 34 million in all.',
  },
  'media-too-slow': {
    el: 'Η εικόνα δεν έφτασε μέσα σε δύο λεπτά. Δοκιμάστε ξανά με καλύτερη σύνδεση ή με μικρότερη εικόνα.',
    en: 'The picture did not arrive within two minutes. Try again over a better connection, or with a smaller picture.',
  },
  'film-broken': {
    el: 'Το αρχείο δεν διαβάζεται ως βίντεο. Αποθηκεύστε το ξανά από το πρόγραμμα που το έφτιαξε και στείλτε το.',
    en: 'The file cannot be read as a video. Save it again with the program that made it, and send that.',
  },
  'film-codec': {
    el: 'Οι οθόνες δεν παίζουν αυτή τη μορφή βίντεο. Αποθηκεύστε το ως MP4 με H.264 (στο iPhone: Ρυθμίσεις, Κάμερα, Μορφές, «Μέγιστη συμβατότητα») ή ως μικρό WebM με VP8 ή VP9.',
    en: 'Screens do not play this kind of video. Save it as MP4 with H.264 (on an iPhone: Settings, Camera, Formats, “Most Compatible”), or as a small WebM with VP8 or VP9.',
  },
  'film-unfinished': {
    el: 'Το βίντεο είναι σε κομμάτια, όπως μια εγγραφή που δεν ολοκληρώθηκε ή μια ζωντανή μετάδοση. Αποθηκεύστε το ξανά ως κανονικό MP4.',
    en: 'The video is in pieces, like a recording that was not finished or a live stream. Save it again as an ordinary MP4.',
  },
  'film-protected': {
    el: 'Το βίντεο είναι κλειδωμένο και δεν μπορεί να παιχτεί από άλλους.',
    en: 'The video is locked and cannot be played by others.',
  },
  'film-too-large': {
    el: 'Το βίντεο είναι πολύ μεγάλο: έως 64 MB και 1920 × 1080 εικονοστοιχεία, κατακόρυφο ή οριζόντιο. Για WebM έως 1280 × 720.',
    en: 'The video is too large: up to 64 MB and 1920 × 1080 pixels, portrait or landscape. WebM up to 1280 × 720.',
  },
  'film-too-long': {
    el: 'Το βίντεο είναι πολύ μακρύ: έως 3 λεπτά.',
    en: 'The video is too long: up to 3 minutes.',
  },
  'film-too-demanding': {
    el: 'Οι οθόνες δεν προλαβαίνουν να παίξουν αυτό το βίντεο. Αποθηκεύστε το ξανά ως MP4 με H.264, επίπεδο (level) έως 4.2.',
    en: 'Screens are not fast enough for this video. Save it again as MP4 with H.264, at level 4.2 or lower.',
  },
  'film-too-fast': {
    el: 'Το βίντεο έχει πολλά καρέ το δευτερόλεπτο: έως 60, και για WebM έως 30. Αποθηκεύστε το ξανά με λιγότερα.',
    en: 'The video has too many frames a second: up to 60, and up to 30 for WebM. Save it again with fewer.',
  },
  'media-quota': {
    el: 'Η βιβλιοθήκη γέμισε. Διαγράψτε κάτι που δεν χρησιμοποιείται.',
    en: 'The library is full. Delete something that is not in use.',
  },
  'media-count': {
    el: 'Η βιβλιοθήκη έχει 500 αρχεία, όσα χωρά. Διαγράψτε κάποιο που δεν χρησιμοποιείται.',
    en: 'The library holds 500 files, as many as it can. Delete one that is not in use.',
  },
  'media-in-use': {
    el: 'Κάποιο πρόγραμμα το δείχνει. Αφαιρέστε το πρώτα από εκεί και δημοσιεύστε.',
    en: 'A programme shows it. Take it out there first, and publish.',
  },
  'media-too-many': {
    el: 'Όλες οι εικόνες και τα βίντεο ενός προγράμματος μαζί χωρούν έως 256 MB.',
    en: 'All the pictures and videos of one programme together may take up to 256 MB.',
  },
  'idempotency-key-reused': {
    el: 'Το ίδιο αίτημα στάλθηκε με διαφορετικά στοιχεία.',
    en: 'The same idempotency key was used for a different request.',
  },
  'in-progress': {
    el: 'Το ίδιο αίτημα εκτελείται ήδη. Περιμένετε λίγο.',
    en: 'The same request is already running. Please wait a moment.',
  },
  'done-already': {
    el: 'Η αλλαγή έχει ήδη γίνει. Ανανεώστε τη σελίδα για να τη δείτε.',
    en: 'This change has already been made. Reload the page to see it.',
  },
  'presence-expired': {
    el: 'Ο κωδικός έληξε. Σαρώστε ξανά τον κωδικό που φαίνεται τώρα στην οθόνη της εισόδου.',
    en: 'This code has expired. Scan the code now on the lobby screen again.',
  },
  'presence-invalid': {
    el: 'Ο κωδικός δεν αναγνωρίζεται. Σαρώστε τον κωδικό από την οθόνη της εισόδου.',
    en: 'This code is not recognised. Scan the code on the lobby screen.',
  },
  'presence-used': {
    el: 'Ο κωδικός χρησιμοποιήθηκε ήδη από αυτή τη συσκευή. Σαρώστε τον κωδικό που φαίνεται τώρα στην οθόνη.',
    en: 'This code was already used on this device. Scan the code now on the screen.',
  },
  'claim-code-unknown': {
    el: 'Δεν βρέθηκε οθόνη με αυτόν τον κωδικό. Δείτε τον ξανά στην οθόνη· αλλάζει κάθε δέκα λεπτά.',
    en: 'No screen has this code. Look at the screen again; the code changes every ten minutes.',
  },
  'claim-words-wrong': {
    el: 'Οι λέξεις δεν ήταν αυτές της οθόνης και η σύνδεση ακυρώθηκε. Σε λίγο η οθόνη θα δείξει νέο κωδικό.',
    en: 'These were not the words on the screen, so the connection was called off. The screen will show a new code shortly.',
  },
  'claim-ended': {
    el: 'Ο κωδικός έληξε στο μεταξύ. Η οθόνη δείχνει τώρα έναν νέο.',
    en: 'The code has run out in the meantime. The screen shows a new one now.',
  },
  'claim-taken': {
    el: 'Κάποιος άλλος από το γραφείο συνέδεσε ήδη αυτή την οθόνη. Θα τη βρείτε στη λίστα.',
    en: 'Somebody else in the office has already connected this screen. You will find it in the list.',
  },
  'device-gone': {
    el: 'Η οθόνη έχει ήδη αποσυρθεί ή ανακληθεί.',
    en: 'The screen was decommissioned or revoked before.',
  },
  'claim-refused': { el: 'Η συσκευή δεν έγινε δεκτή.', en: 'The device was not accepted.' },
  'batch-name-taken': { el: 'Υπάρχει ήδη παρτίδα με αυτό το όνομα.', en: 'There is already a batch with this name.' },
  'batch-over': { el: 'Η παρτίδα έληξε ή ανακλήθηκε.', en: 'The batch has expired or was revoked.' },
  'boot-token-exists': {
    el: 'Η παρτίδα έχει ήδη κλειδί για τις κάρτες της. Με νέο, όσες κάρτες γράφτηκαν δεν ισχύουν πια.',
    en: 'The batch already has a token for its cards. A new one would make the cards written so far worthless.',
  },
  'release-not-retriable': {
    el: 'Αυτή η έκδοση δεν δοκιμάζεται ξανά εδώ: δεν διατίθεται πια, δεν απέτυχε ή δοκιμάστηκε ήδη όσες φορές γίνεται.',
    en: 'This release is not tried again here: it is no longer offered, has not failed, or was tried as often as it may be.',
  },
  'batch-not-reopened': {
    el: 'Η ανάκληση δεν αναιρείται πια. Φτιάξτε νέα παρτίδα για όσες συσκευές έμειναν.',
    en: 'The revocation can no longer be undone. Make a new batch for the devices that are left.',
  },
  'too-many-batches': {
    el: 'Υπάρχουν πάρα πολλές παρτίδες ή συσκευές που περιμένουν. Ανακαλέστε όσες δεν χρειάζονται.',
    en: 'There are too many open batches or devices still to come. Revoke those that are not needed.',
  },
  'result-not-asked-for': { el: 'Δεν είναι αυτό που ζητήθηκε.', en: 'This is not what was asked for.' },
  'too-many-requests': { el: 'Πολλά αιτήματα. Περιμένετε λίγο και δοκιμάστε ξανά.', en: 'Too many requests. Wait a little and try again.' },
  unavailable: {
    el: 'Η υπηρεσία δεν είναι διαθέσιμη αυτή τη στιγμή. Δοκιμάστε ξανά σε λίγο.',
    en: 'The service is not available right now. Try again shortly.',
  },
  internal: {
    el: 'Κάτι πήγε στραβά. Το καταγράψαμε· δοκιμάστε ξανά σε λίγο.',
    en: 'Something went wrong. It has been logged; try again shortly.',
  },
} as const satisfies Record<string, { el: string; en: string }>;

export type ProblemCode = keyof typeof problemTexts;

/** How long a wait is, where that is known; at least one. */
export function minutesLeft(minutes: number): { el: string; en: string } {
  return minutes === 1
    ? { el: 'Μένει ένα λεπτό.', en: 'One minute is left.' }
    : { el: `Μένουν ${minutes} λεπτά.`, en: `${minutes} minutes are left.` };
}
