/** What widgets show of a building besides its announcements. */
const el = {
  facts: {
    many: 'Για την οθόνη εισόδου',
    set: 'Ορισμός',
    change: 'Αλλαγή',
    remove: 'Αφαίρεση',
    account: {
      title: 'Λογαριασμός της πολυκατοικίας',
      about:
        'Φαίνεται στην είσοδο με κωδικό QR, όπου μια σκηνή έχει το στοιχείο «Πληρωμή κοινοχρήστων». Ποτέ λογαριασμός ή οφειλή ενοίκου.',
      none: 'Δεν έχει οριστεί.',
      iban: 'IBAN',
      ibanFault: 'Ο IBAN δεν είναι σωστός. Ελέγξτε τα ψηφία του.',
      holder: 'Δικαιούχος',
      holderHint: 'Όπως στην τράπεζα, με λατινικά γράμματα: έτσι τον διαβάζουν όλες οι εφαρμογές.',
      holderFault: "Γράψτε τον με λατινικά γράμματα, ψηφία και τα σημεία / - ? : ( ) . , ' +",
      removeTitle: 'Αφαίρεση του λογαριασμού',
      removeConsequence: 'Οι οθόνες παύουν να δείχνουν πού πληρώνονται τα κοινόχρηστα. Η αλλαγή μένει στο ιστορικό ελέγχου.',
    },
    place: {
      title: 'Περιοχή για τον καιρό',
      about:
        'Ο καιρός της περιοχής φαίνεται όπου μια σκηνή έχει το στοιχείο «Καιρός». Αρκεί η πόλη· η διεύθυνση της πολυκατοικίας δεν στέλνεται πουθενά.',
      none: 'Δεν έχει οριστεί.',
      now: '{degrees}°, {sky}, ώρα {time}',
      waiting: 'Δεν υπάρχει ακόμη πρόσφατος καιρός. Θα ζητηθεί μόλις συνδεθεί οθόνη.',
      off: 'Αυτή η εγκατάσταση δεν ρωτά υπηρεσία καιρού.',
      search: 'Αναζήτηση περιοχής',
      find: 'Αναζήτηση',
      found_one: '{count} περιοχή',
      found_other: '{count} περιοχές',
      noneFound: 'Δεν βρέθηκε τέτοια περιοχή. Δοκιμάστε μια μεγαλύτερη πόλη κοντά.',
      source: 'Περιοχές: Open-Meteo.com, GeoNames (CC BY 4.0)',
      name: 'Όνομα της περιοχής',
      latitude: 'Γεωγραφικό πλάτος',
      longitude: 'Γεωγραφικό μήκος',
      degreesFault: 'Γράψτε μοίρες, όπως 37,98.',
      removeTitle: 'Αφαίρεση της περιοχής',
      removeConsequence: 'Οι οθόνες της πολυκατοικίας παύουν να δείχνουν τον καιρό.',
    },
    noWeather: 'Αυτή η πολυκατοικία δεν έχει καιρό να δείξει τώρα. Η περιοχή της ορίζεται στη σελίδα της.',
    noAccount: 'Αυτή η πολυκατοικία δεν έχει λογαριασμό να δείξει. Ορίζεται στη σελίδα της.',
  },
};

const en: typeof el = {
  facts: {
    many: 'For the lobby screen',
    set: 'Set',
    change: 'Change',
    remove: 'Remove',
    account: {
      title: 'The building’s account',
      about:
        'Shown in the lobby with a QR code, where a scene has the widget “Paying common expenses”. Never a resident’s account or debt.',
      none: 'Not set.',
      iban: 'IBAN',
      ibanFault: 'The IBAN is not right. Check its digits.',
      holder: 'Account holder',
      holderHint: 'As at the bank, in Latin letters: every app reads those.',
      holderFault: "Use Latin letters, digits and the signs / - ? : ( ) . , ' +",
      removeTitle: 'Remove the account',
      removeConsequence: 'Screens stop showing where common expenses are paid. The change stays in the audit trail.',
    },
    place: {
      title: 'Place for the weather',
      about:
        'The weather of the place is shown where a scene has the widget “Weather”. The town is enough; the building’s address is sent nowhere.',
      none: 'Not set.',
      now: '{degrees}°, {sky}, at {time}',
      waiting: 'There is no recent weather yet. It is asked for once the building has a screen.',
      off: 'This installation asks no weather service.',
      search: 'Search for a place',
      find: 'Search',
      found_one: '{count} place',
      found_other: '{count} places',
      noneFound: 'There is no such place. Try a larger town near it.',
      source: 'Places: Open-Meteo.com, GeoNames (CC BY 4.0)',
      name: 'Name of the place',
      latitude: 'Latitude',
      longitude: 'Longitude',
      degreesFault: 'Write degrees, such as 37.98.',
      removeTitle: 'Remove the place',
      removeConsequence: 'The building’s screens stop showing the weather.',
    },
    noWeather: 'This building has no weather to show now. Its place is set on the building’s page.',
    noAccount: 'This building has no account to show. It is set on the building’s page.',
  },
};

export const factsStrings = { el, en };
