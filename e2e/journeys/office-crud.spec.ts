import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

// A control that is not there within this is a fault; waiting for the end of the test would only hide which one.
test.use({ actionTimeout: 10_000 });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

test('a building is created, edited and archived', async ({ browser }) => {
  const page = await office(browser);
  await page.getByRole('button', { name: 'Νέα πολυκατοικία' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Δημιουργία πολυκατοικίας' }).click();
  await expect(dialog.getByText('Γράψτε πέντε ψηφία.')).toBeVisible();
  await dialog.getByLabel('Όνομα (ελληνικά)').fill('Ερμού 5');
  await dialog.getByLabel('Διεύθυνση (ελληνικά)').fill('Ερμού 5');
  await dialog.getByLabel('Πόλη (ελληνικά)').fill('Αθήνα');
  await dialog.getByLabel('Ταχυδρομικός κώδικας').fill('10563');
  await dialog.getByRole('button', { name: 'Δημιουργία πολυκατοικίας' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ερμού 5' })).toBeVisible();

  await page.getByRole('button', { name: 'Επεξεργασία στοιχείων' }).click();
  await dialog.getByLabel('Όνομα (ελληνικά)').fill('Ερμού 5–7');
  await dialog.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ερμού 5–7' })).toBeVisible();

  await page.getByRole('link', { name: 'Πολυκατοικίες', exact: true }).click();
  await page.getByRole('button', { name: 'Ενέργειες: Ερμού 5–7' }).click();
  await page.getByRole('menuitem', { name: 'Αρχειοθέτηση' }).click();
  await dialog.getByRole('button', { name: 'Αρχειοθέτηση' }).click();
  await expect(page.getByText('Η πολυκατοικία αρχειοθετήθηκε.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ερμού 5–7' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Αναίρεση' }).click();
  await expect(page.getByText('Η πολυκατοικία Ερμού 5–7 επανήλθε.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Ερμού 5–7' }).first()).toBeVisible();
  await page.context().close();
});

test('an apartment is added, edited and deleted; one that is used is kindly refused', async ({ browser }) => {
  const page = await office(browser, 'Σόλωνος 71', 'Διαμερίσματα');
  const form = page.getByRole('dialog').filter({ has: page.getByLabel('Ονομασία') });
  const drawer = page.getByRole('dialog', { name: /^Διαμέρισμα [^:]+$/ });
  await page.getByRole('button', { name: 'Νέο διαμέρισμα' }).click();
  await form.getByLabel('Ονομασία').fill('Αποθήκη Υ1');
  await form.getByLabel('Όροφος').fill('-1');
  await form.getByLabel('Εμβαδόν').fill('δώδεκα');
  await form.getByRole('button', { name: 'Προσθήκη διαμερίσματος' }).click();
  await expect(form.getByText('Γράψτε έναν ακέραιο αριθμό μέσα στα όρια.')).toBeVisible();
  await form.getByLabel('Εμβαδόν').fill('12');
  await form.getByRole('button', { name: 'Προσθήκη διαμερίσματος' }).click();
  await page.getByRole('button', { name: 'Αποθήκη Υ1' }).click();
  await expect(drawer.getByText('Υπόγειο 1')).toBeVisible();

  await drawer.getByRole('button', { name: 'Επεξεργασία', exact: true }).click();
  await form.getByLabel('Εμβαδόν').fill('14');
  await form.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(drawer.getByText('14 m²')).toBeVisible();

  await drawer.getByRole('button', { name: 'Διαγραφή', exact: true }).click();
  await drawer.getByRole('button', { name: 'Διαγραφή διαμερίσματος' }).click();
  await expect(page.getByText('Το διαμέρισμα Αποθήκη Υ1 διαγράφηκε.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Αποθήκη Υ1' })).toHaveCount(0);

  const used = page.getByRole('row').nth(1).getByRole('button');
  const label = (await used.textContent()) ?? '';
  await used.click();
  await drawer.getByRole('button', { name: 'Διαγραφή', exact: true }).click();
  await drawer.getByRole('button', { name: 'Διαγραφή διαμερίσματος' }).click();
  await expect(drawer.getByText('Δεν μπορεί να διαγραφεί, γιατί χρησιμοποιείται σε πίνακες χιλιοστών ή έχει ιστορικό.')).toBeVisible();
  await drawer.getByRole('button', { name: 'Κλείσιμο' }).click();
  await expect(page.getByRole('button', { name: label, exact: true })).toBeVisible();
  await page.context().close();
});

test('an owner is added; a tenant is added and the tenancy ends without being erased', async ({ browser }) => {
  const page = await office(browser, 'Κηφισίας 148', 'Διαμερίσματα');
  await page.getByRole('row').nth(1).getByRole('button').click();
  const drawer = page.getByRole('dialog', { name: /^Διαμέρισμα [^:]+$/ });
  const form = page.getByRole('dialog').filter({ has: page.getByLabel('Ονοματεπώνυμο') });
  for (const [kind, name] of [
    ['ιδιοκτήτη', 'Ουρανία Ζαφειροπούλου'],
    ['ενοίκου', 'Φώτης Ξενάκης'],
  ] as const) {
    await drawer.getByRole('button', { name: `Προσθήκη ${kind}` }).click();
    await form.getByLabel('Ονοματεπώνυμο').fill(name);
    await form.getByLabel('Τηλέφωνο').fill('+30 694 5550199');
    await form.getByLabel('Από', { exact: false }).first().fill('2026-01-01');
    await form.getByRole('button', { name: 'Αποθήκευση' }).click();
    await expect(drawer.getByText(name)).toBeVisible();
  }

  await drawer.getByRole('button', { name: 'Επεξεργασία: Φώτης Ξενάκης' }).click();
  await form.getByLabel('Έως και').fill('2025-12-31');
  await form.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(form.getByText('το τέλος δεν μπορεί να είναι πριν από την αρχή')).toBeVisible();
  await form.getByLabel('Έως και').fill('2026-10-31');
  await form.getByRole('button', { name: 'Αποθήκευση' }).click();
  const tenancy = drawer.getByRole('listitem').filter({ hasText: 'Φώτης Ξενάκης' });
  await expect(tenancy).toContainText('2026 –');
  await drawer.getByRole('button', { name: 'Κλείσιμο' }).click();
  const row = page.getByRole('row').nth(1);
  await expect(row).toContainText('Ουρανία Ζαφειροπούλου');
  await expect(row).not.toContainText('Φώτης Ξενάκης');
  await page.context().close();
});

test('weights that do not make the total are not saved, and it is said by how much; the right ones are', async ({ browser }) => {
  const page = await office(browser, 'Αλκμάνος 22', 'Χιλιοστά');
  const save = page.getByRole('button', { name: 'Αποθήκευση' });
  await page.getByLabel('Α1 κατάστημα, Γενικά').fill('125');
  await expect(page.getByText('περισσεύουν 5')).toBeVisible();
  await expect(page.getByText('Δεν αποθηκεύονται ακόμη, γιατί δεν δίνουν το σύνολο: Γενικά.')).toBeVisible();
  await expect(save).toBeDisabled();
  await page.getByLabel('Α2, Γενικά').fill('140');
  await expect(page.getByText('λείπουν 5')).toBeVisible();
  await expect(save).toBeDisabled();
  await page.getByLabel('Α2, Γενικά').fill('145');
  await save.click();
  await expect(page.getByText('Αποθηκεύτηκε 1 πίνακας.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Α1 κατάστημα, Γενικά')).toHaveValue('125');
  await expect(page.getByLabel('Α2, Γενικά')).toHaveValue('145');
  await page.context().close();
});

test('two managers edit the same announcement: the second is told, loses nothing, and can go on from either version', async ({
  browser,
}) => {
  const [one, other] = [await office(browser, 'Σόλωνος 71', 'Ανακοινώσεις'), await office(browser, 'Σόλωνος 71', 'Ανακοινώσεις')];
  await announce(one, 'Συντήρηση λέβητα');
  const title = (page: Page) => page.getByRole('dialog').getByLabel('Τίτλος (ελληνικά)');
  const save = async (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Αποθήκευση', exact: true }).click();
  for (const page of [one, other]) await page.getByRole('button', { name: 'Επεξεργασία: Συντήρηση λέβητα' }).click();

  await title(one).fill('Συντήρηση λέβητα την Τρίτη');
  await save(one);
  await expect(one.getByRole('dialog')).toHaveCount(0);
  await title(other).fill('Συντήρηση λέβητα την Πέμπτη');
  await save(other);
  await expect(other.getByText('Κάποιος άλλος το άλλαξε στο μεταξύ.')).toBeVisible();
  await expect(other.getByRole('dialog').getByText('Συντήρηση λέβητα την Τρίτη')).toBeVisible();
  await expect(title(other)).toHaveValue('Συντήρηση λέβητα την Πέμπτη');

  await other.getByRole('button', { name: 'Φόρτωση της νέας έκδοσης' }).click();
  await expect(title(other)).toHaveValue('Συντήρηση λέβητα την Τρίτη');
  await title(other).fill('Συντήρηση λέβητα την Τετάρτη');
  await save(other);
  await expect(other.getByRole('dialog')).toHaveCount(0);
  await expect(one.getByText('Συντήρηση λέβητα την Τετάρτη')).toBeVisible();
  for (const page of [one, other]) await page.context().close();
});

test('a form that stays open while others save does not overwrite them silently', async ({ browser }) => {
  const [one, other] = [await office(browser, 'Αλκμάνος 22', 'Διαμερίσματα'), await office(browser, 'Αλκμάνος 22', 'Διαμερίσματα')];
  const form = (page: Page) => page.getByRole('dialog').filter({ has: page.getByLabel('Ονομασία') });
  for (const page of [one, other]) {
    await page.getByRole('button', { name: 'Γ2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Επεξεργασία', exact: true }).click();
    await form(page).getByLabel('Εμβαδόν').waitFor();
  }
  await form(one).getByLabel('Εμβαδόν').fill('95');
  await form(one).getByRole('button', { name: 'Αποθήκευση' }).click();
  // The news reach the page behind the other's form, and must not make the form's old values look new.
  await expect(other.locator('.facts')).toContainText('95 m²');
  await form(other).getByLabel('Όροφος').fill('4');
  await form(other).getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(form(other).getByText('Κάποιος άλλος το άλλαξε στο μεταξύ.')).toBeVisible();
  await expect(form(other).getByLabel('Όροφος')).toHaveValue('4');
  await form(other).getByRole('button', { name: 'Αποθήκευση της δικής μου' }).click();
  await expect(form(other)).toHaveCount(0);
  await expect(one.locator('.facts')).toContainText('4ος');
  for (const page of [one, other]) await page.context().close();
});

test('a screen is renamed and speaks English, and the lobby follows', async ({ browser }) => {
  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await lobby.goto(demo.run.kiosk);
  await expect(lobby.locator('.lobby')).toHaveAttribute('lang', 'el');
  const page = await office(browser);
  await page.getByRole('link', { name: /^Οθόνες/ }).click();
  await page.getByRole('button', { name: 'Ρυθμίσεις: Είσοδος Αλκμάνος' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Όνομα').fill('Κεντρική είσοδος');
  await dialog.getByLabel('Γλώσσα της οθόνης').selectOption({ label: 'Αγγλικά' });
  await dialog.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(page.getByRole('cell', { name: 'Κεντρική είσοδος' })).toBeVisible();
  await expect(lobby.locator('.lobby')).toHaveAttribute('lang', 'en');
  await expect(lobby.getByText('Alkmanos 22').first()).toBeVisible();
  await lobby.close();
  await page.context().close();
});

test('what is scheduled for later is listed as scheduled and is not on the lobby', async ({ browser }) => {
  const page = await office(browser, 'Αλκμάνος 22', 'Ανακοινώσεις');
  await announce(page, 'Έλεγχος πυροσβεστήρων', async (dialog) => {
    await dialog.getByText('Αργότερα', { exact: true }).click();
    await dialog.getByLabel('Ημέρα και ώρα δημοσίευσης').fill(`${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T09:00`);
  });
  await expect(page.getByText('Η ανακοίνωση προγραμματίστηκε.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Επεξεργασία: Έλεγχος πυροσβεστήρων' })).toHaveCount(0);
  await page.getByRole('link', { name: /^Προγραμματισμένες/ }).click();
  await expect(page.getByRole('button', { name: 'Επεξεργασία: Έλεγχος πυροσβεστήρων' })).toBeVisible();

  // What is published after it has passed the same way to the lobby: when this one is there, the scheduled one would be too.
  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await lobby.goto(demo.run.kiosk);
  await announce(page, 'Επείγων έλεγχος', async (dialog) => dialog.getByLabel(/^Επείγουσα ανακοίνωση/).check());
  await expect(lobby.getByText('Επείγων έλεγχος').first()).toBeVisible();
  const shown = await (await fetch(demo.run.publicInfo.replace('/public/', '/api/public-info/'))).text();
  expect(shown).toContain('Επείγων έλεγχος');
  await expect(lobby.getByText('Έλεγχος πυροσβεστήρων')).toHaveCount(0);
  await lobby.close();
  await page.context().close();
});

test('the office turns English and dark by its switches, and stays so', async ({ browser }) => {
  const page = await office(browser);
  const choose = async (name: string) => {
    await page.locator('.user-button:visible').click();
    await page.getByRole('menuitemradio', { name, exact: true }).click();
  };
  await choose('English');
  await expect(page.getByRole('heading', { level: 1, name: 'Buildings' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const background = async () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const light = await background();
  await page.keyboard.press('Escape');
  await choose('Dark');
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Buildings' })).toBeVisible();
  expect(await background()).toBe(dark);
  await page.context().close();
});

/** A manager's window of its own, at one screen of one building. */
async function office(browser: Browser, building?: string, screen?: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'el-GR', viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await logIn(page, demo.run);
  if (building !== undefined) await page.getByRole('link', { name: building }).first().click();
  if (screen !== undefined) await page.locator('.building-tabs').getByRole('link', { name: screen, exact: true }).click();
  return page;
}

async function announce(page: Page, title: string, more: (dialog: Locator) => Promise<void> = async () => undefined): Promise<void> {
  await page.getByRole('button', { name: 'Νέα ανακοίνωση' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Τίτλος (ελληνικά)').fill(title);
  await more(dialog);
  await dialog.locator('button[type="submit"]').click();
  await expect(dialog).toHaveCount(0);
}
