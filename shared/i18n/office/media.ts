/** The media library: the pictures an office shows on its screens. */
const el = {
  media: {
    title: 'Εικόνες του γραφείου',
    choose: 'Επιλογή εικόνας',
    change: 'Άλλη εικόνα',
    noneChosen: 'Δεν έχει επιλεγεί εικόνα.',
    gone: 'Αυτή η εικόνα δεν υπάρχει πια στη βιβλιοθήκη.',
    upload: 'Προσθήκη από τον υπολογιστή',
    dropHint: 'ή σύρετε αρχεία εδώ. JPEG, PNG ή WebP έως 8 MB. Ο τόπος και τα στοιχεία της λήψης αφαιρούνται.',
    sending: 'Αποστολή: {name}',
    cancelSending: 'Διακοπή',
    stopped: 'Η αποστολή διακόπηκε.',
    added: 'Προστέθηκε: {name}',
    failed: 'Δεν προστέθηκε: {name}.',
    list: 'Εικόνες',
    none: 'Δεν υπάρχουν ακόμη εικόνες',
    noneHint: 'Μια φωτογραφία της πολυκατοικίας, μια αφίσα, το σήμα του γραφείου. Όχι πρόσωπα χωρίς την άδειά τους.',
    pick: '{name}, {width} επί {height}',
    remove: 'Διαγραφή: {name}',
    removeTitle: 'Διαγραφή της εικόνας',
    removeConsequence: 'Η εικόνα {name} φεύγει από τη βιβλιοθήκη. Δεν αναιρείται.',
    removeConfirm: 'Διαγραφή',
    used: 'Χρησιμοποιούνται {used} από {quota} MB',
  },
};

const en: typeof el = {
  media: {
    title: 'The office’s pictures',
    choose: 'Choose a picture',
    change: 'Another picture',
    noneChosen: 'No picture is chosen.',
    gone: 'This picture is not in the library any more.',
    upload: 'Add from this computer',
    dropHint: 'or drop files here. JPEG, PNG or WebP up to 8 MB. Where and with what it was taken is removed.',
    sending: 'Sending {name}',
    cancelSending: 'Stop',
    stopped: 'Sending was stopped.',
    added: 'Added: {name}',
    failed: 'Not added: {name}.',
    list: 'Pictures',
    none: 'There are no pictures yet',
    noneHint: 'A photograph of the building, a poster, the office’s sign. No faces without their leave.',
    pick: '{name}, {width} by {height}',
    remove: 'Delete {name}',
    removeTitle: 'Delete the picture',
    removeConsequence: 'The picture {name} leaves the library. This cannot be undone.',
    removeConfirm: 'Delete',
    used: '{used} of {quota} MB are used',
  },
};

export const mediaStrings = { el, en };
