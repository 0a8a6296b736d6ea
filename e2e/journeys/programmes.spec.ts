import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

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
  await page.getByLabel('Έως ώρα').fill('23:00');
  await expect(saved(page)).toBeVisible();
  await page.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('500');
  await expect(page.getByText('Συμπληρώστε ή διορθώστε αυτό το πεδίο.')).toBeVisible();
  await page.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('30');
  await expect(saved(page)).toBeVisible();

  // Somebody else saves in between.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('40');
  await expect(saved(other)).toBeVisible();
  await page.getByLabel('Διάρκεια σε δευτερόλεπτα').fill('50');
  await expect(page.getByText('Κάποιος άλλος το άλλαξε στο μεταξύ.')).toBeVisible();
  await page.getByRole('button', { name: 'Να αποθηκευτεί η δική μου' }).click();
  await expect(saved(page)).toBeVisible();
  await other.close();
  await page.reload();
  await expect(page.getByLabel('Διάρκεια σε δευτερόλεπτα')).toHaveValue('50');
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
