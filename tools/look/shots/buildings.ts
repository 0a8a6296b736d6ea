import { answer, click, failed, nothing, outage, type Places, refusal, type Shot, save } from '../shot.ts';

/** Signing in, buildings, their announcements, apartments and weights. */
export function buildingShots({ full, large }: Places): Shot[] {
  const office = '/office/buildings';
  const home = `${office}/${full}`;
  const apartments = /\/api\/buildings\/[^/]+\/apartments/;
  const announcements = /\/api\/announcements/;
  const buildings = /\/api\/buildings(\?|$)/;
  const newOne = /^(Νέ[αο] |New )/;
  const titleInGreek = /^(Τίτλος \(ελληνικά\)|Title \(Greek\))/;
  return [
    { name: 'login', path: '/office/login', as: 'nobody' },
    { name: 'login-ended', path: '/office/login?ended=true', as: 'nobody' },
    { name: 'login-unfilled', path: '/office/login', as: 'nobody', act: click(/^(Σύνδεση|Sign in)$/) },
    {
      name: 'login-refused',
      path: '/office/login',
      as: 'nobody',
      before: (page) => answer(page, /\/api\/users\/token/, refusal('wrong-credentials', 401), 401),
      async act(page) {
        await page.getByLabel('E-mail', { exact: true }).fill('maria@example.gr');
        await page.getByLabel(/^(Κωδικός|Password)$/).fill('όχι αυτός');
        await click(/^(Σύνδεση|Sign in)$/)(page);
      },
    },
    { name: 'buildings', path: office, as: 'manager' },
    { name: 'buildings-empty', path: office, as: 'manager', before: (page) => answer(page, buildings, nothing) },
    { name: 'buildings-outage', path: office, as: 'manager', before: (page) => answer(page, buildings, outage, 503), act: failed },
    { name: 'buildings-no-match', path: `${office}?q=Ουαλικό`, as: 'manager' },
    { name: 'buildings-actions', path: office, as: 'manager', act: click(/^(Ενέργειες|Actions): /) },
    {
      name: 'building-archive',
      path: office,
      as: 'manager',
      async act(page) {
        await click(/^(Ενέργειες|Actions): /)(page);
        await page.getByRole('menuitem', { name: /^(Αρχειοθέτηση|Archive)$/ }).click();
      },
    },
    { name: 'building-new', path: `${office}?add=true`, as: 'manager', act: click(/^(Δημιουργία|Create)/) },
    { name: 'building-home', path: home, as: 'manager' },
    { name: 'building-unknown', path: `${office}/01900000-0000-7000-8000-000000000099`, as: 'manager' },
    { name: 'announcements', path: `${home}/announcements`, as: 'manager' },
    { name: 'announcements-expired', path: `${home}/announcements?state=expired`, as: 'manager' },
    { name: 'announcements-empty', path: `${home}/announcements`, as: 'manager', before: (page) => answer(page, announcements, nothing) },
    {
      name: 'announcement-urgent-later',
      path: `${home}/announcements?add=true`,
      as: 'manager',
      async act(page) {
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(titleInGreek).fill('Διακοπή ηλεκτροδότησης λόγω αντικατάστασης μετασχηματιστή');
        await dialog.getByLabel(/^(Επείγουσα|Urgent)/).check();
        await dialog.getByText(/^(Αργότερα|Later)$/).click();
      },
    },
    {
      name: 'announcement-conflict',
      path: `${home}/announcements`,
      as: 'manager',
      before: (page) => answer(page, /\/api\/announcements\/[^?]+$/, refusal('version-conflict', 409), 409),
      async act(page) {
        await click(/^(Επεξεργασία|Edit): /)(page);
        await click(save)(page);
      },
    },
    { name: 'apartments', path: `${office}/${large}/apartments`, as: 'manager' },
    {
      name: 'apartments-below',
      path: `${office}/${large}/apartments`,
      as: 'manager',
      async act(page) {
        await page.getByRole('button', { name: /^Α1$/ }).focus();
        await page.keyboard.press('End');
      },
    },
    { name: 'apartments-empty', path: `${home}/apartments`, as: 'manager', before: (page) => answer(page, apartments, { items: [] }) },
    {
      name: 'apartments-outage',
      path: `${home}/apartments`,
      as: 'manager',
      before: (page) => answer(page, apartments, outage, 503),
      act: failed,
    },
    { name: 'apartment-new', path: `${home}/apartments`, as: 'manager', act: click(newOne) },
    { name: 'apartment-open', path: `${home}/apartments`, as: 'manager', act: click(/^Α1/) },
    {
      name: 'apartment-delete',
      path: `${home}/apartments`,
      as: 'manager',
      async act(page) {
        await click(/^Α1/)(page);
        await click(/^(Διαγραφή|Delete)$/)(page);
      },
    },
    {
      name: 'occupancy-new',
      path: `${home}/apartments`,
      as: 'manager',
      async act(page) {
        await click(/^Α1/)(page);
        await click(/^(Προσθήκη ιδιοκτήτη|Add an? owner)/)(page);
        await page.getByRole('dialog').last().getByRole('button', { name: save }).click();
      },
    },
    { name: 'weights', path: `${home}/weights`, as: 'manager' },
    {
      name: 'weights-wrong',
      path: `${home}/weights`,
      as: 'manager',
      act: async (page) => page.getByLabel(/^Α1 κατάστημα, (Γενικά|General)/).fill('121'),
    },
    {
      name: 'weights-none',
      path: `${office}/${large}/weights`,
      as: 'manager',
      before: (page) => answer(page, /\/weight-tables$/, { items: [] }),
    },
    {
      name: 'building-edit',
      path: office,
      as: 'manager',
      async act(page) {
        await click(/^(Ενέργειες|Actions): /)(page);
        await page.getByRole('menuitem', { name: /^(Επεξεργασία|Edit|Αλλαγή|Change)/ }).click();
      },
    },
    {
      name: 'announcement-withdraw',
      path: `${home}/announcements`,
      as: 'manager',
      act: click(/^(Απόσυρση|Withdraw)/),
    },
  ];
}
