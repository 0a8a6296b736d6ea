/** The office's subscription: what it has, until when, and what it does without. «Συνδρομή» and not «πρόγραμμα», which is what a screen shows. */
const el = {
  plan: {
    title: 'Συνδρομή',
    about: 'Τι περιλαμβάνει η συνδρομή του γραφείου σας, και ως πότε.',
    name: { basic: 'Βασική', premium: 'Πλήρης' },
    have: 'Έχετε τη συνδρομή',
    trial: 'δοκιμή',
    openEnded: 'Ισχύει χωρίς ημερομηνία λήξης.',
    basicStands: 'Δεν λήγει και δεν χρειάζεται να κάνετε τίποτα.',
    since: 'Από {from}.',
    until: 'Ισχύει έως και {last}.',
    ending: 'Η συνδρομή «{plan}» λήγει {last}. Όλα συνεχίζουν όπως είναι έως και {goneLast}.',
    trialEnding: 'Η δοκιμή λήγει {last}. Όλα συνεχίζουν όπως είναι έως και {goneLast}.',
    grace: 'Η συνδρομή «{plan}» έληξε {last}. Όλα συνεχίζουν όπως είναι έως και {goneLast}.',
    trialGrace: 'Η δοκιμή έληξε {last}. Όλα συνεχίζουν όπως είναι έως και {goneLast}.',
    next: 'Από {from} έχει συμφωνηθεί η συνδρομή «{plan}».',
    afterwardsTitle: 'Τι αλλάζει μετά',
    afterwards:
      'Οι εικόνες και όσα άλλα ανήκουν στην πλήρη συνδρομή παύουν να φαίνονται στις οθόνες. Ό,τι ενημερώνει μένει στη θέση του. Τίποτα δεν διαγράφεται, και όλα επανέρχονται με την ανανέωση.',
    fuller: 'Τι περιλαμβάνει η πλήρης συνδρομή',
    always: 'Σε κάθε συνδρομή',
    alwaysText:
      'Ό,τι ενημερώνει, προειδοποιεί ή προστατεύει δεν εξαρτάται ποτέ από τη συνδρομή: ανακοινώσεις και επείγοντα, ψηφοφορίες και συνελεύσεις, τηλέφωνα ανάγκης, ειδοποιήσεις όταν μια οθόνη σβήσει, ενημερώσεις ασφαλείας, ανάκληση οθόνης. Το ίδιο όσες οθόνες κι αν έχετε, και τα προγράμματά τους με όσα ενημερώνουν.',
    included: 'περιλαμβάνεται',
    missing: 'δεν περιλαμβάνεται',
    how: 'Πώς αλλάζει',
    howText:
      'Η συνδρομή αλλάζει από την υποστήριξη της πλατφόρμας: επικοινωνήστε με όποιον σας παρέδωσε την εφαρμογή. Πληρωμή μέσα από την εφαρμογή δεν υπάρχει.',
    toPlan: 'Δείτε τη συνδρομή σας',
    lock: 'Πλήρης συνδρομή',
    feature: {
      pictures: { name: 'Εικόνες και βίντεο', about: 'Στις οθόνες, και νέα αρχεία στη βιβλιοθήκη.' },
      weather: { name: 'Καιρός', about: 'Η πρόγνωση για τη γειτονιά, στις οθόνες.' },
      advertisements: { name: 'Διαφημίσεις', about: 'Καταχωρίσεις που επιλέγετε εσείς, στις οθόνες.' },
      screenshots: { name: 'Φωτογραφία οθόνης', about: 'Να βλέπετε από το γραφείο τι δείχνει μια οθόνη αυτή τη στιγμή.' },
      'long-history': { name: 'Ιστορικό 90 ημερών', about: 'Πώς λειτουργεί κάθε συσκευή πέρα από τις τελευταίες 7 ημέρες.' },
    },
    notIncluded: {
      pictures: 'Οι εικόνες και τα βίντεο ανήκουν στην πλήρη συνδρομή.',
      weather: 'Ο καιρός ανήκει στην πλήρη συνδρομή.',
      advertisements: 'Οι διαφημίσεις ανήκουν στην πλήρη συνδρομή.',
      screenshots: 'Η φωτογραφία οθόνης ανήκει στην πλήρη συνδρομή.',
      'long-history': 'Το ιστορικό πέρα από 7 ημέρες ανήκει στην πλήρη συνδρομή.',
    },
    keptInDraft: 'Μένουν στο πρόγραμμα και δεν φαίνονται στις οθόνες. Για να αποθηκευτεί κάποια αλλαγή, αφαιρέστε πρώτα: {features}.',
  },
};

const en: typeof el = {
  plan: {
    title: 'Plan',
    about: 'What your office’s plan includes, and until when.',
    name: { basic: 'Basic', premium: 'Premium' },
    have: 'You have the plan',
    trial: 'trial',
    openEnded: 'It has no end date.',
    basicStands: 'It does not end, and there is nothing you need to do.',
    since: 'Since {from}.',
    until: 'It holds until the end of {last}.',
    ending: 'The plan “{plan}” ends on {last}. Everything goes on as it is until the end of {goneLast}.',
    trialEnding: 'The trial ends on {last}. Everything goes on as it is until the end of {goneLast}.',
    grace: 'The plan “{plan}” ended on {last}. Everything goes on as it is until the end of {goneLast}.',
    trialGrace: 'The trial ended on {last}. Everything goes on as it is until the end of {goneLast}.',
    next: 'The plan “{plan}” is agreed from {from}.',
    afterwardsTitle: 'What changes then',
    afterwards:
      'Pictures and whatever else belongs to Premium are no longer shown on the screens. What informs stays in its place. Nothing is deleted, and everything comes back with the renewal.',
    fuller: 'What Premium includes',
    always: 'In every plan',
    alwaysText:
      'What informs, warns or protects never depends on the plan: announcements and urgent ones, votes and assemblies, emergency numbers, alerts when a screen goes dark, security updates, revoking a screen. The same for as many screens as you have, and their programmes with everything that informs.',
    included: 'included',
    missing: 'not included',
    how: 'How it changes',
    howText: 'The plan is changed by the operator of the platform: speak to your supplier. There is no payment inside the product.',
    toPlan: 'See your plan',
    lock: 'Premium',
    feature: {
      pictures: { name: 'Pictures and video', about: 'On the screens, and new files in the library.' },
      weather: { name: 'Weather', about: 'The forecast for the neighbourhood, on the screens.' },
      advertisements: { name: 'Advertisements', about: 'Those that you choose yourself, on the screens.' },
      screenshots: { name: 'Picture of a screen', about: 'To see from the office what a screen shows at this moment.' },
      'long-history': { name: 'History of 90 days', about: 'How each machine fares beyond the last 7 days.' },
    },
    notIncluded: {
      pictures: 'Pictures and video belong to Premium.',
      weather: 'The weather belongs to Premium.',
      advertisements: 'Advertisements belong to Premium.',
      screenshots: 'The picture of a screen belongs to Premium.',
      'long-history': 'History beyond 7 days belongs to Premium.',
    },
    keptInDraft: 'They stay in the programme and are not shown on the screens. To save a change, take these out first: {features}.',
  },
};

export const planStrings = { el, en };
