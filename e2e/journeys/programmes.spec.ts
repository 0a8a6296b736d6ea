import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';
import { addProgrammeWith } from './new-programme.ts';

test.use({ actionTimeout: 10_000, locale: 'el-GR', viewport: { width: 1440, height: 1000 } });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

const saved = (page: Page) => page.getByText('Το σχέδιο αποθηκεύτηκε');
const box = (page: Page, widget: string) =>
  page.getByRole('group', { name: 'Διάταξη της σκηνής' }).getByRole('button', { name: new RegExp(`^${widget},`) });

test('a manager arranges a scene with the mouse, publishes it, and the lobby shows it', async ({ browser, context }) => {
  const lobby = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
  await lobby.goto(demo.run.kiosk);
  const page = await context.newPage();
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/programmes`);
  await page.getByRole('button', { name: 'Νέο πρόγραμμα' }).first().click();
  await page.getByLabel(/^Όνομα/).fill('Πίνακας εισόδου');
  await page.getByRole('radio', { name: 'Πίνακα με χρήσιμα και τηλέφωνα' }).check();
  await page.getByRole('button', { name: 'Δημιουργία' }).click();
  await expect(page.getByRole('heading', { name: 'Πίνακας εισόδου' })).toBeVisible();

  await page.getByRole('button', { name: 'Χρήσιμα', exact: true }).click();
  const code = box(page, 'Κωδικός QR');
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 3, γραμμή 10, 8 επί 7');
  await dragBy(page, code, 200, 0);
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 5, γραμμή 10, 8 επί 7');
  // On the numbers above it there is no room: it stays where it was last free.
  await dragBy(page, code, 0, -150);
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 5, γραμμή 10, 8 επί 7');
  await dragBy(page, code.locator('.canvas-handle'), -30, 0);
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 5, γραμμή 10, 7 επί 7');

  await box(page, 'Κείμενο').click();
  await page.getByLabel('Τίτλος (ελληνικά)').fill('Καλό χειμώνα από τη διαχείριση');
  await expect(page.locator('.canvas .widget-text')).toContainText('Καλό χειμώνα');
  await expect(saved(page)).toBeVisible();
  expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);

  await page.getByRole('button', { name: 'Οθόνες', exact: true }).click();
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await page.getByRole('dialog').getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(page.getByText('1 οθόνη')).toBeVisible();
  // A draft reaches no screen.
  await expect(lobby.getByText('Καλό χειμώνα από τη διαχείριση')).toHaveCount(0);
  await page.getByRole('button', { name: 'Δημοσίευση', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Δημοσίευση' }).click();
  await expect(page.getByText('Δημοσίευση 1 · 1 οθόνη')).toBeVisible();
  // The round begins anew with its overview; the scene follows.
  await expect(lobby.getByText('Καλό χειμώνα από', { exact: false }).last()).toBeVisible({ timeout: 40_000 });
  await lobby.close();
});

test('the same by keyboard alone, with undo, history and the way back', async ({ page }) => {
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/programmes`);
  await page.getByRole('link', { name: 'Πίνακας εισόδου' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Χρήσιμα', exact: true }).focus();
  await page.keyboard.press('Enter');
  const code = box(page, 'Κωδικός QR');
  await code.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 4, γραμμή 10, 7 επί 7');
  await expect(page.getByRole('status').filter({ hasText: 'Στήλη 4, γραμμή 10' })).toHaveCount(1);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 4, γραμμή 10, 8 επί 7');
  await page.keyboard.press('Delete');
  await expect(code).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 4, γραμμή 10, 7 επί 7');
  await page.keyboard.press('Control+Shift+z');
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 4, γραμμή 10, 8 επί 7');

  await page.getByRole('button', { name: 'Προσθήκη στοιχείου' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: /^Ημερομηνίες/ }).press('Enter');
  await expect(page.getByText('Δεν υπάρχει χώρος.')).toBeVisible();
  await expect(saved(page)).toBeVisible();

  await page.getByRole('button', { name: 'Ιστορικό' }).press('Enter');
  await page.getByRole('button', { name: 'Επιστροφή σε αυτήν: Δημοσίευση 1' }).press('Enter');
  await expect(code).toHaveAccessibleName('Κωδικός QR, στήλη 5, γραμμή 10, 7 επί 7');
  // What was published is what is drafted: there is nothing to publish.
  await expect(page.getByRole('button', { name: 'Δημοσίευση', exact: true })).toBeDisabled();
});

test('what cannot be saved is said where it is wrong, and nothing is lost', async ({ page }) => {
  await logIn(page, demo.run);
  await page.goto(`${demo.run.office}/programmes`);
  await page.getByRole('link', { name: 'Πίνακας εισόδου' }).click();
  // A scene that has just been made is no mistake; it says what it waits for.
  await page.getByRole('button', { name: 'Νέα σκηνή' }).click();
  await page.getByRole('menuitem', { name: 'Σκηνή με στοιχεία' }).click();
  await expect(page.getByText('Η σκηνή «Νέα σκηνή» θέλει ένα στοιχείο για να αποθηκευτεί το σχέδιο.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Προσθήκη στοιχείου' })).toBeInViewport();
  await page.getByRole('button', { name: 'Αναίρεση' }).click();
  await page.getByText('Ορισμένες μέρες και ώρες').click();
  await page.getByLabel('Από ώρα').fill('07:00');
  await expect(page.getByText('1 σημείο θέλει διόρθωση πριν αποθηκευτεί το σχέδιο.')).toBeVisible();
  await expect(page.getByText('Συμπληρώστε και τις δύο ώρες, ή αφήστε και τις δύο κενές.')).toBeVisible();
  await page.getByLabel('Έως ώρα').fill('23:00');
  await expect(saved(page)).toBeVisible();
  await page.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('500');
  await expect(page.getByText('Γράψτε έναν ακέραιο αριθμό από 5 έως 120.')).toBeVisible();
  await page.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('30');
  await expect(saved(page)).toBeVisible();

  // Somebody else saves in between.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('40');
  await expect(saved(other)).toBeVisible();
  await page.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('50');
  await expect(page.getByText('Κάποιος άλλος το άλλαξε στο μεταξύ.')).toBeVisible();
  await page.getByRole('button', { name: 'Αποθήκευση της δικής μου' }).click();
  await expect(saved(page)).toBeVisible();
  await other.close();
  await page.reload();
  await expect(page.getByLabel('Διάρκεια σε δευτερόλεπτα')).toHaveValue('50');
});

const seconds = (page: Page) => page.getByLabel('Διάρκεια σε δευτερόλεπτα');

/** The programme of these journeys, open in its editor. */
async function openEditor(page: Page): Promise<void> {
  await page.goto(`${demo.run.office}/programmes`);
  await page.getByRole('link', { name: 'Πίνακας εισόδου' }).click();
  await expect(seconds(page)).toBeVisible();
}

test('screens are given while two people edit: neither work is lost', { tag: '@long' }, async ({ page }) => {
  await logIn(page, demo.run);
  await openEditor(page);
  await seconds(page).fill('61');
  await expect(saved(page)).toBeVisible();
  const other = await page.context().newPage();
  await openEditor(other);
  await seconds(other).fill('62');
  await expect(saved(other)).toBeVisible();
  await expect(page.getByText('Κάποιος άλλος το άλλαξε στο μεταξύ.')).toBeVisible();

  await page.getByRole('button', { name: 'Οθόνες', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Αποεπιλογή όλων/ }).click();
  await expect(dialog.getByText('Θα σταματήσει να το δείχνει 1 οθόνη.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Αποθήκευση' }).click();
  await expect(page.getByText('Καμία οθόνη')).toBeVisible();
  await expect(seconds(page)).toHaveValue('61');
  await seconds(page).fill('63');
  await expect(page.getByText('Όσα γράψατε έχουν κρατηθεί εδώ')).toBeVisible();
  await expect(seconds(page)).toHaveValue('63');
  await expect(seconds(other)).toHaveValue('62');
  await page.getByRole('button', { name: 'Φόρτωση της νέας έκδοσης' }).click();
  await expect(seconds(page)).toHaveValue('62');
  await expect(saved(page)).toBeVisible();
});

test('whoever leaves at once takes nothing along; about what cannot be saved they are asked', async ({ page }) => {
  await logIn(page, demo.run);
  await openEditor(page);
  const back = page.getByRole('link', { name: 'Όλα τα προγράμματα' });
  await seconds(page).fill('64');
  await back.click();
  await page.getByRole('link', { name: 'Πίνακας εισόδου' }).click();
  await expect(seconds(page)).toHaveValue('64');

  await seconds(page).fill('500');
  const asked = page.waitForEvent('dialog');
  const clicked = back.click();
  const question = await asked;
  expect(question.message()).toContain('Υπάρχουν αλλαγές που δεν αποθηκεύτηκαν');
  await question.dismiss();
  await clicked;
  await expect(seconds(page)).toHaveValue('500');
  await seconds(page).fill('65');
  await expect(saved(page)).toBeVisible();
});

test('without a network the editor stays as it is, and saves by itself when there is one', { tag: '@long' }, async ({ page, context }) => {
  await logIn(page, demo.run);
  await openEditor(page);
  await seconds(page).fill('66');
  await expect(saved(page)).toBeVisible();
  // What is read again in the background fails.
  await page.route('**/api/kiosk/display-configs/*', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  const other = await context.newPage();
  await openEditor(other);
  const reading = page.waitForRequest((request) => request.method() === 'GET' && request.url().includes('/display-configs/'));
  await seconds(other).fill('67');
  await reading;
  await page.unrouteAll();
  await other.close();
  await expect(page.getByRole('button', { name: 'Αναίρεση' })).toBeEnabled();
  await expect(page.getByText('Κάποιος άλλος το άλλαξε στο μεταξύ.')).toBeVisible();
  await page.getByRole('button', { name: 'Φόρτωση της νέας έκδοσης' }).click();
  await expect(seconds(page)).toHaveValue('67');

  await context.setOffline(true);
  await seconds(page).fill('68');
  await expect(page.getByText('Δεν αποθηκεύτηκε.')).toBeVisible();
  await context.setOffline(false);
  await expect(saved(page)).toBeVisible();
  await page.reload();
  await expect(seconds(page)).toHaveValue('68');
});

test('what the server refuses is marked where it is, until it is changed', { tag: '@long' }, async ({ page }) => {
  await logIn(page, demo.run);
  await openEditor(page);
  const errors = [{ pointer: '/draft/scenes/0/durationSeconds', message: 'Δεν γίνεται τόσο.' }];
  const problem = { type: 'about:blank', title: '', status: 400, code: 'invalid-fields', errors };
  await page.route('**/api/kiosk/display-configs/*', (route) =>
    route.request().method() === 'PATCH'
      ? route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) })
      : route.continue(),
  );
  await seconds(page).fill('69');
  await expect(page.getByText('Με μια ματιά: Δεν γίνεται τόσο.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Με μια ματιά θέλει διόρθωση' })).toBeVisible();
  await expect(seconds(page)).toHaveAccessibleDescription(/Δεν γίνεται τόσο/);
  expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);
  await page.unrouteAll();
  await seconds(page).fill('70');
  await expect(page.getByText('Δεν γίνεται τόσο.')).toHaveCount(0);
  await expect(saved(page)).toBeVisible();

  // So is what is refused when it is published: by its scene.
  await page.route('**/display-configs/*/publish', (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  await page.getByRole('button', { name: 'Δημοσίευση', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Δημοσίευση' }).click();
  await expect(dialog.getByText('Με μια ματιά: Δεν γίνεται τόσο.')).toBeVisible();
  await page.unrouteAll();
});

test('one pull is one step back, on a Greek keyboard too, and the keyboard is told what has no room', async ({ page }) => {
  await logIn(page, demo.run);
  await openEditor(page);
  await page.getByRole('button', { name: 'Χρήσιμα', exact: true }).click();
  const text = box(page, 'Κείμενο');
  await expect(text).toHaveAccessibleName('Κείμενο, στήλη 1, γραμμή 1, 12 επί 4');
  await dragBy(page, text.locator('.canvas-handle'), -30, 0);
  await expect(text).toHaveAccessibleName('Κείμενο, στήλη 1, γραμμή 1, 11 επί 4');
  // Where a Latin keyboard writes z, a Greek one writes ζ.
  const keyboard = await page.context().newCDPSession(page);
  await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', modifiers: 2, code: 'KeyZ', key: 'ζ', windowsVirtualKeyCode: 90 });
  await expect(text).toHaveAccessibleName('Κείμενο, στήλη 1, γραμμή 1, 12 επί 4');
  await expect(page.getByRole('button', { name: 'Αναίρεση' })).toBeDisabled();

  const code = box(page, 'Κωδικός QR');
  await code.focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('status').filter({ hasText: 'Δεν υπάρχει χώρος προς τα εκεί.' })).toHaveCount(1);
  await page.keyboard.press('Delete');
  await expect(code).toHaveCount(0);
  await expect(box(page, 'Τηλέφωνα')).toBeFocused();
  // An arrow passes whoever is in the way, as the mouse does.
  await text.focus();
  await page.keyboard.press('ArrowDown');
  await expect(text).toHaveAccessibleName('Κείμενο, στήλη 1, γραμμή 10, 12 επί 4');
  await expect(page.getByRole('status').filter({ hasText: 'Στήλη 1, γραμμή 10' })).toHaveCount(1);
  await page.keyboard.press('ArrowUp');
  await expect(text).toHaveAccessibleName('Κείμενο, στήλη 1, γραμμή 1, 12 επί 4');
  await box(page, 'Τηλέφωνα').focus();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: 'Προσθήκη στοιχείου' })).toBeFocused();
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('Control+z');
  await expect(code).toBeVisible();
  await page.getByRole('button', { name: 'Αργότερα: Με μια ματιά' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Αργότερα: Με μια ματιά' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Νωρίτερα: Με μια ματιά' })).toBeFocused();
});

test('who may only look sees the programme, and nothing that would change it', { tag: '@long' }, async ({ page }) => {
  const internal = demo.run.logins.find(({ email }) => email.startsWith('eleni'));
  await logIn(page, demo.run, internal);
  await openEditor(page);
  await expect(page.getByText('Μπορείτε να δείτε το πρόγραμμα, όχι να το αλλάξετε.')).toBeVisible();
  await expect(seconds(page)).toBeDisabled();
  for (const name of ['Αναίρεση', 'Δημοσίευση', 'Οθόνες', 'Νέα σκηνή', 'Αφαίρεση σκηνής', 'Προσθήκη στοιχείου'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Χρήσιμα', exact: true }).click();
  const code = box(page, 'Κωδικός QR');
  const before = (await code.getAttribute('aria-label')) ?? '';
  await code.click();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Delete');
  await dragBy(page, code, -100, 0);
  await expect(code).toHaveAccessibleName(before);
  expect((await new AxeBuilder({ page }).exclude('.canvas [inert]').analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Ιστορικό' }).click();
  await expect(page.getByText('Δημοσίευση 1', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Επιστροφή/ })).toHaveCount(0);
});

test('a programme that somebody deletes stays on the screen, and can begin another', { tag: '@long' }, async ({ page }) => {
  await logIn(page, demo.run);
  await addProgrammeWith(page, demo.run.office, 'Δοκιμή', /^Ρολόι/);
  await seconds(page).fill('71');
  await expect(saved(page)).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(`${demo.run.office}/programmes`);
  await other.getByRole('button', { name: 'Ενέργειες: Δοκιμή' }).click();
  await other.getByRole('menuitem', { name: 'Διαγραφή' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Διαγραφή' }).click();
  await expect(page.getByText('Κάποιος άλλος διέγραψε το πρόγραμμα στο μεταξύ.')).toBeVisible();
  await expect(seconds(page)).toHaveValue('71');
  await page.getByRole('button', { name: 'Να αποθηκευτεί ως νέο πρόγραμμα' }).click();
  await expect(page.getByText('Κάποιος άλλος διέγραψε')).toHaveCount(0);
  await page.getByRole('button', { name: 'Νέα σκηνή', exact: true }).first().click();
  await expect(seconds(page)).toHaveValue('71');
  await expect(saved(page)).toBeVisible();
});

async function dragBy(page: Page, what: Locator, x: number, y: number): Promise<void> {
  const rectangle = await what.boundingBox();
  if (rectangle === null) throw new Error('there is nothing to drag');
  const from = { x: rectangle.x + rectangle.width / 2, y: rectangle.y + rectangle.height / 2 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + x / 2, from.y + y / 2, { steps: 4 });
  await page.mouse.move(from.x + x, from.y + y, { steps: 4 });
  await page.mouse.up();
}
