import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { logIn, type RunningDemo, removeDemo, startDemo } from './demo.ts';

test.use({ actionTimeout: 10_000 });

let demo: RunningDemo;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  demo = await startDemo();
});
test.afterAll(async () => removeDemo(demo));

test('a dialog gives the focus back to what opened it', async ({ browser }) => {
  const page = await office(browser);
  const opensFrom = async (opener: Locator, keys: readonly string[]) => {
    await opener.focus();
    for (const key of keys) await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(opener).toBeFocused();
  };
  await opensFrom(page.getByRole('button', { name: 'Νέα πολυκατοικία' }), ['Enter']);
  await opensFrom(page.getByRole('button', { name: /^Αναζήτηση/ }), ['Enter']);
  const actions = page.getByRole('button', { name: 'Ενέργειες: Σόλωνος 71' });
  await actions.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Επεξεργασία στοιχείων' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByLabel('Όνομα (ελληνικά)')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(actions).toBeFocused();
  await page.context().close();
});

test('a form that is refused leads to its first fault, and what was typed is not thrown away unasked', async ({ browser }) => {
  const page = await office(browser);
  await page.getByRole('button', { name: 'Νέα πολυκατοικία' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Όνομα (ελληνικά)').fill('Ερμού 9');
  await page.keyboard.press('Enter');
  await expect(dialog.getByLabel('Διεύθυνση (ελληνικά)')).toBeFocused();

  const asked: string[] = [];
  let discard = false;
  page.on('dialog', (question) => {
    asked.push(question.message());
    void (discard ? question.accept() : question.dismiss());
  });
  await page.keyboard.press('Escape');
  await expect(dialog.getByLabel('Όνομα (ελληνικά)')).toHaveValue('Ερμού 9');
  // Beside the dialog: nothing is lost there, and nothing is asked.
  await page.mouse.click(5, 5);
  await expect(dialog).toBeVisible();
  discard = true;
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(asked).toEqual(Array.from({ length: 2 }, () => 'Όσα γράψατε δεν έχουν αποθηκευτεί. Να χαθούν;'));
  await page.context().close();
});

test('a deleted apartment is brought back as it was, by the button or by Ctrl-Z', async ({ browser }) => {
  const page = await office(browser, 'Σόλωνος 71', 'Διαμερίσματα');
  await page.getByRole('button', { name: 'Νέο διαμέρισμα' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Ονομασία').fill('Δώμα Δ9');
  await form.getByLabel('Όροφος').fill('6');
  await form.getByLabel('Εμβαδόν').fill('41');
  await form.getByRole('button', { name: 'Προσθήκη διαμερίσματος' }).click();
  const row = page.getByRole('row', { name: /Δώμα Δ9/ });
  await expect(row).toContainText('41 m²');
  for (const undo of [async () => page.getByRole('button', { name: 'Αναίρεση' }).click(), async () => page.keyboard.press('Control+z')]) {
    await row.getByRole('button').click();
    const drawer = page.getByRole('dialog', { name: 'Διαμέρισμα Δώμα Δ9' });
    await drawer.getByRole('button', { name: 'Διαγραφή', exact: true }).click();
    await drawer.getByRole('button', { name: 'Διαγραφή διαμερίσματος' }).click();
    await expect(page.getByText('Το διαμέρισμα Δώμα Δ9 διαγράφηκε.')).toBeVisible();
    await expect(row).toHaveCount(0);
    await expect(drawer).toHaveCount(0);
    await undo();
    await expect(row).toContainText('6ος');
    await expect(row).toContainText('41 m²');
  }
  await page.context().close();
});

test('sixty apartments by keyboard: the names of the columns stay in sight and never cover the row that has the focus', async ({
  browser,
}) => {
  const page = await office(browser, 'Πλατεία Βικτωρίας 9', 'Διαμερίσματα');
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(61);
  await rows.nth(1).getByRole('button').focus();
  for (let presses = 0; presses < 30; presses += 1) await page.keyboard.press('ArrowDown');
  await expect(rows.nth(31).getByRole('button')).toBeFocused();
  const header = rows.nth(0).getByRole('columnheader').first();
  await expect(header).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('End');
  await expect(rows.nth(60).getByRole('button')).toBeFocused();
  for (let presses = 0; presses < 25; presses += 1) await page.keyboard.press('ArrowUp');
  const [above, focused] = [await header.boundingBox(), await rows.nth(35).getByRole('button').boundingBox()];
  expect(focused?.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rows.nth(35).getByRole('button')).toBeFocused();
  await page.keyboard.press('Home');
  await expect(rows.nth(1).getByRole('button')).toBeFocused();
  await page.context().close();
});

test('on a narrow phone the tabs fade towards what is out of sight, and cards can be sorted', async ({ browser }) => {
  const page = await office(browser, 'Σόλωνος 71', 'Διαμερίσματα');
  await page.setViewportSize({ width: 320, height: 640 });
  const tabs = page.locator('.building-tabs ul');
  await expect(tabs).toHaveAttribute('data-more', /before|after/);
  await tabs.evaluate((row) => row.scrollTo({ left: 0 }));
  await expect(tabs).toHaveAttribute('data-more', 'after');
  await tabs.evaluate((row) => row.scrollTo({ left: row.scrollWidth }));
  await expect(tabs).toHaveAttribute('data-more', 'before');

  const first = page.getByRole('table').getByRole('rowheader').first();
  const before = await first.textContent();
  await page.getByRole('columnheader', { name: 'Διαμέρισμα' }).getByRole('button').click();
  await expect(first).not.toHaveText(before ?? '');
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
  await page.context().close();
});

test('a network that goes away leaves the office standing, and says so', async ({ browser }) => {
  const page = await office(browser);
  // The screens nobody has opened are fetched once the first one stands.
  const fetched = async () =>
    page.evaluate<number>("performance.getEntriesByType('resource').filter((each) => each.name.includes('/assets/weights-screen')).length");
  await expect.poll(fetched).toBeGreaterThan(0);
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Σόλωνος 71' }).first().click();
  await page.locator('.building-tabs').getByRole('link', { name: 'Χιλιοστά' }).click();
  await expect(page.getByText('Δεν υπάρχει σύνδεση με την υπηρεσία.').first()).toBeVisible({ timeout: 20_000 });
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Δοκιμάστε ξανά' }).click();
  await expect(page.getByText('Δεν υπάρχουν αλλαγές.')).toBeVisible();
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
